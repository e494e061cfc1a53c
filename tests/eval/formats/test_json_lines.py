"""Our own format: questions and conversations, gold by article, position and quote; every fault with its line."""

import json
from pathlib import Path
from typing import Any

import pytest

from eval.cases import GoldSpan, TestSet
from eval.formats.choose import read_set

SETS = Path(__file__).parents[3] / "eval" / "sets"
QUESTION = {"id": "q1", "question": "what did the bridge cost?", "language": "en", "answerable": True}


def read(folder: Path, *records: dict[str, Any] | str) -> TestSet:
    file = folder / "set.jsonl"
    file.write_text(
        "\n".join(record if isinstance(record, str) else json.dumps(record, ensure_ascii=False) for record in records),
        encoding="utf-8",
    )
    return read_set(file, "jsonl")


def problems(found: TestSet) -> list[str]:
    return [f"{problem.where.rpartition(', ')[2]}: {problem.what}" for problem in found.problems]


def test_all_fields_of_a_question_are_read(tmp_path: Path) -> None:
    gold = [
        {"article": "a.txt", "quote": "It cost 4 million."},
        {"article": "a.txt", "start": 3, "end": 9, "relevance": 2},
        {"article": "b.txt"},
        {"quote": "4", "context": "It cost 4 million."},
        "It is dear.",
    ]
    more = {"gold": gold, "answers": ["4 million", 4], "kind": "how many", "split": "heldout", "tags": {"level": 2}}
    found = read(tmp_path, QUESTION | more)
    assert (found.name, found.format, found.problems) == ("set", "jsonl", ())
    (case,) = found.cases
    assert (case.id, case.split, case.tags, case.where) == (
        "q1",
        "heldout",
        {"level": "2"},
        f"{tmp_path}/set.jsonl, line 1",
    )
    (turn,) = case.turns
    assert (turn.id, turn.language, turn.kind, turn.answers) == ("q1", "en", "how many", ("4 million", "4"))
    assert turn.gold == (
        GoldSpan("a.txt", quote="It cost 4 million."),
        GoldSpan("a.txt", 3, 9, relevance=2),
        GoldSpan("b.txt"),
        GoldSpan(quote="4", context="It cost 4 million."),
        GoldSpan(quote="It is dear."),
    )


def test_only_line_ends_end_a_line(tmp_path: Path) -> None:
    found = read(tmp_path, QUESTION | {"question": "what\u2028did\u0085it cost?"}, {"question": "who?"})
    assert [case.id for case in found.cases] == ["q1", "line-2"]


def test_what_is_not_given_is_told_by_the_rest_or_left_open(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        {"question": "Combien a coûté le pont ?", "gold": "Il a coûté 4 millions."},
        {"question": "what did the quay cost?"},
        {"question": "who?", "answerable": False, "language": "de-AT"},
    )
    assert [case.id for case in found.cases] == ["line-1", "line-2", "line-3"]
    turns = [case.turns[0] for case in found.cases]
    assert [(turn.language, turn.answerable) for turn in turns] == [("fr", True), ("en", None), ("de", False)]


def test_a_conversation_is_one_case(tmp_path: Path) -> None:
    turns = [
        {"question": "what did it cost?", "answers": "4 million", "relation": "opening", "reply": "4 million."},
        {"question": "et le quai ?", "language": "fr", "standalone": "combien coûte le quai ?", "answerable": False},
    ]
    found = read(tmp_path, {"id": "talk", "language": "en", "articles": "seeds", "split": "dev", "turns": turns})
    (case,) = found.cases
    assert (case.id, case.split, case.tags) == ("talk", "dev", {"articles": "seeds"})
    assert [(turn.id, turn.language, turn.answerable, turn.reply) for turn in case.turns] == [
        ("talk/1", "en", True, "4 million."),
        ("talk/2", "fr", False, None),
    ]
    assert (case.turns[0].relation, case.turns[1].standalone) == ("opening", "combien coûte le quai ?")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("{", "The line is not JSON: Expecting property name enclosed in double quotes."),
        ("[1]", "The line is JSON, but not an object."),
        ({"id": "q9"}, "It has no text in 'question' (its fields: id)."),
        (QUESTION, "Its id 'q1' was already met in"),
        ({**QUESTION, "id": 2, "answerable": "maybe"}, "Its 'answerable' is 'maybe', not true or false."),
        ({**QUESTION, "id": 2, "gold": [{"page": 3}]}, "Its gold has the unknown fields 'page'."),
        ({**QUESTION, "id": 2, "gold": [{"article": "a", "start": 3}]}, "Its gold has the positions 3 to None."),
        ({**QUESTION, "id": 2, "gold": [{"article": "a", "start": 9, "end": 9}]}, "Its gold has the positions 9 to 9."),
        ({**QUESTION, "id": 2, "gold": [{"start": 1, "end": 9}]}, "Its gold has positions, and names no article."),
        ({**QUESTION, "id": 2, "gold": [{}]}, "Its gold names neither an article nor a quote."),
        ({**QUESTION, "id": 2, "gold": [7]}, "Its gold '7' is neither a quote nor an object."),
        ({**QUESTION, "id": 2, "gold": [{"article": "a", "relevance": 0}]}, "Its gold has the relevance 0."),
        ({**QUESTION, "id": 2, "gold": [{"quote": ["x"]}]}, "Its gold has a quote or context that is no text."),
        ({**QUESTION, "id": 2, "answers": {"a": 1}}, "is no text."),
        ({"id": 2, "turns": []}, "Its 'turns' are no list of objects."),
        ({"id": 2, "turns": [{"question": "what?"}, {"x": 1}]}, "It has no text in 'question'"),
        ({**QUESTION, "id": 2, "tags": "x"}, "Its 'tags' are no object."),
    ],
)
def test_a_line_that_is_no_question_is_told_and_the_others_are_read(tmp_path: Path, line: Any, told: str) -> None:
    found = read(tmp_path, QUESTION, line, {**QUESTION, "id": "q3"})
    assert [case.id for case in found.cases] == ["q1", "q3"]
    assert len(found.problems) == 1
    assert problems(found)[0].startswith("line 2: ")
    assert told in problems(found)[0]


def test_gold_of_a_question_without_an_answer_is_left_out_and_told(tmp_path: Path) -> None:
    found = read(tmp_path, QUESTION | {"answerable": False, "gold": ["It is red."]})
    assert [(case.turns[0].answerable, case.turns[0].gold) for case in found.cases] == [(False, ())]
    assert problems(found) == ["line 1: It has no answer, and names gold; that is left out."]


@pytest.mark.parametrize(
    ("name", "cases", "turns"),
    [("seeds", 130, 130), ("user_article", 90, 90), ("near_misses", 40, 40), ("conversations", 68, 192)],
)
def test_our_own_sets_are_read_without_a_problem(name: str, cases: int, turns: int) -> None:
    found = read_set(SETS / f"{name}.jsonl")
    assert (found.format, found.problems, len(found.cases)) == ("jsonl", (), cases)
    assert sum(len(case.turns) for case in found.cases) == turns
    assert all(turn.answerable == bool(turn.gold) for case in found.cases for turn in case.turns)


def test_what_cannot_be_stored_is_replaced_as_in_articles(tmp_path: Path) -> None:
    line = '{"question": "what\\ud800 is\\u0007 it?", "gold": [{"quote": "a\\u0000b "}], "answers": ["x\\udfff"]}'
    (turn,) = read(tmp_path, line).cases[0].turns
    assert (turn.question, turn.answers) == ("what\ufffd is  it?", ("x\ufffd",))
    assert turn.gold == (GoldSpan(quote="a b "),)
