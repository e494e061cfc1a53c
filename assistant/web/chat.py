"""What the chat does, without any web framework: plain values in, plain values and HTML out.

A `Chat` is shared by all users and holds nothing of theirs: every conversation comes in as an argument.
"""

import logging
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from copy import copy
from dataclasses import dataclass

from assistant.errors import AssistantError
from assistant.filters import EVERYTHING, Filters
from assistant.identity.asker import EVERYBODY, Asker
from assistant.protection.audit import NO_AUDIT, AuditLog, Surface
from assistant.protection.quota import Quota
from assistant.types import Finished, Searching, TextDelta
from assistant.web import escaping, reading, view, welcome
from assistant.web.account import heading_html
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
from assistant.web.engine_slot import EngineSlot
from assistant.web.example_maker import ExampleMaker, Examples
from assistant.web.messages import Messages
from assistant.web.page_parts import PagePart
from assistant.web.reader import notice_html
from assistant.web.visible import visible
from index.errors import AssistantIndexError

QUESTION_LIMIT = 2_000

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Accepted:
    """What sending a question changed. `taken` tells whether the box is to be emptied."""

    conversation: Conversation
    taken: bool
    notice: str = ""


class Chat:
    """The chat over the engine in `slot`, or over none. `takes_files` says that articles can be dropped on the page
    while there are none, `parts` what else the page has, `stopping` whether the server ends and takes no question.
    Questions count in `quota`, and `audit` is the record of them. `can_log_out` is whether people log in, and out, at
    the chat itself."""

    def __init__(
        self,
        slot: EngineSlot,
        *,
        takes_files: bool = False,
        parts: Sequence[PagePart] = (),
        quota: Quota | None = None,
        audit: AuditLog = NO_AUDIT,
        can_log_out: bool = False,
        stopping: Callable[[], bool] = lambda: False,
    ) -> None:
        self._slot = slot
        self._can_log_out = can_log_out
        self._quota = quota or Quota()
        self._audit = audit
        self._stopping = stopping
        self.parts = tuple(parts)
        self._takes_files = takes_files
        self._examples = ExampleMaker()
        self._asker = EVERYBODY

    def seen_by(self, asker: Asker) -> "Chat":
        """The chat for one request of `asker`: from here on nothing is said or shown that they may not see."""
        seen = copy(self)
        seen._slot, seen._asker = self._slot.seen_by(asker), asker
        return seen

    def visible(self, conversation: Conversation) -> Conversation:
        """What of a conversation its user may see now. Raises the errors of the index."""
        return visible(conversation, self._slot.engine, self._asker)

    @property
    def has_index(self) -> bool:
        return self._slot.engine is not None

    @property
    def awaits_files(self) -> bool:
        """Whether files may be dropped now: nothing can be asked yet, and there is somebody to take them."""
        if not self._takes_files:
            return False
        try:
            return self._slot.engine is None or self._slot.engine.collection().articles == 0
        except AssistantIndexError:
            return False

    def open(self, open_engine: Callable[[], Engine]) -> None:
        """Open the engine, now that there is an index, unless another visitor did so already; its errors pass."""
        if self._slot.engine is None:
            self._slot.open(open_engine())

    def heading(self, messages: Messages) -> str:
        """The HTML of the bar above."""
        return heading_html(self._asker, messages, can_log_out=self._can_log_out)

    def page(self, conversation: Conversation, messages: Messages) -> str:
        """The HTML of the page: the conversation, or the welcome while there is none."""
        engine = self._slot.engine
        if engine is None:
            return welcome.no_index_html(self._slot.problem, messages, takes_files=self._takes_files)
        if conversation:
            try:
                conversation = self.visible(conversation)
            except AssistantIndexError as error:  # nobody knows what may be shown
                return welcome.broken_index_html(str(error), messages)
            below = {exchange.id: self._below(exchange, messages) for exchange in conversation}
            return view.conversation_html(conversation, self._collection(), messages, below)
        try:
            collection = engine.collection()
            if not collection.articles:
                return welcome.empty_index_html(messages, takes_files=self._takes_files)
            written = engine.language_model is not None
            return welcome.welcome_html(collection, engine.facets(), messages, written=written)
        except AssistantIndexError as error:
            return welcome.broken_index_html(str(error), messages)

    def examples(self, messages: Messages) -> Examples:
        """Questions to begin with, when they are made; never fails, and gives none where there is nothing to ask."""
        engine, collection = self._slot.engine, self._collection()
        if engine is None or collection is None or not collection.articles:
            none: Examples = Future()
            none.set_result(())
            return none
        return self._examples.examples(engine, collection.generation, messages.language, self._asker.groups)

    def accept(
        self, conversation: Conversation, question: str, messages: Messages, filters: Filters = EVERYTHING
    ) -> Accepted:
        """Take a question into the conversation, or say why not. An empty one changes nothing."""
        return self._accept(conversation, Exchange(_new_id(), escaping.clean(question), filters=filters), messages)

    def within_quota(
        self, accepted: Accepted, conversation: Conversation, address: str, page: str, messages: Messages
    ) -> Accepted:
        """The same, unless its asker has asked too often: then `conversation`, and a notice when to ask again.
        `address` and `page` are where the request came from, as `Quota.take` takes them."""
        if not accepted.taken:
            return accepted
        refused = self._quota.take(self._asker, address, page)
        if refused is None:
            return accepted
        notice = messages.say("too_many", wait=messages.duration(refused.wait))
        return Accepted(conversation, taken=False, notice=notice)

    def search_again(
        self, conversation: Conversation, exchange_id: str, search_for: str, messages: Messages
    ) -> Accepted:
        """Take the question of an exchange once more, to be searched for with `search_for`. Nothing to search for
        changes nothing."""
        exchange = find(conversation, exchange_id)
        if exchange is None:
            return Accepted(conversation, taken=False, notice=messages.say("conversation_unknown"))
        query = escaping.clean(search_for)
        if not query:
            return Accepted(conversation, taken=False)
        return self._accept(conversation, _once_more(exchange, query), messages)

    def try_again(self, conversation: Conversation, exchange_id: str, messages: Messages) -> Accepted:
        """Take a question that failed or was stopped once more, in its own place if nothing was asked since."""
        exchange = find(conversation, exchange_id)
        if exchange is None or not isinstance(exchange.outcome, Failure | Stopped):
            return Accepted(conversation, taken=False, notice=messages.say("conversation_unknown"))
        others = conversation[:-1] if conversation[-1] is exchange else conversation
        accepted = self._accept(others, _once_more(exchange, exchange.search_for), messages)
        return accepted if accepted.taken else Accepted(conversation, taken=False, notice=accepted.notice)

    def _accept(self, conversation: Conversation, asked: Exchange, messages: Messages) -> Accepted:
        if not asked.question:
            return Accepted(conversation, taken=False)
        length = len(asked.search_for or asked.question)
        if length > QUESTION_LIMIT:
            numbers = {"length": messages.number(length), "limit": messages.number(QUESTION_LIMIT)}
            return Accepted(conversation, taken=False, notice=messages.say("too_long", **numbers))
        if pending(conversation):
            return Accepted(conversation, taken=False, notice=messages.say("still_working"))
        if self._stopping():
            return Accepted(conversation, taken=False, notice=messages.say("stopping"))
        return Accepted((*conversation, asked), taken=True)

    def answer(
        self, conversation: Conversation, messages: Messages, surface: Surface = "chat"
    ) -> Iterator[str | Result]:
        """Ask the engine the pending question: HTML of what is known so far, again and again, and at last the result.

        Gives nothing if no question is pending, or if it is being answered already, and nothing more once it was
        stopped. Closing the iterator stops the engine.
        """
        waiting, engine = pending(conversation), self._slot.engine
        if waiting is None or engine is None or not waiting.running.begin():
            return
        running = waiting.running
        try:
            earlier = history(self.visible(conversation))
            for event in engine.stream(waiting.question, earlier, running.stop, waiting.search_for, waiting.filters):
                if running.stop.is_set():
                    return
                match event:
                    case Searching(query):
                        running.searched_for = query
                    case TextDelta(text):
                        running.text += text
                    case Finished(answer):
                        self._audit.answered(self._asker, surface, answer)
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
        """The reader's HTML for what the browser asked to open. Its buttons name the other sources, too, so that all of
        the conversation must be visible."""
        try:
            conversation = self.visible(conversation)
        except AssistantIndexError as error:
            return notice_html(str(error), messages)
        return reading.read(self._slot.engine, conversation, request, messages)

    def _below(self, exchange: Exchange, messages: Messages) -> str:
        if exchange.outcome is None:
            return ""
        return "".join(part.answer_html(exchange, messages) for part in self.parts)

    def _collection(self) -> Collection | None:
        try:
            return self._slot.engine.collection() if self._slot.engine else None
        except AssistantIndexError:
            return None


def _once_more(exchange: Exchange, search_for: str | None) -> Exchange:
    return Exchange(_new_id(), exchange.question, search_for=search_for, filters=exchange.filters)


def _new_id() -> str:
    return secrets.token_hex(6)
