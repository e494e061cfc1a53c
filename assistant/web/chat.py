"""What the chat does, without any web framework: plain values in, plain values and HTML out.

A `Chat` is shared by all users and holds nothing of theirs: every conversation comes in as an argument.
"""

import logging
import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass

from assistant.errors import AssistantError
from assistant.examples import example_questions
from assistant.types import Answer
from assistant.web import escaping, reader, view
from assistant.web.conversation import (
    Conversation,
    Exchange,
    Failure,
    Finished,
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
        asked = escaping.clean(question)
        if not asked:
            return Accepted(conversation, taken=False)
        if len(asked) > QUESTION_LIMIT:
            numbers = {"length": messages.number(len(asked)), "limit": messages.number(QUESTION_LIMIT)}
            return Accepted(conversation, taken=False, notice=messages.say("too_long", **numbers))
        if pending(conversation):
            return Accepted(conversation, taken=False, notice=messages.say("still_working"))
        return Accepted((*conversation, Exchange(secrets.token_hex(6), asked)), taken=True)

    def answer(self, conversation: Conversation, messages: Messages) -> Finished | None:
        """Ask the engine the pending question; None if no question is pending. Runs as long as the engine takes."""
        waiting = pending(conversation)
        if waiting is None or self._engine is None:
            return None
        try:
            return Finished(waiting.id, self._engine.ask(waiting.question, history(conversation)))
        except (AssistantIndexError, AssistantError) as error:
            return Finished(waiting.id, Failure(str(error)))
        except Exception as error:  # the page must say that the question failed, whatever the reason
            _log.exception("A question could not be answered")
            return Finished(waiting.id, Failure(messages.say("unexpected", kind=type(error).__name__)))

    def finish(self, conversation: Conversation, finished: Finished | None, messages: Messages) -> Conversation:
        """Put the answer under its question. A question that got none, because the server dropped it, has failed."""
        waiting = pending(conversation)
        if waiting and (finished is None or finished.exchange != waiting.id):
            return settle(conversation, Failure(messages.say("lost")))
        return place(conversation, finished)

    def stop(self, conversation: Conversation) -> Conversation:
        return settle(conversation, Stopped())

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

        def answers(question: str) -> bool:
            return not engine.ask(question).abstained

        with self._examples_lock:
            made = self._examples.get(language)
            if made is None or made[0] != collection.generation:
                articles = engine.sample_articles(ARTICLES_SAMPLED)
                articles = sorted(articles, key=lambda article: article.language != language)
                made = (collection.generation, tuple(example_questions(articles, EXAMPLES_SHOWN, answers)))
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
