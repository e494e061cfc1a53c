"""What every stack is asked to do. What is imported here must be there in the peers' environment, too."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from benchmarks.whole.shared_vectors import SharedVectors

PASSAGES_FOUND = 10
"""What every search returns."""

PASSAGE_CHARACTERS = 700
"""At most, of every stack's passages: this project's own size, which the weights read whole."""

Search = Callable[[str], list[str]]
"""A query -> the ids of the articles of the best passages, best first; an article may be there more than once."""


@dataclass(frozen=True, slots=True)
class Given:
    """`model` is the folder of the weights, as the stack runs them. `vectors` are there where they are shared."""

    model: Path
    vectors: SharedVectors | None = None


class Adapter(Protocol):
    """A stack over an index in a folder. An article's id is its file, relative to the folder that was given with it.

    Nothing is imported or loaded before the first call, and every call stands for a process of its own.
    """

    def build(self, articles: Path, index: Path) -> int:
        """Makes the index of all files below `articles`; returns how many passages it holds."""
        ...

    def open(self, index: Path, mode: str) -> Search:
        """Ready to search; `mode` is "dense" or "hybrid"."""
        ...

    def add(self, index: Path, folder: Path, article: str) -> None:
        """Adds an article, whose file is below `folder`, so that the next process finds it."""
        ...

    def remove(self, index: Path, article: str) -> None:
        """Raises NotImplementedError where the stack offers no way but to build the index again."""
        ...


def article_files(folder: Path) -> Iterator[tuple[str, Path]]:
    """Ids and files of all articles below a folder, in order."""
    for file in sorted(folder.rglob("*.txt")):
        yield article_id(file, folder), file


def article_id(file: str | Path, folder: Path) -> str:
    return Path(file).relative_to(folder).as_posix()
