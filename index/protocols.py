"""What the assistant, the chat and the command line need of an index, whichever kind it is."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from index.article_changes import ArticleChange
from index.article_list import ArticleList
from index.conditions import Condition
from index.facets import Facets
from index.snapshot import Collection, SearchSettings
from index.status import Status
from index.types import Article, Embedder, Hit, Progress, Span
from index.verification import Fault
from index.writer import Written


class IndexSnapshot(Protocol):
    """One state of an index, whatever is written meanwhile, as far as somebody may see it; see `index.snapshot`."""

    @property
    def generation(self) -> int: ...

    def search(
        self,
        query: str,
        k: int = 10,
        language: str = "und",
        *,
        keep_near_copies: bool = False,
        allowed: Condition | None = None,
    ) -> list[Hit]: ...

    def article(self, article_id: str) -> Article: ...

    def find_article(self, article_id: str) -> Article | None: ...

    def articles(self) -> Iterator[Article]: ...

    def article_ids(self) -> list[str]: ...

    def passages_of(self, article_id: str) -> Sequence[Span]: ...

    def titles(self, wanted: Iterable[str]) -> dict[str, str]: ...

    def collection(self) -> Collection: ...

    def facets(self) -> Facets: ...


class PassageIndex(Protocol):
    """An index that is open for reading, by several threads at once. It follows what is written."""

    @property
    def embedder(self) -> Embedder: ...

    @property
    def settings(self) -> SearchSettings: ...

    def snapshot(self, groups: frozenset[str] | None = None) -> AbstractContextManager[IndexSnapshot]:
        """The newest state, for somebody in the access groups; None is the right to see everything."""
        ...

    def listed(
        self, words: str = "", condition: Condition | None = None, *, first: int = 0, count: int = 200
    ) -> ArticleList:
        """See `index.article_list`."""
        ...

    def with_settings(self, settings: SearchSettings) -> "PassageIndex":
        """The same index, searched with other settings; it is opened anew."""
        ...

    def close(self) -> None: ...


class Writer(Protocol):
    """The one that changes an index; each change is whole or not at all, and acknowledged when the method returns."""

    @property
    def generation(self) -> int: ...

    @property
    def left_undone(self) -> str | None: ...

    def holds(self, article_id: str) -> bool: ...

    def file_of(self, article_id: str) -> str | None: ...

    def ids_of_file(self, file: str) -> list[str]: ...

    def files(self) -> list[tuple[str, str]]: ...

    def add(self, articles: Iterable[Article]) -> Iterator[Written]: ...

    def remove(self, article_ids: Iterable[str]) -> list[str]: ...

    def re_embed(self, progress: Progress | None = None) -> int: ...

    def repair(self) -> None: ...


class IndexPlace(Protocol):
    """Where an index is, or will be. Everything but `open`, and a `writer` that adds, does without an embedder."""

    def open(self, embedder: Embedder, settings: SearchSettings | None = None) -> PassageIndex: ...

    def writer(
        self, embedder: Embedder | None, *, wait_seconds: float = 10.0, re_embed: bool = False
    ) -> AbstractContextManager[Writer]: ...

    def status(self) -> Status: ...

    def article_ids(self) -> list[str]: ...

    def listed(
        self, words: str = "", condition: Condition | None = None, *, first: int = 0, count: int = 200
    ) -> ArticleList: ...

    def files_of(self, article_ids: list[str] | None = None) -> dict[str, list[str]]: ...

    def changes(self, since: int = 0, limit: int = 1_000) -> Sequence[ArticleChange]: ...

    def verify(self, progress: Progress | None = None) -> list[Fault]: ...
