"""The shapes that flow through the index, in the order in which data flows, and the protocol of its embedders."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

Progress = Callable[[int, int | None], None]
"""Called as `progress(done, total)`; `total` is None while it is not known."""


class Span(NamedTuple):
    """A half-open range of character positions: `text[start:end]`."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Article:
    """One article as stored.

    `text` is the whole text that passages point into, as the source gave it: line ends are `\\n`, characters that
    cannot be stored or shown (NUL and other control characters, lone surrogates) are replaced one for one, nothing
    else is changed. `language` is an ISO 639-1 code, or "und" where it cannot be told. `date` is an ISO 8601 date,
    `YYYY-MM-DD`. `file` is the path it was read from. `groups` are the access groups that may see it; none means
    everybody.
    """

    id: str
    title: str
    text: str
    language: str = "und"
    date: str | None = None
    author: str | None = None
    url: str | None = None
    file: str | None = None
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadProblem:
    """A file or a record that could not be read: where it is, what is wrong, and what to do next."""

    where: str
    what: str
    next_step: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what} {self.next_step}"


@dataclass(frozen=True, slots=True)
class Passage:
    """A citable piece of one article; `text` is `article.text[start:end]`, always."""

    article: str
    start: int
    end: int
    text: str
    language: str = "und"


Retriever = Literal["vectors", "words"]


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that a search found. `score` is the fused score, higher is better; `ranks` start at 1 and hold the
    retrievers that found it; `similarity` is the cosine between question and passage."""

    passage: Passage
    score: float
    ranks: Mapping[Retriever, int] = field(default_factory=dict)
    similarity: float = 0.0


class Embedder(Protocol):
    """Turns texts into vectors of length 1, so that the inner product is the cosine.

    `fingerprint` changes whenever the same text would get another vector; an index refuses an embedder whose
    fingerprint is not its own.
    """

    @property
    def name(self) -> str: ...

    @property
    def dimension(self) -> int: ...

    @property
    def fingerprint(self) -> str: ...

    def embed_passages(self, texts: Sequence[str], progress: Progress | None = None) -> NDArray[np.float32]:
        """Vectors of shape (len(texts), dimension), in the order of `texts`."""
        ...

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of shape (len(texts), dimension), in the order of `texts`."""
        ...
