"""BM25 over what somebody may see, as if the collection held nothing else.

SQLite's own ranking weighs a term by all passages that hold it. The scores would then tell that others are there: what
is rare in all that one may see would count as common.
"""

import math
import sqlite3
from collections.abc import Iterable
from functools import partial

import numpy as np

from index.selection import Selection
from index.visible_part import Postings, VisiblePart

SATURATION = 1.2
LENGTH_WEIGHT = 0.75
LEAST_WEIGHT = 1e-6
"""The `k1`, the `b` and the least inverse document frequency of FTS5's bm25(), so that both give the same scores
(https://sqlite.org/fts5.html, "The bm25() function")."""


def postings(connection: sqlite3.Connection, terms: Iterable[str], part: VisiblePart) -> dict[str, Postings]:
    """Term -> the passages of the part that hold it.

    They are kept: looking a term up goes through the hidden passages that hold it, too, and whoever could have it done
    again and again would learn from the time that there are some.
    """
    return {
        term: part.postings.value(
            (part.condition, part.totals, term), partial(_postings, connection, term, part.selection)
        )
        for term in terms
    }


def _postings(connection: sqlite3.Connection, term: str, visible: Selection) -> Postings:
    # As one long text, which SQLite writes and numpy reads many times faster than Python takes row after row.
    (places,) = connection.execute(
        "SELECT group_concat(doc, ' ') FROM passage_term_places WHERE term = ?", (term,)
    ).fetchone()
    keys = np.fromstring(str(places or ""), dtype=np.int64, sep=" ")
    return np.unique(keys[visible.among(keys)], return_counts=True)


def best_passages(
    found: Iterable[Postings], part: VisiblePart, allowed: Selection | None, k: int
) -> list[tuple[int, float]]:
    """Keys and BM25 scores of the `k` best passages, best first; of equal scores the smaller key comes first. Of the
    part, only those passages that are `allowed`, where that is given."""
    scores = np.zeros(part.selection.last + 1)
    for keys, times in found:
        weight = math.log((part.selection.passages - len(keys) + 0.5) / (len(keys) + 0.5))
        relative = 1 - LENGTH_WEIGHT + LENGTH_WEIGHT * part.lengths[keys] / part.mean_length
        gained = times * (SATURATION + 1) / (times + SATURATION * relative)
        scores[keys] += max(weight, LEAST_WEIGHT) * gained
    scored = np.flatnonzero(scores)
    if allowed is not None:
        scored = scored[allowed.among(scored)]
    best = scored[np.lexsort((scored, -scores[scored]))][:k]
    return [(int(key), float(scores[key])) for key in best]
