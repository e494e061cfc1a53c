"""A conversation as a value: every step gives a new one, and nothing of it is kept anywhere else."""

from dataclasses import dataclass, field, replace

from assistant.filters import EVERYTHING, Filters
from assistant.types import Answer, Turn
from assistant.web.running import Running


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a question got no answer, in words for the user."""

    message: str


@dataclass(frozen=True, slots=True)
class Stopped:
    """The user stopped the question; `written` is what a language model had written by then, unchecked."""

    written: str = ""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One question and what became of it; `outcome` is None while it is being answered. `id` is unique over all
    conversations, so that a late answer never lands under another question. `search_for` is what the user wished to
    be searched instead of the question, `filters` say in which articles."""

    id: str
    question: str
    outcome: Answer | Failure | Stopped | None = None
    search_for: str | None = None
    filters: Filters = EVERYTHING
    running: Running = field(default_factory=Running, compare=False, repr=False)


Conversation = tuple[Exchange, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """What the engine made of the question of one exchange."""

    exchange: str
    outcome: Answer | Failure


def pending(conversation: Conversation) -> Exchange | None:
    """The exchange that is being answered."""
    return conversation[-1] if conversation and conversation[-1].outcome is None else None


def history(conversation: Conversation) -> tuple[Turn, ...]:
    """The answered exchanges, as the engine takes them. A query that the user wrote says best what was meant."""
    return tuple(
        Turn(exchange.search_for or exchange.question, exchange.outcome.text)
        for exchange in conversation
        if isinstance(exchange.outcome, Answer)
    )


def settle(conversation: Conversation, outcome: Answer | Failure | Stopped) -> Conversation:
    """The conversation with `outcome` under its pending question; unchanged if no question is pending."""
    waiting = pending(conversation)
    return conversation if waiting is None else (*conversation[:-1], replace(waiting, outcome=outcome))


def place(conversation: Conversation, result: Result | None) -> Conversation:
    """The conversation with `result` under the question it belongs to. An answer that comes after its question was
    stopped, or after the conversation was cleared, is dropped."""
    waiting = pending(conversation)
    if waiting is None or result is None or result.exchange != waiting.id:
        return conversation
    return settle(conversation, result.outcome)


def find(conversation: Conversation, exchange_id: str) -> Exchange | None:
    return next((exchange for exchange in conversation if exchange.id == exchange_id), None)
