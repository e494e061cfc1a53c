"""An index in a folder, read by any number of processes while one writes."""

import sqlite3
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from index import store
from index.article_list import ArticleList, list_articles
from index.conditions import Condition
from index.database import errors_in_our_words, open_for_reading
from index.derived import EmbedderRecord, embedder_record, recorded_vector_file, recorded_word_file
from index.errors import EmbedderMismatch, IndexDamaged
from index.layout import Layout
from index.snapshot import SearchSettings, Snapshot, empty_view
from index.types import Embedder
from index.vector_file import DerivedFile, read_vector_file
from index.vectors import VectorView
from index.visible_part import VisibleParts
from index.word_file import read_word_file


class VectorFileWarning(UserWarning):
    """The vector file or the word file cannot be used; the search reads the database instead."""


FileIdentity = tuple[int, int]
"""Device and inode: another file under the same name has another one."""


@dataclass(slots=True)
class LocalIndex:
    """Opened with `LocalIndex.open`. May be used by several threads at once.

    It follows the index in its folder: changes, and also a folder that was deleted and built again.
    """

    layout: Layout
    embedder: Embedder
    settings: SearchSettings
    _view: VectorView
    _file: FileIdentity | None = None
    _idle: list[sqlite3.Connection] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def open(cls, folder: Path, embedder: Embedder, settings: SearchSettings | None = None) -> "LocalIndex":
        """Opens the index in a folder for reading.

        Raises IndexMissing, IndexTooNew, IndexDamaged, IndexUnwritable, and EmbedderMismatch when the vectors were
        made by another embedder.
        """
        index = cls(Layout(folder), embedder, settings or SearchSettings(), empty_view(embedder.dimension))
        with index.snapshot():  # what is damaged is told when the index is opened, not at the first question
            pass
        return index

    @contextmanager
    def snapshot(self, groups: frozenset[str] | None = None) -> Iterator[Snapshot]:
        """The newest generation, unchanged until the end of the `with` block; as far as somebody in the access groups
        may see it, where they are given.

        Raises what `open` raises, since all of it can become true of an index that is open.
        """
        with errors_in_our_words(self.layout.folder):
            connection, file, view = self._begin()
            try:
                yield Snapshot(connection, view, self.embedder, self.settings, groups)
                connection.execute("ROLLBACK")
            except BaseException:
                connection.close()
                raise
            self._give_back(connection, file)

    def listed(
        self, words: str = "", condition: Condition | None = None, *, first: int = 0, count: int = 200
    ) -> ArticleList:
        return list_articles(self.layout.folder, words, condition, first=first, count=count)

    def with_settings(self, settings: SearchSettings) -> "LocalIndex":
        return LocalIndex.open(self.layout.folder, self.embedder, settings)

    def close(self) -> None:
        with self._lock:
            self._close_idle()

    def _begin(self) -> tuple[sqlite3.Connection, FileIdentity | None, VectorView]:
        """A connection in a read transaction, the file that it reads, and the vectors of just its generation."""
        while True:
            connection, file, newest_seen = self._taken_connection()
            try:
                connection.execute("BEGIN")
                view = self._view_of(connection, file, newest_seen)
                if view is not None:
                    return connection, file, view
                connection.execute("ROLLBACK")
            except BaseException:
                connection.close()
                raise
            self._give_back(connection, file)

    def _taken_connection(self) -> tuple[sqlite3.Connection, FileIdentity | None, int]:
        """A connection, the file that it reads, and the newest generation that was seen before it was taken."""
        file = _identity(self.layout.database)
        with self._lock:
            if file != self._file:
                self._close_idle()
                self._file, self._view = file, empty_view(self.embedder.dimension)
            newest_seen = self._view.generation
            if self._idle:
                return self._idle.pop(), file, newest_seen
        return open_for_reading(self.layout), file, newest_seen

    def _view_of(
        self, connection: sqlite3.Connection, file: FileIdentity | None, newest_seen: int
    ) -> VectorView | None:
        """None where the transaction is not of the newest generation, and another one must be begun."""
        generation = store.generation(connection)
        with self._lock:
            if file != self._file or file != _identity(self.layout.database):
                return None  # the file was replaced since the connection was taken
            if generation < newest_seen:  # an older state of the index was copied over it
                self._view = empty_view(self.embedder.dimension)
            if generation > self._view.generation:
                check_embedder(embedder_record(connection, self.layout), self.embedder, self.layout)
                self._view = load_view(connection, self.layout, self.embedder.dimension, self._view)
            return self._view if generation == self._view.generation else None

    def _give_back(self, connection: sqlite3.Connection, file: FileIdentity | None) -> None:
        with self._lock:
            # One that does not use the write-ahead log was opened in a folder that cannot be written to. It takes the
            # file for unchanging, and would never see a change that somebody with more rights makes.
            if file == self._file and connection.execute("PRAGMA journal_mode").fetchone() == ("wal",):
                self._idle.append(connection)
            else:
                connection.close()

    def _close_idle(self) -> None:
        for connection in self._idle:
            connection.close()
        self._idle.clear()


def _identity(path: Path) -> FileIdentity | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def check_embedder(record: EmbedderRecord, embedder: Embedder, layout: Layout) -> None:
    """Raises EmbedderMismatch when the index was made with another embedder."""
    check_record(record, embedder, str(layout.folder))


def check_record(record: EmbedderRecord, embedder: Embedder, where: str) -> None:
    """The same of the index that is at `where`."""
    if record.fingerprint != embedder.fingerprint:
        again = f"assistant index build --re-embed --index {where}"
        if record.name == embedder.name:
            raise EmbedderMismatch(
                f"The index in {where} was made with another version of the embedder {record.name!r} "
                f"(fingerprint {record.fingerprint}, now {embedder.fingerprint}). Embed the articles again: {again}"
            )
        raise EmbedderMismatch(
            f"The index in {where} was made with the embedder {record.name!r} ({record.dimension} dimensions, "
            f"fingerprint {record.fingerprint}), and {embedder.name!r} ({embedder.dimension} dimensions, fingerprint "
            f"{embedder.fingerprint}) is set. Set the first one (ASSISTANT_EMBEDDER), or embed the articles again with "
            f"the second: {again}"
        )


def load_view(connection: sqlite3.Connection, layout: Layout, dimension: int, known: VectorView) -> VectorView:
    """The vectors of the transaction's generation, read anew only as far as they are not in `known`."""
    generation = store.generation(connection)
    file, words = recorded_vector_file(connection), recorded_word_file(connection)
    if (file, words) != (known.file, known.words):
        opened = _opened_view(layout, dimension, file, words)
        parts = known.visible_parts.of_next_generation(opened.visible_parts.words)
        known = replace(opened, visible_parts=parts)
    batches = list(store.vectors_after(connection, known.last_key, dimension))
    keys = np.concatenate([known.recent_keys[:0], *(keys for keys, _ in batches)])
    vectors = np.concatenate([known.recent[:0], *(vectors for _, vectors in batches)])
    return known.advanced(generation, keys, vectors, store.removed_after(connection, known.generation))


def _opened_view(layout: Layout, dimension: int, file: DerivedFile | None, words: DerivedFile | None) -> VectorView:
    empty = replace(empty_view(dimension), words=words)
    if file is None:
        return empty
    try:
        index = read_vector_file(layout.vector_file(file.generation), file, dimension)
    except IndexDamaged as error:
        _warn(f"{error} The vectors are read from the database instead, which takes longer.", layout)
        return replace(empty, file=file)
    if words is not None and words.generation == file.generation:
        try:
            parts = VisibleParts(read_word_file(layout.word_file(words.generation), words))
            empty = replace(empty, visible_parts=parts)
        except IndexDamaged as error:
            _warn(f"{error} Words are searched in the database instead, which takes longer.", layout)
    return replace(empty, generation=file.generation, file=file, faiss_index=index, last_key=file.last_key)


def _warn(what: str, layout: Layout) -> None:
    warnings.warn(
        f"{what} Make the file anew: assistant index repair --index {layout.folder}", VectorFileWarning, stacklevel=4
    )
