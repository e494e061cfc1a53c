"""Two runs are compared question by question: what changed, how surely, what was won and lost, what fell too far."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from eval.compare import Comparison, compare, holm
from eval.errors import RunMissing, RunRefused
from eval.report.plain import comparison_as_json, comparison_lines
from eval.runs.outcome import Outcome
from tests.evaluations import BASIS, outcome, quoting, right, single, write_run, wrong

NOTHING: dict[str, Any] = {"answerable": False, "gold": ()}


def runs(folder: Path, first: list[Outcome], second: list[Outcome], **allowed: float) -> Comparison:
    return compare(write_run(folder / "first", first), write_run(folder / "second", second), allowed)


def many(right_ones: int, count: int = 60) -> list[Outcome]:
    return [(right if number < right_ones else wrong)(str(number)) for number in range(count)]


def test_a_run_is_not_different_from_itself(tmp_path: Path) -> None:
    found = runs(tmp_path, many(40), many(40))
    assert {change.verdict for change in found.changes} == {"no difference shown"}
    assert {change.difference.p_value for change in found.changes} == {1.0}
    assert (found.won, found.lost, found.fell, found.other) == ((), (), (), ())


def test_runs_that_are_equally_good_on_other_questions_are_not_called_different(tmp_path: Path) -> None:
    first = [(right if number % 2 else wrong)(str(number)) for number in range(60)]
    second = [(right if number % 3 else wrong)(str(number)) for number in range(45)]
    found = runs(tmp_path, first, second + [wrong(str(number)) for number in range(45, 60)])
    assert {change.verdict for change in found.changes} == {"no difference shown"}
    assert len(found.won) == len(found.lost) == 15


def test_a_worse_run_is_called_worse_with_its_interval(tmp_path: Path) -> None:
    found = runs(tmp_path, many(50), many(30))
    by_name = {change.measure: change for change in found.changes}
    change = by_name["right"]
    assert [change.first, change.second] == pytest.approx([50 / 60, 0.5])
    assert change.difference.mean == pytest.approx(-1 / 3)
    assert -0.5 < change.difference.low < -1 / 3 < change.difference.high < -0.2
    assert (change.verdict, change.fell_too_far) == ("worse", True)
    assert change.p_adjusted < 0.05
    assert by_name["surplus"].verdict == "worse"  # more of it, and lower is better
    assert by_name["passage mrr"].verdict == "no difference shown"
    assert {change.measure for change in found.fell} == {
        "right",
        "answer right",
        "answer held",
        "surplus",
        "citation precision",
        "citation recall",
    }


def test_a_better_run_is_called_better_and_nothing_fell(tmp_path: Path) -> None:
    found = runs(tmp_path, many(30), many(50))
    assert {change.verdict for change in found.changes if change.measure in ("right", "surplus")} == {"better"}
    assert found.fell == ()


def test_what_was_won_and_lost_is_listed_with_both_answers(tmp_path: Path) -> None:
    found = runs(tmp_path, [right("a"), wrong("b"), right("c")], [wrong("a"), right("b"), right("c")])
    assert [(one.id, one.first, one.second) for one in found.won] == [("b", "wrong", "right")]
    assert [(one.id, one.first, one.second) for one in found.lost] == [("a", "right", "wrong")]
    lost = found.lost[0]
    assert ("12 millions" in lost.first_answer, "samedi" in lost.second_answer) == (True, True)


@pytest.mark.parametrize(
    ("allowed", "fell"),
    [
        ({}, True),
        ({"right": 0.1}, False),
        ({"right": 0.09}, True),
        ({"all": 0.1}, False),
        ({"all": 0.5, "right": 0}, True),
    ],
)
def test_a_figure_may_fall_as_far_as_is_allowed(allowed: dict[str, float], fell: bool, tmp_path: Path) -> None:
    found = runs(tmp_path, many(10, 10), many(9, 10), **allowed)
    assert ("right" in {change.measure for change in found.fell}) is fell


def test_an_allowance_for_a_figure_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RunRefused, match=r"'rihgt'.*They have: right, "):
        runs(tmp_path, many(1, 2), many(1, 2), rihgt=0.1)


def test_only_questions_that_both_runs_ask_alike_are_compared(tmp_path: Path) -> None:
    first = [right("a"), right("b"), right("only first")]
    second = [right("b"), replace(right("a"), turn=replace(right("a").turn, question="else?")), wrong("only second")]
    found = runs(tmp_path, first, second)
    assert found.questions == 1
    assert (found.only_first, found.only_second) == (("a", "only first"), ("a", "only second"))


def test_runs_of_different_sets_are_not_compared(tmp_path: Path) -> None:
    with pytest.raises(RunRefused, match="no question in common"):
        runs(tmp_path, [right("a")], [right("b")])
    with pytest.raises(RunMissing):
        compare(tmp_path / "first", tmp_path / "nowhere")


def test_what_else_differs_between_the_runs_is_told(tmp_path: Path) -> None:
    write_run(tmp_path / "first", many(1, 2))
    write_run(tmp_path / "second", many(1, 2), BASIS | {"settings": {"search": {"words_weight": 9.0}}})
    assert compare(tmp_path / "first", tmp_path / "second").other == (
        "settings: None, now {'search': {'words_weight': 9.0}}",
    )


def test_abstentions_of_other_questions_are_compared_by_their_shares(tmp_path: Path) -> None:
    """The first abstains on ten questions without an answer, the second also on thirty that have one."""
    untold = [outcome(single(f"n{number}", **NOTHING), quoting("q", abstained=True)) for number in range(10)]
    told = [single(f"t{number}") for number in range(30)]
    found = runs(
        tmp_path,
        [*untold, *(outcome(case, quoting("q")) for case in told)],
        [*untold, *(outcome(case, quoting("q", abstained=True)) for case in told)],
    )
    precision = next(change for change in found.changes if change.measure == "abstention precision")
    assert (precision.first, precision.second, precision.verdict) == (1.0, 0.25, "worse")


def test_slices_show_where_it_changed(tmp_path: Path) -> None:
    first = [right(str(number), language="fr" if number < 10 else "en") for number in range(30)]
    second = [
        (wrong if number < 10 else right)(str(number), language="fr" if number < 10 else "en") for number in range(30)
    ]
    found = {(one.property, one.value): one.difference.mean for one in runs(tmp_path, first, second).slices}
    assert found == {("language", "en"): 0.0, ("language", "fr"): -1.0}


def test_p_values_are_adjusted_as_holm_has_it() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.6, 0.9]) == [1.0, 1.0]
    assert holm([]) == []


def test_the_lines_tell_what_the_comparison_holds(tmp_path: Path) -> None:
    found = runs(tmp_path, many(50), many(20))
    lines = list(comparison_lines(found, most=3))
    assert lines[0] == "60 questions in both runs"
    right_line = next(line for line in lines if line.startswith("right "))
    assert right_line.split()[1:4] == ["0.833", "0.333", "-0.500"]
    assert right_line.endswith("worse; fell by more than 0.02")
    assert "lost: 30" in lines
    assert "  ... and 27 more; --json lists all" in lines
    assert "won: 0" in lines


def test_no_text_of_an_article_reaches_the_terminal_with_control_characters(tmp_path: Path) -> None:
    hostile = replace(right("a"), turn=replace(right("a").turn, question="what?\x1b[2J\u202e"))
    first = outcome(single("a", question=hostile.turn.question), quoting("q"))
    second = replace(wrong("a"), turn=first.turn)
    assert not [line for line in comparison_lines(runs(tmp_path, [first], [second])) if not line.isprintable()]


def test_all_of_it_is_there_as_json(tmp_path: Path) -> None:
    found = comparison_as_json(runs(tmp_path, many(50), many(20)))
    assert len(found["lost"]) == 30
    assert "right" in found["fell"]
    assert found["changes"][0]["difference"].keys() == {"mean", "low", "high", "p_value", "questions"}
