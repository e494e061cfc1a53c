"""The part of a collection that somebody may see, and the figures that searching it needs, as if it were all.

A part is kept until something in it changes. What changes of hidden articles costs nobody a part: they would learn of
it from how long their next search takes.
"""

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from index import access, recent_words, store
from index.access import Totals
from index.conditions import Condition
from index.kept import Kept
from index.selection import Selection, Selections
from index.word_file import Postings, WordFile

PARTS_KEPT = 64
TOTALS_KEPT = 1_024
POSTINGS_KEPT = 64_000_000
"""Bytes."""

EVERYTHING = Condition("true")


@dataclass(frozen=True, slots=True, eq=False)
class VisiblePart:
    """`languages` maps a language to the number of its articles, the most frequent first. `lengths[key]` is how many
    terms the passage of that key has, and `mean_length` the mean over the passages that may be seen. `postings` are
    those that were looked up in any part, by its condition and totals and the term. `words` are the words of most
    passages as arrays, where the collection is so large that it has them: those of the generation that is read, which
    the part may be older than."""

    selection: Selection
    articles: int
    languages: Mapping[str, int]
    lengths: NDArray[np.int32]
    mean_length: float
    condition: Condition
    totals: Totals
    postings: Kept[tuple[Condition, Totals, str], Postings]
    words: WordFile | None = None


@dataclass(slots=True)
class VisibleParts:
    """The last `PARTS_KEPT` parts, as one generation has them; may be used by several threads at once. `words` as in
    `VisiblePart`."""

    words: WordFile | None = None
    _kept: Kept[tuple[Condition, Totals], VisiblePart] = field(default_factory=lambda: Kept(PARTS_KEPT))
    _postings: Kept[tuple[Condition, Totals, str], Postings] = field(
        default_factory=lambda: Kept(POSTINGS_KEPT, _bytes)
    )
    _everything: Kept[None, VisiblePart] = field(default_factory=lambda: Kept(1))
    _postings_of_all: Kept[tuple[Condition, Totals, str], Postings] = field(
        default_factory=lambda: Kept(POSTINGS_KEPT, _bytes)
    )
    """Of this generation alone: no totals tell when they change."""
    _lengths: Kept[None, NDArray[np.int32]] = field(default_factory=lambda: Kept(1))
    _totals: Kept[frozenset[str], Totals] = field(default_factory=lambda: Kept(TOTALS_KEPT))

    def of_next_generation(self, words: WordFile | None) -> "VisibleParts":
        """With its word file and the parts that are kept: those in which something changed are not found again, since
        their totals are others now."""
        return replace(VisibleParts(words), _kept=self._kept, _postings=self._postings)

    def totals(self, connection: sqlite3.Connection, groups: frozenset[str]) -> Totals:
        """Of what somebody in `groups` may see in the generation that the connection reads. Raises IndexTooOld."""
        return self._totals.value(groups, lambda: access.totals(connection, groups))

    def of(self, connection: sqlite3.Connection, selections: Selections, groups: frozenset[str]) -> VisiblePart:
        """What somebody in `groups` may see in the generation that the connection reads and `selections` belong to.
        Raises IndexTooOld.

        Costs what a selection costs, and once for a generation one pass over the lengths of all passages.
        """
        allowed, totals = access.open_to(groups), self.totals(connection, groups)

        def make() -> VisiblePart:
            selection = selections.of(connection, allowed)
            lengths = self._lengths.value(None, lambda: _lengths(connection, self.words))
            return _part(connection, allowed, totals, selection, lengths, self._postings)

        # A part outlives word files; what is looked up in it must be looked up in those that are there.
        return replace(self._kept.value((allowed, totals), make), words=self.words)

    def everything(self, connection: sqlite3.Connection, removed: Iterable[int]) -> VisiblePart:
        """All passages but the `removed` ones, which the word file may still hold.

        Costs one pass over the lengths of all passages, and not that of a selection.
        """

        def make() -> VisiblePart:
            lengths = self._lengths.value(None, lambda: _lengths(connection, self.words))
            return _everything(connection, lengths, removed, self._postings_of_all, self.words)

        return self._everything.value(None, make)


def _part(
    connection: sqlite3.Connection,
    allowed: Condition,
    totals: Totals,
    selection: Selection,
    lengths: NDArray[np.int32],
    postings: Kept[tuple[Condition, Totals, str], Postings],
) -> VisiblePart:
    counted = connection.execute(
        f"SELECT language, count(*) FROM article_facets WHERE {allowed.sql} GROUP BY language"
        " ORDER BY count(*) DESC, language",
        allowed.parameters,
    ).fetchall()
    seen = np.flatnonzero(selection.mask[: len(lengths)])
    mean = float(lengths[seen].sum()) / len(seen) if len(seen) else 0.0
    articles = sum(count for _, count in counted)
    return VisiblePart(selection, articles, dict(counted), lengths, mean, allowed, totals, postings)


def _everything(
    connection: sqlite3.Connection,
    lengths: NDArray[np.int32],
    removed: Iterable[int],
    postings: Kept[tuple[Condition, Totals, str], Postings],
    words: WordFile | None,
) -> VisiblePart:
    articles, passages = store.counts(connection)
    languages = store.languages(connection)
    mask = np.ones(len(lengths), dtype=np.bool_)
    gone = np.fromiter(removed, dtype=np.int64)
    mask[gone[gone < len(mask)]] = False
    mean = float(lengths[mask].sum()) / passages if passages else 0.0
    selection = Selection(mask, np.packbits(mask, bitorder="little"), passages, 0, len(mask) - 1)
    return VisiblePart(selection, articles, languages, lengths, mean, EVERYTHING, Totals(), postings, words)


def _bytes(found: Postings) -> int:
    """What is kept of a term: its passages, and about as much again as an empty list takes."""
    return 500 + sum(each.nbytes for each in found)


def _lengths(connection: sqlite3.Connection, words: WordFile | None) -> NDArray[np.int32]:
    if words is None:
        return stored_lengths(connection)
    recent = stored_lengths(connection, recent_words.TABLE)
    lengths = np.zeros(max(len(words.lengths), len(recent)), dtype=np.int32)
    lengths[: len(words.lengths)] = words.lengths
    lengths[: len(recent)] += recent
    return lengths


def stored_lengths(connection: sqlite3.Connection, table: str = "passage_terms") -> NDArray[np.int32]:
    """The number of terms of each passage by its key, as FTS5 keeps it for BM25: a variable-length integer of seven
    bits a byte, the highest first (https://sqlite.org/fts5.html, "The fts5 shadow tables"; fileformat2.html, "Varint").
    """
    rows = connection.execute(
        f"SELECT sz, group_concat(id, ' ') FROM {table}_docsize GROUP BY sz ORDER BY max(id)"
    ).fetchall()
    found = [(_varint(bytes(size)), np.fromstring(str(keys), dtype=np.int64, sep=" ")) for size, keys in rows]
    lengths = np.zeros(max((int(keys.max()) for _, keys in found), default=0) + 1, dtype=np.int32)
    for length, keys in found:
        lengths[keys] = length
    return lengths


def _varint(stored: bytes) -> int:
    value = 0
    for byte in stored:
        value = (value << 7) | (byte & 0x7F)
    return value
