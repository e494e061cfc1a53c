"""The files that are derived from the database, brought up to date: what came since into them, what was removed out.

A small collection has one vector file, which is made anew. A large one has a vector file with lists and a word file;
they are copied with the changes, so that only what is new is compared with the centres.
"""

import errno
import sqlite3
import threading
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from index import recent_words, store
from index.database import open_for_reading
from index.derived import embedder_record, recorded_vector_file, recorded_word_file
from index.errors import IndexDamaged
from index.inverted_file import TRAINED_BY, wanted_lists
from index.layout import Layout
from index.vector_file import DerivedFile, read_vector_file, reusable, write_inverted_file, write_vector_file
from index.visible_part import stored_lengths
from index.word_file import Postings, WordFile, merged, read_word_file, without, write_word_file

MANY = 100_000
"""From this number of passages on, going through all of them costs more than a search may take."""

SMALL = 20_000
"""An index of fewer passages gets new files with every change: writing them takes milliseconds."""

STALE_SHARE = 0.1
"""A larger one gets new files when this share of its passages is not in them, or removed."""

MOST_STALE, MOST_STALE_SHARE = 20_000, 0.02
"""And a large one when so many are, or this share: they are searched one by one."""

Item = TypeVar("Item")


def is_due(passages: int, changes: int, *, is_last: bool = True) -> bool:
    """Whether `changes` passages, added or removed since the files were made, are too many for a collection.

    While a writer goes on, and its last change `is_last` not, more of them wait: each compaction copies everything, and
    the next changes make the next one due.
    """
    if passages < SMALL:
        return changes > 0
    most = max(MOST_STALE, MOST_STALE_SHARE * passages) if is_last else passages
    return changes > min(STALE_SHARE * passages, most)


class Stopped(Exception):
    """Somebody asked a compaction to stop."""


@dataclass(frozen=True, slots=True)
class Compacted:
    """The new files, which are in the folder and not recorded yet; a small collection has no word file."""

    vectors: DerivedFile
    words: DerivedFile | None

    def delete(self, layout: Layout) -> None:
        layout.vector_file(self.vectors.generation).unlink(missing_ok=True)
        layout.word_file(self.vectors.generation).unlink(missing_ok=True)


def compact(
    connection: sqlite3.Connection,
    layout: Layout,
    generation: int,
    *,
    anew: bool = False,
    stop: threading.Event | None = None,
) -> Compacted:
    """Writes the files of what the connection reads under the name of a generation; `anew` copies nothing.

    Raises OSError when they cannot be written, Stopped when `stop` was set.
    """
    dimension = embedder_record(connection, layout).dimension
    _, passages = store.counts(connection)
    path = layout.vector_file(generation)
    if passages < MANY:
        every = _until(stop, store.vectors_after(connection, 0, dimension))
        return Compacted(write_vector_file(path, every, dimension, generation), None)
    before = None if anew else recorded_vector_file(connection)
    removed = np.array(sorted(store.removed_after(connection, before.generation if before else 0)), dtype=np.int64)
    words = _words(connection, layout, before)
    known = _known_terms(connection, words, removed)
    lengths = stored_lengths(connection)
    last_key = len(lengths) - 1
    try:
        word_file = write_word_file(layout.word_file(generation), _until(stop, known), lengths, last_key, generation)
    except sqlite3.Error as error:
        raise OSError(
            errno.ENOSPC, "the disk is full, or the file is too large", str(layout.word_file(generation))
        ) from error
    held = reusable(_vectors(layout, before, dimension), removed, passages)
    held_to = before.last_key if held and before else 0
    vectors = write_inverted_file(
        path,
        _until(stop, store.vectors_after(connection, held_to, dimension)),
        lambda: store.sample_of_vectors(connection, TRAINED_BY * wanted_lists(passages), dimension),
        passages,
        generation,
        held,
    )
    return Compacted(replace(vectors, last_key=max(vectors.last_key, held_to)), word_file)


def _known_terms(
    connection: sqlite3.Connection, words: WordFile | None, removed: NDArray[np.int64]
) -> Iterable[tuple[str, Postings]]:
    if words is None:
        return store.words_of_all(connection)
    return merged(without(words.all_postings(), removed), store.words_of_all(connection, recent_words.PLACES))


def _words(connection: sqlite3.Connection, layout: Layout, before: DerivedFile | None) -> WordFile | None:
    recorded = recorded_word_file(connection)
    if before is None or recorded is None or recorded.generation != before.generation:
        return None
    try:
        return read_word_file(layout.word_file(recorded.generation), recorded)
    except IndexDamaged:
        return None


def _vectors(layout: Layout, before: DerivedFile | None, dimension: int) -> Any:
    try:
        return None if before is None else read_vector_file(layout.vector_file(before.generation), before, dimension)
    except IndexDamaged:
        return None


def _until(stop: threading.Event | None, items: Iterable[Item]) -> Iterator[Item]:
    for item in items:
        if stop is not None and stop.is_set():
            raise Stopped
        yield item


@dataclass(slots=True)
class BackgroundCompaction:
    """A compaction in a thread of its own, of the generation at which it was begun, while the writer goes on."""

    layout: Layout
    result: Compacted | None = None
    error: BaseException | None = None
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    @classmethod
    def begun(cls, layout: Layout) -> "BackgroundCompaction":
        compaction = cls(layout)
        compaction._thread = threading.Thread(target=compaction._run, name="compaction", daemon=True)
        compaction._thread.start()
        return compaction

    def _run(self) -> None:
        try:
            with closing(open_for_reading(self.layout)) as connection:
                connection.execute("BEGIN")
                self.result = compact(connection, self.layout, store.generation(connection), stop=self._stop)
        except BaseException as error:  # given to the writer, in whose thread it can be told
            self.error = error

    def is_running(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def wait(self) -> None:
        if self._thread is not None:
            self._thread.join()

    def abandon(self, seconds: float = 5.0) -> None:
        """Stops it; its files are deleted. One that does not stop in time ends with the process, and the next writer
        deletes what it left."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(seconds)
        if self.result is not None:
            self.result.delete(self.layout)


def unused_files(layout: Layout, *generations: int) -> list[Path]:
    """Files that belong to none of the generations."""
    kept = {path for each in generations for path in (layout.vector_file(each), layout.word_file(each))}
    return [path for path in [*layout.vector_files(), *layout.word_files()] if path not in kept]
