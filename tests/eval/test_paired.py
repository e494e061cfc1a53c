"""The difference of two runs, against plain numpy and all ways of swapping."""

import itertools
import math

import numpy as np
import pytest

from eval.paired import paired_difference
from eval.significance import difference

NAN = math.nan


def test_a_figure_that_both_have_for_the_same_questions_is_compared_pair_by_pair() -> None:
    first, second, groups = [1.0, 0.0, NAN, 1.0], [0.0, 0.0, NAN, 0.0], ["a", "b", "c", "d"]
    found = paired_difference(first, second, groups)
    assert found is not None
    assert found[:2] == pytest.approx((2 / 3, 0.0))
    assert found[2] == difference([1.0, 0.0, 1.0], [0.0, 0.0, 0.0], ["a", "b", "d"])


def test_a_figure_that_one_run_has_for_no_question_is_not_compared() -> None:
    assert paired_difference([1.0], [NAN], ["a"]) is None
    assert paired_difference([], [], []) is None


def test_a_share_of_other_questions_in_each_run_is_compared_by_its_shares() -> None:
    first, second = [1.0, 1.0, NAN, NAN, 0.0, NAN], [1.0, NAN, 0.0, 0.0, 0.0, 0.0]
    found = paired_difference(first, second, list("abcdef"))
    assert found is not None
    before, after, change = found
    assert (before, after) == pytest.approx((2 / 3, 1 / 5))
    assert change.mean == pytest.approx(1 / 5 - 2 / 3)
    assert change.low < change.mean < change.high
    assert change.questions == 6


def test_its_p_value_is_near_that_of_all_ways_of_swapping() -> None:
    generator = np.random.default_rng(5)
    first = [1.0 if generator.random() < 0.9 else NAN for _ in range(12)]
    second = [float(generator.random() < 0.4) if generator.random() < 0.9 else NAN for _ in range(12)]
    found = paired_difference(first, second, [str(number) for number in range(12)])
    assert found is not None
    observed = abs(np.nanmean(second) - np.nanmean(first))
    ways = [
        abs(
            np.nanmean([b if swap else a for swap, a, b in zip(swaps, first, second, strict=True)])
            - np.nanmean([a if swap else b for swap, a, b in zip(swaps, first, second, strict=True)])
        )
        for swaps in itertools.product((False, True), repeat=12)
    ]
    exact = np.mean([way >= observed - 1e-12 for way in ways])
    assert found[2].p_value == pytest.approx(exact, abs=0.02)


def test_turns_of_one_conversation_are_drawn_together() -> None:
    generator = np.random.default_rng(7)
    first = [float(value) for value in generator.integers(0, 2, 60)]
    second = [NAN, *first[1:]]
    alone = paired_difference(first, second, [str(number) for number in range(60)])
    together = paired_difference(first, second, ["all but one"] * 59 + ["one"])
    assert alone is not None
    assert together is not None
    assert alone[2].mean == together[2].mean
    assert alone[2] != together[2]


def test_the_same_values_give_the_same_interval() -> None:
    first, second = [1.0, 0.0, NAN, 1.0, 0.5], [0.0, NAN, 1.0, 1.0, 0.25]
    assert paired_difference(first, second, list("abcde")) == paired_difference(first, second, list("abcde"))
