"""The difference of a figure between two runs, also where it is a share of other questions in each.

A share such as "of the abstentions, how many were right" is over the questions that a run abstained on, which are
others in the other run. Pairs would leave out just the questions in which the runs differ.
"""

import math
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from eval.significance import Difference, difference

ROUNDS = 10_000
SEED = 20_240_229
_NUMBERS_AT_ONCE = 2_000_000

Vector = NDArray[np.float64]


def paired_difference(
    first: Sequence[float], second: Sequence[float], groups: Sequence[str], level: float = 0.95
) -> tuple[float, float, Difference] | None:
    """The means of both and the second less the first; NaN is a question without the figure, None no question with it.

    All three sequences have one element a question; the questions of one group are drawn together.
    """
    defined = [(not math.isnan(one), not math.isnan(other)) for one, other in zip(first, second, strict=True)]
    if not (any(one for one, _ in defined) and any(other for _, other in defined)):
        return None
    if all(one == other for one, other in defined):
        rows = [row for row, (there, _) in enumerate(defined) if there]
        before, after = [first[row] for row in rows], [second[row] for row in rows]
        found = difference(before, after, [groups[row] for row in rows], level)
        return None if found is None else (float(np.mean(before)), float(np.mean(after)), found)
    return _of_shares(first, second, groups, level)


def _of_shares(
    first: Sequence[float], second: Sequence[float], groups: Sequence[str], level: float
) -> tuple[float, float, Difference]:
    """Bootstrap interval and randomisation test of the difference of two ratios, over groups of questions.

    In each round of the test, each group's results are given to the one run or to the other by chance (Efron and
    Tibshirani 1993, chapters 13 and 15).
    """
    sums = _by_group(first, second, groups)
    before, after = _ratio(sums[0].sum(), sums[1].sum()), _ratio(sums[2].sum(), sums[3].sum())
    drawn = _drawn_differences(sums)
    swapped = _swapped_differences(sums)
    observed = after - before
    extreme = int(np.sum(np.abs(swapped) >= abs(observed) - 1e-12))
    low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2])
    counted = sum(1 for one, other in zip(first, second, strict=True) if not (math.isnan(one) and math.isnan(other)))
    found = Difference(float(observed), float(low), float(high), (extreme + 1) / (len(swapped) + 1), counted)
    return float(before), float(after), found


def _by_group(first: Sequence[float], second: Sequence[float], groups: Sequence[str]) -> Vector:
    """Rows: sum and number of the first run, sum and number of the second; one column a group."""
    places: dict[str, int] = {}
    columns = [places.setdefault(group, len(places)) for group in groups]
    sums = np.zeros((4, len(places)))
    for row, values in ((0, first), (2, second)):
        for column, value in zip(columns, values, strict=True):
            if not math.isnan(value):
                sums[row, column] += value
                sums[row + 1, column] += 1
    return sums


def _kinds(sums: Vector) -> tuple[Vector, NDArray[np.int64]]:
    """The different columns, and how many groups have each: most figures are 0 or 1, so that a few kinds stand for
    thousands of groups, and a round draws how many of each kind there are."""
    kinds, counts = np.unique(sums, axis=1, return_counts=True)
    return kinds, counts


def _drawn_differences(sums: Vector) -> Vector:
    """Over groups drawn with replacement; rounds in which a run has no such question are left out."""
    generator = np.random.default_rng(SEED)
    kinds, counts = _kinds(sums)
    shares = counts / counts.sum()
    return _finite(
        _difference_of_ratios(generator.multinomial(counts.sum(), shares, size=rounds) @ kinds.T)
        for rounds in _rounds(len(counts))
    )


def _swapped_differences(sums: Vector) -> Vector:
    """Over groups whose two results are given to the one run or to the other."""
    generator = np.random.default_rng(SEED + 1)
    kinds, counts = _kinds(sums)
    other_way = np.concatenate([kinds[2:], kinds[:2]])
    parts = []
    for rounds in _rounds(len(counts)):
        swapped = generator.binomial(counts, 0.5, size=(rounds, len(counts)))
        parts.append(_difference_of_ratios((counts - swapped) @ kinds.T + swapped @ other_way.T))
    return _finite(parts)


def _difference_of_ratios(totals: Vector) -> Vector:
    """Of rows with sum and number of the first run, then of the second."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(totals[:, 2] / totals[:, 3] - totals[:, 0] / totals[:, 1])


def _finite(parts: Iterable[Vector]) -> Vector:
    found = np.concatenate(list(parts))
    return np.asarray(found[np.isfinite(found)])


def _rounds(count: int) -> Iterator[int]:
    """How many rounds to do at once, so that memory stays bounded."""
    left, at_once = ROUNDS, max(1, _NUMBERS_AT_ONCE // count)
    while left > 0:
        yield min(left, at_once)
        left -= at_once


def _ratio(part: float, whole: float) -> float:
    return part / whole
