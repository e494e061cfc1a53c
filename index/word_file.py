"""The words of many passages as arrays: for each term, in which passages it stands and how often.

FTS5 takes more than a microsecond to score one passage; numpy scores a hundred in that time, once it has the arrays.
They lie in an SQLite file of their own that is written once and then only read.
"""

import sqlite3
import threading
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.errors import IndexDamaged
from index.vector_file import DerivedFile, record, whole_or_not_at_all

Postings = tuple[NDArray[np.int64], NDArray[np.int64]]
"""Keys of passages, ascending, and how often a term stands in each."""

MOST_TIMES = 255
"""What is counted of a term in one passage."""

_SCHEMA = """
PRAGMA page_size = 16384;
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE lengths (of_passages BLOB NOT NULL);
CREATE TABLE terms (term TEXT NOT NULL, passages BLOB NOT NULL, times BLOB NOT NULL);
"""
"""`passages` are keys of four bytes, `times` of one, `of_passages` of two for each key from 0, lowest byte first."""

_MAPPED_BYTES = 1 << 40
NO_POSTINGS: Postings = (np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))


@dataclass(frozen=True, slots=True, eq=False)
class WordFile:
    """An open file; may be used by several threads at once. `lengths[key]` is how many terms a passage has,
    0 where it is not in the file."""

    connection: sqlite3.Connection
    lengths: NDArray[np.int32]
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, term: str) -> int:
        """How many passages of the file hold a term; costs the same for every term."""
        row = self._row("SELECT length(passages) / 4 FROM terms WHERE term = ?", term)
        return 0 if row is None else int(row[0])

    def postings(self, term: str) -> Postings:
        row = self._row("SELECT passages, times FROM terms WHERE term = ?", term)
        return NO_POSTINGS if row is None else _read(*row)

    def _row(self, statement: str, term: str) -> tuple[Any, ...] | None:
        with self._lock:
            row: tuple[Any, ...] | None = self.connection.execute(statement, (term,)).fetchone()
            return row

    def all_postings(self) -> Iterator[tuple[str, Postings]]:
        """Of every term, in the order of their UTF-8."""
        for term, passages, times in self.connection.execute("SELECT term, passages, times FROM terms ORDER BY term"):
            yield term, _read(passages, times)


def _read(passages: bytes, times: bytes) -> Postings:
    return np.frombuffer(passages, "<u4").astype(np.int64), np.frombuffer(times, np.uint8).astype(np.int64)


def write_word_file(
    path: Path,
    terms: Iterable[tuple[str, Postings]],
    lengths: NDArray[np.int32],
    last_key: int,
    generation: int,
) -> DerivedFile:
    """Writes the postings of terms, which come in the order of their UTF-8; `lengths` are those of `WordFile`.

    The file is there whole or not at all. Raises OSError or sqlite3.Error when it cannot be written.
    """
    with whole_or_not_at_all(path) as unfinished:
        unfinished.unlink(missing_ok=True)
        with closing(sqlite3.connect(unfinished, isolation_level=None)) as connection:
            connection.executescript(_SCHEMA)
            connection.execute("BEGIN")
            connection.executemany("INSERT INTO terms VALUES (?, ?, ?)", _rows(terms))
            short = np.minimum(lengths, np.iinfo(np.uint16).max).astype("<u2")
            connection.execute("INSERT INTO lengths VALUES (?)", (short.tobytes(),))
            connection.execute("CREATE UNIQUE INDEX terms_by_term ON terms (term)")
            connection.execute("COMMIT")
        return record(unfinished, generation, last_key, int(np.count_nonzero(lengths)))


def _rows(terms: Iterable[tuple[str, Postings]]) -> Iterator[tuple[str, bytes, bytes]]:
    for term, (keys, times) in terms:
        if len(keys):
            yield term, keys.astype("<u4").tobytes(), np.minimum(times, MOST_TIMES).astype(np.uint8).tobytes()


def merged(
    one: Iterable[tuple[str, Postings]], other: Iterable[tuple[str, Postings]]
) -> Iterator[tuple[str, Postings]]:
    """Of two such series one; where both have a term, all keys of `one` come before those of `other`."""
    first, second = iter(one), iter(other)
    left, right = next(first, None), next(second, None)
    while left is not None or right is not None:
        if right is None or (left is not None and left[0] < right[0]):
            assert left is not None
            yield left
            left = next(first, None)
        elif left is None or right[0] < left[0]:
            yield right
            right = next(second, None)
        else:
            yield left[0], (np.concatenate([left[1][0], right[1][0]]), np.concatenate([left[1][1], right[1][1]]))
            left, right = next(first, None), next(second, None)


def without(terms: Iterable[tuple[str, Postings]], removed: NDArray[np.int64]) -> Iterator[tuple[str, Postings]]:
    """The same series without some passages."""
    gone = np.zeros(int(removed.max(initial=-1)) + 2, dtype=np.bool_)
    gone[removed] = True
    for term, (keys, times) in terms:
        stay = ~gone[np.minimum(keys, len(gone) - 1)]
        yield term, (keys, times) if stay.all() else (keys[stay], times[stay])


def postings_of(places: str | None) -> Postings:
    """Out of the keys of passages in which a term stands, one for each time, as text."""
    if not places:
        return NO_POSTINGS
    if " " not in places:
        return np.array([int(places)]), np.ones(1, dtype=np.int64)
    # As one long text, which SQLite writes and numpy reads many times faster than Python takes row after row.
    return np.unique(np.fromstring(places, dtype=np.int64, sep=" "), return_counts=True)


def read_word_file(path: Path, recorded: DerivedFile) -> WordFile:
    """Opens a file. Raises IndexDamaged when it is missing, truncated or none; `verify` reads all of it."""
    try:
        size = path.stat().st_size
    except OSError as error:
        raise IndexDamaged(f"The word file {path} is missing or cannot be read ({error.strerror}).") from error
    if size != recorded.bytes:
        raise IndexDamaged(f"The word file {path} has {size} bytes instead of {recorded.bytes}.")
    address = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
    connection = sqlite3.connect(address, uri=True, isolation_level=None, check_same_thread=False)
    try:
        connection.execute(f"PRAGMA mmap_size = {_MAPPED_BYTES}")
        (lengths,) = connection.execute("SELECT of_passages FROM lengths").fetchone()
        connection.execute("SELECT term, length(passages), length(times) FROM terms LIMIT 1").fetchone()
        return WordFile(connection, np.frombuffer(lengths, "<u2").astype(np.int32))
    except (sqlite3.Error, TypeError, ValueError) as error:
        with suppress(sqlite3.Error):
            connection.close()
        raise IndexDamaged(f"The word file {path} cannot be read ({error}).") from error
