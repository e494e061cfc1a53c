"""Every question of a set is asked once, in order, with what was said before it in its own conversation."""

from dataclasses import replace
from pathlib import Path

import pytest

from assistant.types import Turn as Said
from eval.cases import Case, Turn
from eval.errors import RunDamaged, RunRefused
from eval.runs.asking import ask_all, limited, question_count, set_fingerprint
from eval.runs.journal import open_journal, read_outcomes
from tests.evaluations import BASIS, MAYOR, TableEngine, gold_of, quoting, single

TALK = Case(
    "talk",
    (Turn("talk/1", "what does the quay cost?"), Turn("talk/2", "who came?"), Turn("talk/3", "and when?")),
    split="dev",
    tags={"place": "port"},
)
ANSWERS = {
    "what does the quay cost?": quoting("what does the quay cost?"),
    "who came?": quoting("who came?", MAYOR),
    "and when?": quoting("and when?", MAYOR),
}


def ask(engine: TableEngine, cases: list[Case], folder: Path, generation: int = 1) -> None:
    with open_journal(folder, BASIS) as journal:
        ask_all(engine, cases, gold_of(cases), journal, generation)


def test_a_turn_is_asked_with_the_turns_before_it_and_the_assistants_own_answers(tmp_path: Path) -> None:
    engine = TableEngine(ANSWERS)
    ask(engine, [TALK, single("next")], tmp_path)
    first = Said("what does the quay cost?", ANSWERS["what does the quay cost?"].text)
    second = Said("who came?", ANSWERS["who came?"].text)
    assert engine.asked == [
        ("what does the quay cost?", ()),
        ("who came?", (first,)),
        ("and when?", (first, second)),
        ("what does the quay cost?", ()),
    ]


def test_the_answer_that_the_set_gives_takes_the_place_of_the_assistants_own(tmp_path: Path) -> None:
    turns = (replace(TALK.turns[0], reply="12 million euros."), TALK.turns[1])
    engine = TableEngine(ANSWERS)
    ask(engine, [replace(TALK, turns=turns)], tmp_path)
    assert engine.asked[1] == ("who came?", (Said("what does the quay cost?", "12 million euros."),))


@pytest.mark.parametrize("stopped_after", range(4))
def test_a_run_that_was_stopped_anywhere_gives_what_one_gives_that_was_not(stopped_after: int, tmp_path: Path) -> None:
    cases = [TALK, single("next")]

    class Stopped(Exception):
        pass

    class Stopping(TableEngine):
        def ask(self, question: str, history: object = ()) -> object:  # type: ignore[override]
            if len(self.asked) == stopped_after:
                raise Stopped
            return super().ask(question, history)  # type: ignore[arg-type]

    with pytest.raises(Stopped):
        ask(Stopping(ANSWERS), cases, tmp_path / "stopped")
    engine = TableEngine(ANSWERS)
    ask(engine, cases, tmp_path / "stopped")
    assert len(engine.asked) == 4 - stopped_after
    ask(whole := TableEngine(ANSWERS), cases, tmp_path / "whole")
    assert list(read_outcomes(tmp_path / "stopped")) == list(read_outcomes(tmp_path / "whole"))
    assert engine.asked == whole.asked[-len(engine.asked) :]


def test_a_question_that_is_refused_is_recorded_and_the_next_one_goes_on_without_it(tmp_path: Path) -> None:
    turns = (TALK.turns[0], Turn("talk/2", " "), TALK.turns[2])
    engine = TableEngine(ANSWERS)
    ask(engine, [replace(TALK, turns=turns)], tmp_path)
    outcomes = list(read_outcomes(tmp_path))
    assert [one.answer is None for one in outcomes] == [False, True, False]
    assert outcomes[1].error == "The question is empty. Ask something in a few words."
    assert len(engine.asked[2][1]) == 1


def test_an_outcome_holds_what_the_set_says_of_its_question(tmp_path: Path) -> None:
    ask(TableEngine(ANSWERS), [TALK], tmp_path)
    second = list(read_outcomes(tmp_path))[1]
    assert (second.case, second.number, second.turn, second.split, second.tags) == (
        "talk",
        2,
        TALK.turns[1],
        "dev",
        {"place": "port"},
    )


def test_an_index_that_changes_meanwhile_ends_the_run(tmp_path: Path) -> None:
    with pytest.raises(RunRefused, match="generation 1 now, and had 2"):
        ask(TableEngine(ANSWERS), [TALK], tmp_path, generation=2)
    assert list(read_outcomes(tmp_path)) == []


def test_a_journal_of_other_questions_is_not_gone_on_with(tmp_path: Path) -> None:
    ask(TableEngine(ANSWERS), [single("one")], tmp_path)
    with pytest.raises(RunDamaged, match="'one' where the set has 'other'"):
        ask(TableEngine(ANSWERS), [single("other")], tmp_path)


def test_a_limit_takes_cases_from_all_over_the_set() -> None:
    cases = [single(str(number)) for number in range(10)]
    assert [case.id for case in limited(cases, 4)] == ["0", "2", "5", "7"]
    assert limited(cases, 10) == limited(cases, 99) == limited(cases) == tuple(cases)


def test_a_split_is_taken_before_the_limit() -> None:
    cases = [replace(single(str(number)), split="dev" if number % 2 else "heldout") for number in range(10)]
    assert [case.id for case in limited(cases, 2, "dev")] == ["1", "5"]
    assert limited(cases, None, "other") == ()


def test_questions_are_counted_by_turns() -> None:
    assert question_count([TALK, single("one")]) == 4


def test_the_fingerprint_of_a_set_is_of_its_questions_and_of_its_gold_in_the_index() -> None:
    cases = [single("one"), TALK]
    gold = gold_of(cases)
    found = set_fingerprint(cases, gold)
    assert found == set_fingerprint([replace(cases[0], where="elsewhere.jsonl, line 7"), TALK], gold)
    assert found != set_fingerprint([single("one", "what did it cost?"), TALK], gold)
    assert found != set_fingerprint(cases, gold | {"one": ()})
    assert found != set_fingerprint(cases[:1], gold)
