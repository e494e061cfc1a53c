"""Abstention figures worked by hand; the risk-coverage curve against its definition on random cases."""

import random
from itertools import permutations

import numpy as np
import pytest

from eval.metrics.abstention import AbstentionFigures, abstention_figures, risk_coverage


@pytest.mark.parametrize(
    ("abstained", "answerable", "precision", "recall"),
    [
        ([True, True, False, False], [False, True, False, True], 1 / 2, 1 / 2),
        ([True, True, True, False], [False, False, True, True], 2 / 3, 1),
        ([False, False], [True, False], None, 0),
        ([True, False], [True, True], 0, None),
        ([], [], None, None),
    ],
)
def test_abstention_worked_by_hand(
    abstained: list[bool], answerable: list[bool], precision: float | None, recall: float | None
) -> None:
    assert abstention_figures(abstained, answerable) == AbstentionFigures(precision, recall)


def test_one_element_a_question_is_wanted() -> None:
    with pytest.raises(ValueError, match="shorter"):
        abstention_figures([True, False], [True])


def test_a_curve_worked_by_hand() -> None:
    curve = risk_coverage([0.2, 0.9, 0.5, 0.7], [False, True, True, False])
    assert curve.coverage == (0.25, 0.5, 0.75, 1.0)
    assert curve.risk == pytest.approx((0, 1 / 2, 1 / 3, 2 / 4))
    assert curve.area == pytest.approx((0 + 1 / 2 + 1 / 3 + 1 / 2) / 4)


def test_random_curves_are_those_of_the_definition() -> None:
    chance = random.Random(9)
    for _ in range(2000):
        size = chance.randint(1, 30)
        confidence = chance.sample(range(1000), size)
        right = [chance.random() < 0.6 for _ in range(size)]
        wrong = ~np.array(right)[np.argsort(confidence)[::-1]]
        risks = np.cumsum(wrong) / np.arange(1, size + 1)
        curve = risk_coverage(confidence, right)
        assert curve.risk == pytest.approx(risks)
        assert curve.area == pytest.approx(risks.mean())


def test_questions_that_are_equally_sure_count_as_the_mean_of_all_their_orders() -> None:
    right = [True, False, False, True]
    orders = [np.cumsum([not one for one in order]) / np.arange(1, 5) for order in permutations(right)]
    curve = risk_coverage([0.5] * 4, right)
    assert curve.risk == pytest.approx(np.mean(orders, axis=0))
    assert curve == risk_coverage([0.5] * 4, right[::-1])
    mixed = risk_coverage([0.9, 0.5, 0.5], [False, True, False])
    assert mixed.risk == pytest.approx((1, (1 / 2 + 2 / 2) / 2, 2 / 3))


def test_no_questions_have_no_curve() -> None:
    with pytest.raises(ValueError, match="no questions"):
        risk_coverage([], [])
