"""BM25 over what somebody may see, as if the collection held nothing else.

SQLite's own ranking weighs a term by all passages that hold it. The scores would then tell that others are there: what
is rare in all that one may see would count as common.
"""

import math
import sqlite3
from collections.abc import Iterable
from functools import partial

import numpy as np

from index import recent_words
from index.selection import Selection
from index.visible_part import VisiblePart
from index.word_file import Postings, postings_of

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
        term: part.postings.value((part.condition, part.totals, term), partial(_postings, connection, term, part))
        for term in terms
    }


def postings_of_all(
    connection: sqlite3.Connection, terms: Iterable[str], part: VisiblePart, most: float
) -> dict[str, Postings]:
    """The same of a part from which nothing is hidden, without the terms of more than `most` passages; none is kept."""
    removed = len(part.lengths) - part.selection.passages
    assert part.words is not None
    return {term: _postings(connection, term, part) for term in terms if part.words.count(term) - removed <= most}


def _postings(connection: sqlite3.Connection, term: str, part: VisiblePart) -> Postings:
    if part.words is None:
        keys, times = places(connection, term, "passage_term_places")
    else:
        keys, times = part.words.postings(term)
        new, new_times = places(connection, term, recent_words.PLACES)
        if len(new):
            keys, times = np.concatenate([keys, new]), np.concatenate([times, new_times])
    visible = part.selection.among(keys)
    return (keys, times) if visible.all() else (keys[visible], times[visible])


def places(connection: sqlite3.Connection, term: str, table: str) -> Postings:
    """The passages in which a term stands, as the FTS5 vocabulary `table` tells it."""
    (found,) = connection.execute(f"SELECT group_concat(doc, ' ') FROM {table} WHERE term = ?", (term,)).fetchone()
    return postings_of(found)


def best_passages(
    found: Iterable[Postings], part: VisiblePart, allowed: Selection | None, k: int
) -> list[tuple[int, float]]:
    """Keys and BM25 scores of the `k` best passages, best first; of equal scores the smaller key comes first. Of the
    part, only those passages that are `allowed`, where that is given."""
    scores = np.zeros(part.selection.last + 1)
    for keys, times in found:
        weight = math.log((part.selection.passages - len(keys) + 0.5) / (len(keys) + 0.5))
        # times + SATURATION * (1 - LENGTH_WEIGHT + LENGTH_WEIGHT * length / mean length), without arrays in between
        share = part.lengths[keys] * (SATURATION * LENGTH_WEIGHT / part.mean_length)
        share += SATURATION * (1 - LENGTH_WEIGHT)
        share += times
        np.divide(times, share, out=share)
        share *= max(weight, LEAST_WEIGHT) * (SATURATION + 1)
        scores[keys] += share
    scored = np.flatnonzero(scores > 0)  # of truth values: five times as fast as of numbers
    if allowed is not None:
        scored = scored[allowed.among(scored)]
    if len(scored) > k:  # sorting a few of them costs less than sorting all
        least = np.partition(scores[scored], len(scored) - k)[len(scored) - k]
        scored = scored[scores[scored] >= least]
    best = scored[np.lexsort((scored, -scores[scored]))][:k]
    return [(int(key), float(scores[key])) for key in best]
