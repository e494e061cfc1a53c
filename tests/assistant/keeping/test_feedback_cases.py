"""Feedback becomes cases of a question set where it says what is right, and only there."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.keeping.feedback import Feedback, RightPassage, feedback_on, keep
from assistant.keeping.feedback_cases import cases_of
from assistant.keeping.keepsakes import Keepsakes
from assistant.types import Answer
from eval.question_sets import Gold, Question, is_gold, load_questions
from index.types import Span
from tests.assistant.keeping.conftest import BRIDGE
from tests.command_line import run_in_process

FOUND = RightPassage("Les camions passent par la vallée.", "fr/pont.txt", 31, 65)
NOT_FOUND = RightPassage("Nobody wrote this.")


def case(feedback: Feedback) -> tuple[bool, list[dict[str, str]]] | None:
    found = cases_of([feedback])
    assert len(found.cases) + len(found.without_case) == 1
    return (found.cases[0]["answerable"], found.cases[0]["gold"]) if found.cases else None


def test_a_good_answer_makes_its_quotes_right(answer: Answer) -> None:
    assert case(feedback_on("a", answer, good=True)) == (
        True,
        [
            {"article": "fr/quai.md", "quote": "Les travaux coûtent 12 millions d'euros."},
            {"article": "fr/pont.txt", "quote": "Le pont ferme"},
        ],
    )


def test_a_good_answer_that_found_nothing_says_that_the_articles_do_not_tell(answer: Answer) -> None:
    assert case(feedback_on("a", replace(answer, abstained=True), good=True)) == (False, [])


def test_a_passage_that_the_user_names_is_right_and_the_quotes_are_not(answer: Answer) -> None:
    given = feedback_on("a", replace(answer, abstained=True), good=False, reason="told", right_passage=FOUND)
    assert case(given) == (True, [{"article": "fr/pont.txt", "quote": FOUND.quote}])


def test_an_answer_to_what_the_articles_do_not_tell_makes_a_case_without_gold(answer: Answer) -> None:
    assert case(feedback_on("a", answer, good=False, reason="not_told")) == (False, [])


@pytest.mark.parametrize("reason", ["wrong", "incomplete", "told", "other", None])
@pytest.mark.parametrize("passage", [None, NOT_FOUND])
def test_where_it_is_not_said_what_is_right_there_is_no_case(
    answer: Answer, reason: str | None, passage: RightPassage | None
) -> None:
    assert case(feedback_on("a", answer, good=False, reason=reason, right_passage=passage)) is None


def test_several_on_one_question_are_one_case_and_the_last_word_holds(answer: Answer) -> None:
    by_name = feedback_on("a", answer, good=False, right_passage=FOUND)
    good = feedback_on("b", replace(answer, searched_for=answer.searched_for.upper()), good=True)
    merged = cases_of([by_name, good, good]).cases
    assert [(each["id"], [gold["article"] for gold in each["gold"]]) for each in merged] == [
        ("feedback-a", ["fr/pont.txt", "fr/quai.md", "fr/pont.txt"])
    ]
    changed = cases_of([by_name, feedback_on("c", answer, good=False, reason="not_told")]).cases
    assert [(each["id"], each["answerable"]) for each in changed] == [("feedback-c", False)]


def test_the_command_writes_a_set_that_the_evaluation_reads(
    tmp_path: Path, answer: Answer, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    keepsakes = Keepsakes(tmp_path / "i.kept.sqlite")
    keep(keepsakes, feedback_on("a", answer, good=False, right_passage=FOUND))
    keep(keepsakes, feedback_on("b", replace(answer, searched_for="And trucks?"), good=False, reason="wrong"))
    done = run_in_process(capsys, "feedback", "export", "--index", tmp_path / "i", "--out", "cases.jsonl")
    assert (done.status, done.stdout) == (0, "cases.jsonl: 1 cases\n")
    assert "1 answers were called wrong without saying what would be right" in done.stderr
    assert load_questions(Path("cases.jsonl")) == [
        Question(
            "feedback-a",
            "Combien coûtent les travaux ?",
            "fr",
            True,
            (Gold("fr/pont.txt", "Les camions passent par la vallée."),),
            (),
            "feedback",
            "dev",
        )
    ]
    start = BRIDGE.text.index(FOUND.quote)
    span = Span(start, start + len(FOUND.quote))
    assert is_gold(load_questions(Path("cases.jsonl"))[0], BRIDGE.id, span, lambda _each: BRIDGE)
    assert "\\u" not in Path("cases.jsonl").read_text(encoding="utf-8")


def test_without_feedback_the_command_writes_an_empty_set(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = run_in_process(capsys, "feedback", "export", "--index", tmp_path / "i", "--out", "cases.jsonl")
    assert (done.status, done.stderr, Path("cases.jsonl").read_text()) == (0, "", "")
    refused = run_in_process(capsys, "feedback", "export", "--out", tmp_path / "no" / "cases.jsonl")
    assert refused.status == 2
    assert "cannot be written" in refused.stderr


def test_each_case_is_one_line_of_json(answer: Answer) -> None:
    [made] = cases_of([feedback_on("a", replace(answer, searched_for="a\n b"), good=True)]).cases
    assert made["question"] == "a b"
    assert "\n" not in json.dumps(made)
