"""The shapes of a conversation: what was asked, what was answered, and what the answer cites."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

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
class Answer:
    """What the assistant says. `text` holds citation marks like `[1]`; `abstained` is true when the articles do not
    tell, and `citations` are then the nearest passages, shown as such. `timings_ms` holds `retrieve`, `answer` and
    `total`."""

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
