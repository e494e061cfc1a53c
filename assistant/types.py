"""The shapes of a conversation: what was asked, what was answered, what the answer cites; and the language model."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

Mode = Literal["extractive", "llm"]


@dataclass(frozen=True, slots=True)
class Turn:
    """One question and the answer that was given, as an earlier part of a conversation."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Citation:
    """A numbered quote, `article.text[start:end]`, re-read from the stored article before it is shown."""

    number: int
    article: str
    title: str
    date: str | None
    url: str | None
    start: int
    end: int
    quote: str
    language: str


@dataclass(frozen=True, slots=True)
class PassageReference:
    """A passage that the search brought, by position; `score` is the fused score of the search."""

    article: str
    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of an answer that a language model wrote, checked against the articles.

    `text` is shown without its marks; `citations` are numbers of the answer's citations. `supported` is false where no
    passage was found that says it; `unverified` holds the figures, names and dates of the text that stand in none of
    the cited passages, as they are written there.
    """

    text: str
    citations: tuple[int, ...]
    supported: bool
    unverified: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What the assistant says. `text` holds citation marks like `[1]`; `abstained` is true when the articles do not
    tell, and `citations` are then the nearest passages, shown as such. `timings_ms` holds `retrieve`, `answer` and
    `total`. `notices` tell the asker, in the language of the question, what was done otherwise than wished;
    `statements` are the sentences of `text` when a language model wrote it. `confidence` is the probability, by the
    calibration, that the best of the sentences that were found answers; None where that was not asked."""

    question: str
    searched_for: str
    language: str
    text: str
    abstained: bool
    citations: tuple[Citation, ...]
    passages: tuple[PassageReference, ...]
    mode: Mode
    index_generation: int
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    notices: tuple[str, ...] = ()
    statements: tuple[Statement, ...] = ()
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Searching:
    """What is searched for now; it may differ from the question, which leans on what was said before."""

    query: str


@dataclass(frozen=True, slots=True)
class TextDelta:
    """The next piece of what a language model writes, unchecked: the answer of `Finished` takes its place."""

    text: str


@dataclass(frozen=True, slots=True)
class Finished:
    """The whole answer, checked; always the last event, and the only one of its kind."""

    answer: Answer


Event = Searching | TextDelta | Finished
"""What happens while a question is answered, in this order."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message to a language model."""

    role: Literal["system", "user", "assistant"]
    text: str


class LanguageModel(Protocol):
    """Writes a text after messages. May be used by several threads at once."""

    def context_tokens(self, stop: threading.Event | None = None) -> int:
        """How many tokens the prompt and the answer may have together; never raises."""
        ...

    @property
    def answer_tokens(self) -> int:
        """How many tokens an answer may have."""
        ...

    def stream(self, messages: Sequence[Message], stop: threading.Event | None = None) -> Iterator[str]:
        """The text, piece by piece as it is written. It ends early, and silently, soon after `stop` is set.

        Closing the iterator ends the request, too. Raises LanguageModelFailed at any point where no whole answer
        comes, AnswerCutOff after an answer that reached its limit.
        """
        ...
