"""BM25 over what somebody may see, as if the collection held nothing else.

SQLite's own ranking weighs a term by all passages that hold it. The scores would then tell that others are there: what
is rare in all that one may see would count as common.
"""

import math
import sqlite3
from collections.abc import Iterable
from functools import partial

import numpy as np
from numpy.typing import NDArray

from index import recent_words
from index.selection import Selection
from index.visible_part import VisiblePart
from index.word_file import Postings, postings_of

SATURATION = 1.2
LENGTH_WEIGHT = 0.75
LEAST_WEIGHT = 1e-6
"""The `k1`, the `b` and the least inverse document frequency of FTS5's bm25(), so that both give the same scores
(https://sqlite.org/fts5.html, "The bm25() function")."""

MANY_POSTINGS = 20_000
"""From this number of passages that hold a term on, it is asked whether all of them need to be scored."""

FEWER = 8
"""Looking a passage up among those that hold a term takes about as long as scoring so many."""

ROUNDING = 1e-9


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
    part, only those passages that are `allowed`, where that is given.

    Postings that come with the rarest term first cost least: as soon as the terms that are left cannot bring a passage
    among the best, they are only looked up for those that may become it (Turtle and Flood 1995, "Query Evaluation:
    Strategies and Optimizations", max-score). The result is the same.
    """
    terms = [(*each, _weight(len(each[0]), part)) for each in found]
    left = [(SATURATION + 1) * weight for *_, weight in terms]  # more than a term can add to a passage
    scores = np.zeros(part.selection.last + 1)
    for place, (keys, times, weight) in enumerate(terms):
        if len(keys) >= MANY_POSTINGS:
            possible = _possible(scores, sum(left[place:]), allowed, k)
            if possible is not None and FEWER * len(possible) <= len(keys):
                return _best(possible, _completed(possible, scores[possible], terms[place:], part), k)
        scores[keys] += _shares(keys, times, weight, part)
    scored = np.flatnonzero(scores)
    if allowed is not None:
        scored = scored[allowed.among(scored)]
    return _best(scored, scores[scored], k)


def _weight(holders: int, part: VisiblePart) -> float:
    """What a term is worth that so many passages hold."""
    return max(LEAST_WEIGHT, math.log((part.selection.passages - holders + 0.5) / (holders + 0.5)))


def _shares(keys: NDArray[np.int64], times: NDArray[np.int64], weight: float, part: VisiblePart) -> NDArray[np.float64]:
    """What a term adds to the scores of passages."""
    # times + SATURATION * (1 - LENGTH_WEIGHT + LENGTH_WEIGHT * length / mean length), without arrays in between
    share = part.lengths[keys] * (SATURATION * LENGTH_WEIGHT / part.mean_length)
    share += SATURATION * (1 - LENGTH_WEIGHT)
    share += times
    np.divide(times, share, out=share)
    share *= weight * (SATURATION + 1)
    return share.astype(np.float64, copy=False)


def _possible(scores: NDArray[np.float64], left: float, allowed: Selection | None, k: int) -> NDArray[np.int64] | None:
    """The passages that can be among the `k` best when terms are added that bring at most `left` together; None where
    those that hold none of the terms before can, too."""
    scored = np.flatnonzero(scores)
    if allowed is not None:
        scored = scored[allowed.among(scored)]
    if len(scored) < k:
        return None
    reached = scores[scored]
    least = float(np.partition(reached, len(reached) - k)[len(reached) - k]) - left - ROUNDING
    return scored[reached >= least] if least > 0 else None


def _completed(
    possible: NDArray[np.int64],
    scores: NDArray[np.float64],
    terms: Iterable[tuple[NDArray[np.int64], NDArray[np.int64], float]],
    part: VisiblePart,
) -> NDArray[np.float64]:
    """The scores of these passages, ascending, with what the terms add to them."""
    for keys, times, weight in terms:
        if not len(keys):
            continue
        places = np.minimum(np.searchsorted(keys, possible), len(keys) - 1)
        holds = np.flatnonzero(keys[places] == possible)
        scores[holds] += _shares(possible[holds], times[places[holds]], weight, part)
    return scores


def _best(keys: NDArray[np.int64], scores: NDArray[np.float64], k: int) -> list[tuple[int, float]]:
    if len(keys) > k:  # sorting a few of them costs less than sorting all
        chosen = scores >= np.partition(scores, len(scores) - k)[len(scores) - k]
        keys, scores = keys[chosen], scores[chosen]
    order = np.lexsort((keys, -scores))[:k]
    return [(int(key), float(score)) for key, score in zip(keys[order], scores[order], strict=True)]
