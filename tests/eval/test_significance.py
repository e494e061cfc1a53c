"""Intervals and p-values against scipy, exact counts and simulations with known answers."""

import itertools

import numpy as np
import pytest
from scipy.stats import binomtest, bootstrap, permutation_test, t

from eval.significance import Difference, Interval, difference, interval


def test_the_interval_of_shares_is_the_bootstrap_of_scipy() -> None:
    chance = np.random.default_rng(1)
    for share in (0.1, 0.5, 0.8):
        values = (chance.random(150) < share).astype(float)
        found = interval(list(values))
        wanted = bootstrap((values,), np.mean, method="percentile", n_resamples=9_999, rng=chance).confidence_interval
        assert found is not None
        assert found.mean == pytest.approx(values.mean())
        assert found.low == pytest.approx(wanted.low, abs=0.011)
        assert found.high == pytest.approx(wanted.high, abs=0.011)


def test_the_interval_of_values_that_all_differ_is_that_of_the_normal_approximation() -> None:
    values = np.random.default_rng(2).random(400)
    found = interval(list(values))
    half = t.ppf(0.975, 399) * values.std(ddof=1) / 20
    assert found is not None
    assert found.low == pytest.approx(values.mean() - half, abs=0.003)
    assert found.high == pytest.approx(values.mean() + half, abs=0.003)


def test_the_true_mean_lies_in_about_95_of_100_intervals() -> None:
    chance = np.random.default_rng(3)
    found = [interval(list((chance.random(120) < 0.7).astype(float))) for _ in range(300)]
    held = sum(one is not None and one.low <= 0.7 <= one.high for one in found)
    assert 0.90 <= held / 300 <= 0.985


def test_turns_of_one_conversation_are_drawn_together() -> None:
    values = [1.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0] * 5
    alone = interval(values)
    together = interval(values, [str(place // 4) for place in range(40)])
    assert alone is not None
    assert together is not None
    assert together.mean == alone.mean == 0.5
    ratio = (together.high - together.low) / (alone.high - alone.low)
    assert ratio == pytest.approx(2.0, abs=0.3)  # a quarter of the independent cases: twice as wide


def test_longer_conversations_weigh_more() -> None:
    found = interval([1.0, 0.0, 0.0, 0.0], ["one", "two", "two", "two"])
    assert found == Interval(0.25, 0.0, 1.0, 4)


def test_edges_of_intervals() -> None:
    assert interval([]) is None
    assert interval([0.5]) == Interval(0.5, 0.5, 0.5, 1)
    assert interval([1.0] * 9) == Interval(1.0, 1.0, 1.0, 9)
    assert interval([0.0, 1.0, 1.0]) == interval([0.0, 1.0, 1.0])


def test_p_values_of_few_questions_are_exact() -> None:
    first, second = [0.1, 0.5, 0.4, 0.9, 0.0, 0.3], [0.4, 0.4, 0.9, 1.0, 0.7, 0.9]
    changes = np.subtract(second, first)
    signs = np.array(list(itertools.product([1, -1], repeat=6)))
    sums = np.abs(signs @ changes)
    found = difference(first, second)
    assert found is not None
    assert found.mean == pytest.approx(changes.mean())
    assert found.p_value == pytest.approx(np.mean(sums >= abs(changes.sum()) - 1e-12))


def test_p_values_of_won_and_lost_questions_are_those_of_the_sign_test() -> None:
    """Of 1,000 questions 40 were won and 20 lost: by chance each is won or lost as by a coin."""
    first = [0.0] * 40 + [1.0] * 20 + [1.0] * 940
    second = [1.0] * 40 + [0.0] * 20 + [1.0] * 940
    found = difference(first, second)
    assert found is not None
    assert found.mean == pytest.approx(0.02)
    assert found.p_value == pytest.approx(binomtest(40, 60).pvalue, abs=0.004)
    assert found.low > 0


def test_p_values_are_those_of_scipy_over_all_questions() -> None:
    chance = np.random.default_rng(4)
    first = chance.random(80)
    second = first + chance.normal(0.02, 0.1, 80)
    wanted = permutation_test(
        (second, first),
        lambda one, other, axis: np.mean(one - other, axis=axis),
        permutation_type="samples",
        vectorized=True,
        n_resamples=20_000,
        rng=chance,
    )
    found = difference(list(first), list(second))
    assert found is not None
    assert found.p_value == pytest.approx(wanted.pvalue, abs=0.02)


def test_two_runs_that_differ_by_chance_are_called_different_in_about_5_of_100() -> None:
    chance = np.random.default_rng(5)
    found = []
    for _ in range(200):
        one, other = (chance.random((2, 100)) < 0.6).astype(float)
        told = difference(list(one), list(other))
        assert told is not None
        found.append(told.p_value)
    assert np.mean(np.array(found) <= 0.05) <= 0.09


def test_equal_runs_are_not_different_and_a_worse_one_is_worse() -> None:
    values = [0.0, 1.0, 1.0, 0.5] * 20
    assert difference(values, values) == Difference(0.0, 0.0, 0.0, 1.0, 80)
    worse = [max(0.0, value - 0.4) for value in values]
    found = difference(values, worse)
    assert found is not None
    assert found.high < 0
    assert found.p_value < 0.001


def test_one_conversation_proves_nothing_however_long_it_is() -> None:
    found = difference([0.0] * 50, [1.0] * 50, ["talk"] * 50)
    assert found is not None
    assert found.p_value == 1.0
    many = difference([0.0] * 50, [1.0] * 50, [str(place) for place in range(50)])
    assert many is not None
    assert many.p_value < 0.001


def test_runs_of_different_length_cannot_be_compared() -> None:
    with pytest.raises(ValueError, match="2 values of the first run, 1 of the second"):
        difference([1.0, 0.0], [1.0])
    assert difference([], []) is None
