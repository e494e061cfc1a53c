"""The language of answers, and how long they took."""

import random
import statistics

import pytest

from eval.metrics.language import language_right
from eval.metrics.latency import Latency, latency


def test_an_answer_is_in_the_language_of_its_question_or_not_or_nobody_knows() -> None:
    assert language_right("fr", "fr") is True
    assert language_right("fr", "en") is False
    assert language_right("und", "en") is None


def test_latencies_worked_by_hand() -> None:
    assert latency([]) is None
    assert latency([7]) == Latency(7, 7, 7, 7)
    found = latency([50, 10, 40, 20, 30])
    assert found is not None
    assert (found.p50, found.mean, found.longest) == (30, 30, 50)
    assert found.p95 == pytest.approx(40 + 0.8 * 10)  # place 3.8 of 0 to 4


def test_percentiles_are_those_of_the_standard_library() -> None:
    chance = random.Random(2)
    for _ in range(500):
        durations = [chance.uniform(1, 900) for _ in range(chance.randint(2, 80))]
        cuts = statistics.quantiles(durations, n=100, method="inclusive")
        found = latency(durations)
        assert found is not None
        assert found.p50 == pytest.approx(cuts[49])
        assert found.p95 == pytest.approx(cuts[94])
