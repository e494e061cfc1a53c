"""How sure a figure is: bootstrap intervals, and a paired randomisation test between two runs (docs/decisions/0101).

Both draw whole conversations, since the turns of one are alike, and always the same numbers, so that the same values
give the same interval.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

ROUNDS = 9_999
SEED = 20_250_407

_NUMBERS_AT_ONCE = 2_000_000
_FEW = 200
_NOTHING = 1e-12
_ROUNDING = 1e-9

Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean over questions with its confidence interval; `questions` is how many have the figure."""

    mean: float
    low: float
    high: float
    questions: int


@dataclass(frozen=True, slots=True)
class Difference:
    """How much higher the second run is than the first, over the questions that both have.

    `p_value` is two-sided, of the paired randomisation test; `low` and `high` bound the mean difference.
    """

    mean: float
    low: float
    high: float
    p_value: float
    questions: int


def interval(values: Sequence[float], groups: Sequence[str] | None = None, level: float = 0.95) -> Interval | None:
    """The mean of values, one a question, with its percentile bootstrap interval; None for no values.

    `groups` names the case of each value: the turns of one conversation are drawn together. Of a single case, and
    where all values are the same, the interval has no width: it then says nothing about other questions.
    """
    if not len(values):
        return None
    sums, counts = _by_group(values, groups)
    low, high = _bootstrap(sums, counts, level)
    return Interval(float(np.mean(values)), low, high, len(values))


def difference(
    first: Sequence[float], second: Sequence[float], groups: Sequence[str] | None = None, level: float = 0.95
) -> Difference | None:
    """Compares values question by question, in the same order; None for no values.

    The test gives the results of each case to the one run or the other by chance (Noreen 1989; Smucker, Allan and
    Carterette 2007), all ways if there are no more than ROUNDS. Raises ValueError where the lengths differ.
    """
    if len(first) != len(second):
        raise ValueError(f"{len(first)} values of the first run, {len(second)} of the second")
    if not len(first):
        return None
    change = np.asarray(second, dtype=float) - np.asarray(first, dtype=float)
    sums, counts = _by_group(change, groups)
    low, high = _bootstrap(sums, counts, level)
    return Difference(float(change.mean()), low, high, _p_value(sums), len(change))


def _by_group(values: Sequence[float] | Vector, groups: Sequence[str] | None) -> tuple[Vector, Vector]:
    """Sum and number of the values of each group, in the order in which the groups are first met."""
    if groups is None:
        return np.asarray(values, dtype=float), np.ones(len(values))
    places: dict[str, int] = {}
    columns = [places.setdefault(group, len(places)) for group in groups]
    sums, counts = np.zeros(len(places)), np.zeros(len(places))
    np.add.at(sums, columns, np.asarray(values, dtype=float))
    np.add.at(counts, columns, 1.0)
    return sums, counts


def _bootstrap(sums: Vector, counts: Vector, level: float) -> tuple[float, float]:
    """The percentile interval of the mean over all values, drawing groups with replacement.

    Most figures have few values (0 and 1): how often each is drawn is then drawn at once, which is the same and a
    hundred times faster over 10,000 questions.
    """
    mean = float(sums.sum() / counts.sum())
    if len(sums) == 1 or not np.ptp(sums / counts):
        return mean, mean
    kinds, multiplicity = np.unique(np.column_stack([sums, counts]), axis=0, return_counts=True)
    if len(kinds) <= _FEW:
        drawn = np.random.default_rng(SEED).multinomial(len(sums), multiplicity / len(sums), size=ROUNDS) @ kinds
        low, high = np.quantile(drawn[:, 0] / drawn[:, 1], [(1 - level) / 2, (1 + level) / 2])
        return float(low), float(high)
    from scipy.stats import bootstrap

    def ratio(drawn: Vector, drawn_counts: Vector, axis: int) -> Any:
        return drawn.sum(axis=axis) / drawn_counts.sum(axis=axis)

    found = bootstrap(
        (sums, counts),
        ratio,
        n_resamples=ROUNDS,
        batch=max(1, _NUMBERS_AT_ONCE // len(sums)),
        vectorized=True,
        paired=True,
        confidence_level=level,
        method="percentile",
        rng=np.random.default_rng(SEED),
    ).confidence_interval
    return float(found.low), float(found.high)


def _p_value(sums: Vector) -> float:
    """Two-sided: of all ways to give each case's results to the two runs, the share that differ by as much.

    Cases without a difference are left out: they add the same to every way. Of cases that differ by the same, it only
    matters how many are given one way, so that shares of yes and no cost one draw a round.
    """
    different = sums[np.abs(sums) > _NOTHING]
    observed = abs(float(different.sum())) - _ROUNDING
    if 2 ** len(different) <= ROUNDS + 1:
        ways = (np.arange(2 ** len(different))[:, np.newaxis] >> np.arange(len(different))) & 1
        return float(np.mean(np.abs((1 - 2 * ways) @ different) >= observed))
    sizes, multiplicity = np.unique(np.abs(different), return_counts=True)
    generator = np.random.default_rng(SEED)
    at_once = max(1, _NUMBERS_AT_ONCE // len(sizes))
    extreme = 0
    for begin in range(0, ROUNDS, at_once):
        rounds = min(at_once, ROUNDS - begin)
        gained = 2 * generator.binomial(multiplicity, 0.5, size=(rounds, len(sizes))) - multiplicity
        extreme += int(np.sum(np.abs(gained @ sizes) >= observed))
    return (extreme + 1) / (ROUNDS + 1)
