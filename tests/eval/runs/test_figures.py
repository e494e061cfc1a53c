"""The figures of a run: means over the questions that have them, whole and in slices."""

import math
from dataclasses import replace
from typing import Any

import pytest

from eval.runs.figures import CURVE_POINTS, as_json, summarise
from eval.runs.scored import Scored, scored
from tests.evaluations import outcome, quoting, right, single, wrong

NOTHING: dict[str, Any] = {"answerable": False, "gold": ()}
OUTCOMES = [
    right("a", kind="what", language="en"),
    wrong("b", kind="what", language="fr"),
    outcome(single("c", kind="near-miss", **NOTHING), quoting("c", abstained=True, confidence=0.2)),
    outcome(single("d", kind="what"), None, "The question is empty."),
]


@pytest.fixture(scope="module")
def table() -> Scored:
    return scored(OUTCOMES)


def test_a_question_without_a_figure_is_not_counted_in_it(table: Scored) -> None:
    figures = summarise(table).figures
    assert {name: (figures[name].mean, figures[name].questions) for name in ("right", "answer right", "answered")} == {
        "right": (0.5, 4),
        "answer right": (0.5, 2),
        "answered": (1.0, 2),
    }
    assert (figures["abstention recall"].mean, figures["abstention recall"].questions) == (1.0, 1)
    assert figures["right"].low <= 0.5 <= figures["right"].high


def test_columns_that_appear_late_are_undefined_before(table: Scored) -> None:
    assert [math.isnan(value) for value in table.scores["abstention recall"]] == [True, True, False, True]
    assert {len(column) for column in table.scores.values()} == {4}


def test_slices_are_those_properties_that_differ(table: Scored) -> None:
    slices = summarise(table).slices
    assert set(slices) == {"answerable", "language", "type"}
    assert {value: figures["right"].questions for value, figures in slices["type"].items()} == {
        "near-miss": 1,
        "what": 3,
    }
    assert {value: figures["right"].mean for value, figures in slices["language"].items()} == {
        "en": pytest.approx(2 / 3),
        "fr": 0.0,
    }


def test_a_property_of_each_question_alone_is_no_slice() -> None:
    assert "page" not in summarise(scored([replace(right(str(n)), tags={"page": str(n)}) for n in range(60)])).slices


def test_later_turns_are_one_slice() -> None:
    turns = [replace(right(str(number)), number=number) for number in (1, 2, 3, 4, 5)]
    found = summarise(scored(turns)).slices["turn"]
    assert {value: figures["right"].questions for value, figures in found.items()} == {"1": 1, "2": 1, "3 and later": 3}


def test_ranks_of_the_first_right_passage_are_counted(table: Scored) -> None:
    assert summarise(table).first_ranks == {"1": 0, "2": 2, "none": 0}


def test_refused_questions_are_named(table: Scored) -> None:
    assert summarise(table).refused == ("d",)


def test_risk_is_that_of_answering_whatever_was_quoted(table: Scored) -> None:
    curve = summarise(table).risk_coverage
    assert curve is not None
    assert curve.coverage == pytest.approx((1 / 3, 2 / 3, 1))
    assert curve.risk == pytest.approx((0, 1 / 2, 2 / 3))  # right at 0.9, wrong at 0.6, and nothing to find at 0.2


def test_a_long_curve_is_thinned_and_keeps_its_area_and_its_end() -> None:
    answers = [(right if number % 3 else wrong)(str(number)) for number in range(1000)]
    curve = summarise(scored(answers)).risk_coverage
    assert curve is not None
    assert len(curve.risk) == CURVE_POINTS + 1
    assert [curve.coverage[-1], curve.risk[-1]] == pytest.approx([1.0, 0.334])


def test_precision_of_abstentions_is_no_figure_where_every_question_can_be_answered() -> None:
    held_back = outcome(single("c"), quoting("c", abstained=True))
    assert "abstention precision" not in summarise(scored([right("a"), held_back])).figures
    assert "abstention precision" in summarise(scored([*OUTCOMES, held_back])).figures


def test_nothing_but_latency_depends_on_the_time(table: Scored) -> None:
    slower = [
        one if one.answer is None else replace(one, answer=replace(one.answer, timings_ms={"total": 999.0}))
        for one in OUTCOMES
    ]
    first, second = summarise(table), summarise(scored(slower))
    assert as_json(first) == as_json(second)
    assert second.latency is not None
    assert second.latency.p50 == 999.0


def test_a_run_without_questions_has_no_figures() -> None:
    empty = summarise(scored([]))
    assert (empty.questions, empty.figures, empty.risk_coverage, empty.latency) == (0, {}, None, None)
