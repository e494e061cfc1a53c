"""An index in Milvus, open for reading."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from index.article_list import ArticleList
from index.conditions import Condition, readers
from index.local_index import check_record
from index.milvus.layout import Names
from index.milvus.server import MilvusServer
from index.milvus.snapshot import MilvusSnapshot
from index.milvus.states import View, read_view
from index.snapshot import SearchSettings
from index.types import Embedder

Frequencies = dict[tuple[frozenset[str] | None, str], int]


@dataclass(slots=True)
class MilvusIndex:
    """Opened with `MilvusIndex.open`. May be used by several threads at once; it holds nothing that another one, on
    another machine, must know."""

    server: MilvusServer
    names: Names
    embedder: Embedder
    settings: SearchSettings
    _view: View | None = None
    _frequencies: Frequencies = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def open(cls, server: MilvusServer, embedder: Embedder, settings: SearchSettings | None = None) -> "MilvusIndex":
        """Raises IndexMissing, IndexTooNew, IndexDamaged, IndexUnreachable, and EmbedderMismatch when the vectors were
        made by another embedder."""
        index = cls(server, Names(server.address.name), embedder, settings or SearchSettings())
        with index.snapshot():
            pass
        return index

    @contextmanager
    def snapshot(self, groups: frozenset[str] | None = None) -> Iterator[MilvusSnapshot]:
        """The newest state, unchanged until the end of the `with` block as long as that takes less than
        `index.milvus.gone.GONE_AFTER_SECONDS`. Raises what `open` raises."""
        view, frequencies = self._newest()
        yield MilvusSnapshot(self.server, self.names, view, self.embedder, self.settings, groups, frequencies)

    def listed(
        self, words: str = "", condition: Condition | None = None, *, first: int = 0, count: int = 200
    ) -> ArticleList:
        with self.snapshot(readers(condition)) as snapshot:
            return snapshot.listed(words, condition, first=first, count=count)

    def with_settings(self, settings: SearchSettings) -> "MilvusIndex":
        return MilvusIndex.open(self.server, self.embedder, settings)

    def close(self) -> None:
        self.server.close()

    def _newest(self) -> tuple[View, Frequencies]:
        with self._lock:
            known = self._view
        view = read_view(self.server, self.names, known)
        if known is None or view.state.embedder != known.state.embedder:
            check_record(view.state.embedder, self.embedder, str(self.server.address))
        with self._lock:
            before = self._view.state if self._view else None
            if before is None or before.identity != view.state.identity or before.generation < view.state.generation:
                self._view, self._frequencies = view, {}
            elif before.generation == view.state.generation:
                self._view = view
                if view.state != before:  # the words of its change are counted now
                    self._frequencies = {}
            else:
                return view, {}
            return self._view, self._frequencies
