"""What a format's reader makes of a file, before it becomes an `Article`."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from index.readers.limits import ReadLimits
from index.types import ReadProblem


@dataclass(frozen=True, slots=True)
class Source:
    """A file to read: where it lies, and the article id that its path gives."""

    path: Path
    id: str

    @property
    def where(self) -> str:
        return str(self.path)


@dataclass(frozen=True, slots=True)
class Draft:
    """The text of one article and what its source says about it, not yet cleaned. An empty `title`, `language` or
    `id` means that the source gives none. `line` is the line of a record in its file."""

    text: str
    title: str = ""
    id: str = ""
    language: str = ""
    date: str | None = None
    author: str | None = None
    url: str | None = None
    groups: tuple[str, ...] = ()
    line: int | None = None


class Reader(Protocol):
    """A module of this package that reads one format."""

    def read(self, source: Source, limits: ReadLimits) -> Iterator[Draft | ReadProblem]:
        """The articles of one file. Raises `Unreadable`, `OSError` or whatever its library raises."""
        ...
