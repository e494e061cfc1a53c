"""What the chat does, without any web framework: plain values in, plain values and HTML out.

A `Chat` is shared by all users and holds nothing of theirs: every conversation comes in as an argument.
"""

import logging
import secrets
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from assistant.errors import AssistantError
from assistant.examples import example_questions
from assistant.types import Answer, Finished, Searching, TextDelta
from assistant.web import escaping, reader, view
from assistant.web.conversation import (
    Conversation,
    Exchange,
    Failure,
    Result,
    Stopped,
    find,
    history,
    pending,
    place,
    settle,
)
from assistant.web.engine import Collection, Engine
from assistant.web.messages import Messages
from index.errors import AssistantIndexError
from index.types import Span

QUESTION_LIMIT = 2_000
EXAMPLES_SHOWN = 4
ARTICLES_SAMPLED = 40

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Accepted:
    """What sending a question changed. `taken` tells whether the box is to be emptied."""

    conversation: Conversation
    taken: bool
    notice: str = ""


class Chat:
    """The chat over one engine, or over none, with the `problem` that stands in the way."""

    def __init__(self, engine: Engine | None, problem: str | None = None) -> None:
        self._engine = engine
        self._problem = problem
        self._examples: dict[str, tuple[int, tuple[str, ...]]] = {}  # by language: generation, questions
        self._examples_lock = threading.Lock()

    @property
    def has_index(self) -> bool:
        return self._engine is not None

    def page(self, conversation: Conversation, messages: Messages) -> str:
        """The HTML of the page: the conversation, or the welcome while there is none."""
        if self._engine is None:
            return view.no_index_html(self._problem, messages)
        if conversation:
            return view.conversation_html(conversation, self._collection(), messages)
        try:
            collection = self._engine.collection()
            if not collection.articles:
                return view.empty_index_html(messages)
            examples = self._example_questions(self._engine, collection, messages.language)
            return view.welcome_html(collection, examples, messages)
        except AssistantIndexError as error:
            return view.problem_html(str(error), messages)

    def accept(self, conversation: Conversation, question: str, messages: Messages) -> Accepted:
        """Take a question into the conversation, or say why not. An empty one changes nothing."""
        return self._accept(conversation, escaping.clean(question), None, messages)

    def search_again(
        self, conversation: Conversation, exchange_id: str, search_for: str, messages: Messages
    ) -> Accepted:
        """Take the question of an exchange once more, to be searched for with `search_for`. Nothing to search for
        changes nothing."""
        exchange = find(conversation, exchange_id)
        if exchange is None:
            return Accepted(conversation, taken=False, notice=messages.say("conversation_unknown"))
        query = escaping.clean(search_for)
        return self._accept(conversation, exchange.question if query else "", query, messages)

    def _accept(
        self, conversation: Conversation, question: str, search_for: str | None, messages: Messages
    ) -> Accepted:
        if not question:
            return Accepted(conversation, taken=False)
        length = len(search_for or question)
        if length > QUESTION_LIMIT:
            numbers = {"length": messages.number(length), "limit": messages.number(QUESTION_LIMIT)}
            return Accepted(conversation, taken=False, notice=messages.say("too_long", **numbers))
        if pending(conversation):
            return Accepted(conversation, taken=False, notice=messages.say("still_working"))
        exchange = Exchange(secrets.token_hex(6), question, search_for=search_for)
        return Accepted((*conversation, exchange), taken=True)

    def answer(self, conversation: Conversation, messages: Messages) -> Iterator[str | Result]:
        """Ask the engine the pending question: HTML of what is known so far, again and again, and at last the result.

        Gives nothing if no question is pending, or if it is being answered already, and nothing more once it was
        stopped. Closing the iterator stops the engine.
        """
        waiting = pending(conversation)
        if waiting is None or self._engine is None or not waiting.running.begin():
            return
        running = waiting.running
        try:
            events = self._engine.stream(waiting.question, history(conversation), running.stop, waiting.search_for)
            for event in events:
                if running.stop.is_set():
                    return
                match event:
                    case Searching(query):
                        running.searched_for = query
                    case TextDelta(text):
                        running.text += text
                    case Finished(answer):
                        yield Result(waiting.id, answer)
                        return
                yield view.progress_html(waiting, messages)
        except (AssistantIndexError, AssistantError) as error:
            yield Result(waiting.id, Failure(str(error)))
        except Exception as error:  # the page must say that the question failed, whatever the reason
            _log.exception("A question could not be answered")
            yield Result(waiting.id, Failure(messages.say("unexpected", kind=type(error).__name__)))
        finally:
            running.end()

    def finish(self, conversation: Conversation, result: Result | None, messages: Messages) -> Conversation:
        """Put the answer under its question. A question that got none, because the server dropped it, has failed."""
        waiting = pending(conversation)
        if waiting and (result is None or result.exchange != waiting.id):
            if waiting.running.at_work:  # this is the end of another question, one that was refused meanwhile
                return conversation
            return settle(conversation, Failure(messages.say("lost")))
        return place(conversation, result)

    def stop(self, conversation: Conversation) -> Conversation:
        """The conversation with its pending question stopped, at the engine, too; what was written stays."""
        waiting = pending(conversation)
        if waiting is None:
            return conversation
        waiting.running.stop.set()
        return settle(conversation, Stopped(waiting.running.text))

    def read(self, conversation: Conversation, request: Mapping[str, object], messages: Messages) -> str:
        """The reader's HTML for what the browser asked to open: `exchange`, `cite`, and perhaps `start` and `end`."""
        exchange = find(conversation, str(request.get("exchange")))
        answer = exchange.outcome if exchange else None
        number = _whole(request.get("cite"))
        if exchange is None or self._engine is None or not isinstance(answer, Answer):
            return reader.notice_html(messages.say("citation_unknown"), messages)
        citation = next((citation for citation in answer.citations if citation.number == number), None)
        if citation is None:
            return reader.notice_html(messages.say("citation_unknown"), messages)
        where = reader.Place(exchange.id, citation, answer)
        try:
            article = self._engine.article(citation.article)
        except AssistantIndexError as error:
            return reader.notice_html(str(error), messages, where)
        if article is None:
            return reader.notice_html(messages.say("article_gone"), messages, where)
        if not reader.matches(article, citation):
            return reader.notice_html(messages.say("article_changed"), messages, where)
        start, end = _whole(request.get("start")), _whole(request.get("end"))
        asked = Span(start, end) if start is not None and end is not None else None
        return reader.reader_html(article, where, messages, asked)

    def _collection(self) -> Collection | None:
        try:
            return self._engine.collection() if self._engine else None
        except AssistantIndexError:
            return None

    def _example_questions(self, engine: Engine, collection: Collection, language: str) -> tuple[str, ...]:
        """Made once for each generation of the index and language of the page, of questions that the engine can
        answer; articles in the language of the page go first."""
        with self._examples_lock:
            made = self._examples.get(language)
            if made is None or made[0] != collection.generation:
                articles = engine.sample_articles(ARTICLES_SAMPLED)
                articles = sorted(articles, key=lambda article: article.language != language)
                made = (collection.generation, tuple(example_questions(articles, EXAMPLES_SHOWN, engine.can_answer)))
                self._examples[language] = made
            return made[1]


def _whole(value: object) -> int | None:
    """A whole number that the browser sent as one or as text; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    try:
        return int(value)
    except ValueError:
        return None
