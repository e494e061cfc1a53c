"""The passages of the articles that a condition selects: computed once a generation, then one look-up a passage."""

import sqlite3
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from index import facets
from index.conditions import Condition
from index.errors import IndexTooOld
from index.kept import Kept

SELECTIONS_KEPT = 128


@dataclass(frozen=True, slots=True, eq=False)
class Selection:
    """`mask[key]` tells whether the passage of that key may be found; `first` and `last` are the lowest and the highest
    of those that may. `bits` is the same, eight passages a byte, the lowest key in the lowest bit."""

    mask: NDArray[np.bool_]
    bits: NDArray[np.uint8]
    passages: int
    first: int
    last: int

    def holds(self, key: int) -> bool:
        return self.first <= key <= self.last and bool(self.mask[key])

    def among(self, keys: NDArray[np.int64]) -> NDArray[np.bool_]:
        """For each key, ascending or not, whether it may be found; shape as `keys`."""
        if len(keys) and self.first <= keys.min() and keys.max() <= self.last:
            return self.mask[keys]
        inside = (keys >= self.first) & (keys <= self.last)
        found: NDArray[np.bool_] = inside & self.mask[np.where(inside, keys, 0)]
        return found


def select(connection: sqlite3.Connection, condition: Condition) -> Selection:
    """Raises IndexTooOld for an index that a version without conditions made and that was not written to since.

    Costs one pass over one narrow row an article, and one over one byte a passage.
    """
    if not facets.are_there(connection):
        raise IndexTooOld(
            "This index was made by an earlier version of the program and cannot be searched with filters yet. "
            "Bring it up to date: assistant index repair"
        )
    # As two long texts, which SQLite writes and numpy reads many times faster than Python takes row after row.
    firsts, lasts = connection.execute(
        "SELECT group_concat(first_passage, ' '), group_concat(last_passage, ' ') FROM article_facets"
        f" WHERE last_passage >= first_passage AND ({condition.sql})",
        condition.parameters,
    ).fetchone()
    if firsts is None:
        return Selection(np.zeros(1, dtype=np.bool_), np.zeros(1, dtype=np.uint8), 0, 0, -1)
    begins, ends = (np.fromstring(text, dtype=np.int64, sep=" ") for text in (str(firsts), str(lasts)))
    last = int(ends.max())
    steps = np.zeros(last + 2, dtype=np.int8)  # +1 where a run of passages begins, -1 after its end
    steps[begins] += 1
    steps[ends + 1] -= 1
    mask: NDArray[np.bool_] = np.cumsum(steps[:-1], dtype=np.int8).astype(np.bool_)
    bits = np.packbits(mask, bitorder="little")
    return Selection(mask, bits, int(mask.sum()), int(begins.min()), last)


@dataclass(slots=True)
class Selections:
    """The last `SELECTIONS_KEPT` selections of one generation; may be used by several threads at once."""

    _kept: Kept[Condition, Selection] = field(default_factory=lambda: Kept(SELECTIONS_KEPT))

    def of(self, connection: sqlite3.Connection, condition: Condition) -> Selection:
        """What `condition` selects in the generation, which the connection reads; raises what `select` raises."""
        return self._kept.value(condition, lambda: select(connection, condition))
