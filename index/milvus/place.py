"""Where an index in Milvus is, or will be; see `index.protocols.IndexPlace`."""

import json
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray

from index.article_changes import ArticleChange
from index.article_list import ArticleList
from index.conditions import Condition, readers
from index.errors import AssistantIndexError
from index.location import MilvusAddress
from index.milvus.index import MilvusIndex
from index.milvus.layout import Names
from index.milvus.server import MilvusServer
from index.milvus.snapshot import MilvusSnapshot
from index.milvus.states import read_state, read_view
from index.milvus.verification import faults
from index.milvus.writer import MilvusWriter
from index.snapshot import SearchSettings
from index.status import Status
from index.types import Embedder, Progress
from index.verification import Fault


@dataclass(frozen=True, slots=True)
class MilvusPlace:
    """Made with `MilvusPlace.of`."""

    server: MilvusServer

    @classmethod
    def of(cls, address: MilvusAddress, token: str, timeout_seconds: float) -> "MilvusPlace":
        """Raises PackageMissing."""
        return cls(MilvusServer.of(address, token, timeout_seconds))

    def open(self, embedder: Embedder, settings: SearchSettings | None = None) -> MilvusIndex:
        return MilvusIndex.open(self.server, embedder, settings)

    def writer(
        self, embedder: Embedder | None, *, wait_seconds: float = 10.0, re_embed: bool = False
    ) -> AbstractContextManager[MilvusWriter]:
        return MilvusWriter.open(self.server, embedder, wait_seconds=wait_seconds, re_embed=re_embed)

    def status(self) -> Status:
        """`bytes` is 0 for a server, which does not tell; see `index.status`."""
        with self._snapshot() as snapshot:
            collection, state = snapshot.collection(), snapshot.view.state
            return Status(
                articles=collection.articles,
                passages=collection.passages,
                embedder=state.embedder.name,
                dimension=state.embedder.dimension,
                fingerprint=state.embedder.fingerprint,
                generation=state.generation,
                bytes=self._bytes_on_disk(),
                languages=dict(collection.languages),
            )

    def article_ids(self) -> list[str]:
        with self._snapshot() as snapshot:
            return snapshot.article_ids()

    def listed(
        self, words: str = "", condition: Condition | None = None, *, first: int = 0, count: int = 200
    ) -> ArticleList:
        with self._snapshot(readers(condition)) as snapshot:
            return snapshot.listed(words, condition, first=first, count=count)

    def files_of(self, article_ids: list[str] | None = None) -> dict[str, list[str]]:
        with self._snapshot() as snapshot:
            return snapshot.files_of(article_ids)

    def changes(self, since: int = 0, limit: int = 1_000) -> Sequence[ArticleChange]:
        names = Names(self.server.address.name)
        state = read_state(self.server, names)
        rows = list(self.server.iterate(names.changes, f"born > {since} and born <= {state.generation}", _CHANGE))
        return [ArticleChange(int(row["born"]), *json.loads(row["value"])) for row in rows[: -limit - 1 : -1]]

    def verify(self, progress: Progress | None = None) -> list[Fault]:
        """Raises IndexMissing, IndexTooNew and IndexUnreachable."""
        with self._snapshot() as snapshot:
            return faults(snapshot, progress)

    @contextmanager
    def _snapshot(self, groups: frozenset[str] | None = None) -> Iterator[MilvusSnapshot]:
        names = Names(self.server.address.name)
        embedder = cast(Embedder, _NoEmbedder())
        yield MilvusSnapshot(self.server, names, read_view(self.server, names), embedder, SearchSettings(), groups)

    def _bytes_on_disk(self) -> int:
        """Of a file of Milvus Lite; 0 for a server, which does not tell."""
        folder = Path(self.server.address.uri)
        total = 0
        if self.server.address.uri.endswith(".db") and folder.exists():
            for each in folder.rglob("*"):
                with suppress(OSError):
                    total += each.stat().st_size if each.is_file() else 0
        return total


_CHANGE = ["key", "born", "value"]


class _NoEmbedder:
    """In the place of an embedder where nothing is searched."""

    def embed_queries(self, _texts: Sequence[str]) -> NDArray[np.float32]:
        raise AssistantIndexError("This index was opened without an embedder, and cannot be searched.")
