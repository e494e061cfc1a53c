"""Which kind of index is where: chosen here, and nowhere else."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from index.article_changes import ArticleChange, read_changes
from index.article_list import ArticleList, files_of, list_articles
from index.conditions import Condition
from index.local_index import LocalIndex
from index.location import IndexLocation, MilvusAddress
from index.protocols import IndexPlace
from index.snapshot import SearchSettings
from index.status import Status, read_article_ids, read_status
from index.types import Embedder, Progress
from index.verification import Fault, verify
from index.writer import IndexWriter


def index_at(location: IndexLocation, token: str = "", timeout_seconds: float = 10.0) -> IndexPlace:
    """The place of an index: a folder, or Milvus. `token` and `timeout_seconds` are for Milvus's server; nothing is
    connected to yet. Raises PackageMissing where the package for it is not installed."""
    if isinstance(location, MilvusAddress):
        from index.milvus.place import MilvusPlace

        return MilvusPlace.of(location, token, timeout_seconds)
    return LocalPlace(location)


@dataclass(frozen=True, slots=True)
class LocalPlace:
    """A folder of this machine; what each method raises is said where it is defined."""

    folder: Path

    def open(self, embedder: Embedder, settings: SearchSettings | None = None) -> LocalIndex:
        return LocalIndex.open(self.folder, embedder, settings)

    def writer(
        self, embedder: Embedder | None, *, wait_seconds: float = 10.0, re_embed: bool = False
    ) -> AbstractContextManager[IndexWriter]:
        return IndexWriter.open(self.folder, embedder, wait_seconds=wait_seconds, re_embed=re_embed)

    def status(self) -> Status:
        return read_status(self.folder)

    def article_ids(self) -> list[str]:
        return read_article_ids(self.folder)

    def listed(
        self, words: str = "", condition: Condition | None = None, *, first: int = 0, count: int = 200
    ) -> ArticleList:
        return list_articles(self.folder, words, condition, first=first, count=count)

    def files_of(self, article_ids: list[str] | None = None) -> dict[str, list[str]]:
        return files_of(self.folder, article_ids)

    def changes(self, since: int = 0, limit: int = 1_000) -> Sequence[ArticleChange]:
        return read_changes(self.folder, since, limit)

    def verify(self, progress: Progress | None = None) -> list[Fault]:
        return verify(self.folder, progress)
