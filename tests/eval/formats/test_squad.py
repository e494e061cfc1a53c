"""SQuAD files: each paragraph a document, each answer where it stands; what is broken is told, the rest is read."""

import json
from pathlib import Path
from typing import Any

import pytest

from eval.cases import GoldSpan, TestSet
from eval.formats.choose import read_set

XQUAD = Path(__file__).parents[4] / "shared" / "data" / "xquad"
CONTEXT = "The bridge opens in May. It cost 4 million euros, and the quay cost 4 million, too."


def question(identifier: str, *answers: tuple[str, int | None], **more: object) -> dict[str, Any]:
    given = [{"text": text, "answer_start": start} for text, start in answers]
    return {"id": identifier, "question": "what did the bridge cost?", "answers": given, **more}


def write(folder: Path, *questions: object, context: object = CONTEXT) -> Path:
    file = folder / "squad.json"
    data = [{"title": "Two_bridges", "paragraphs": [{"context": context, "qas": list(questions)}]}]
    file.write_text(json.dumps({"version": "v2.0", "data": data}), encoding="utf-8")
    return file


def problems(found: TestSet) -> list[str]:
    return [str(problem) for problem in found.problems]


def test_questions_and_paragraphs_are_read(tmp_path: Path) -> None:
    file = write(tmp_path, question("q1", ("4 million euros", 33), ("4 million", 33), ("4 million", 33)))
    found = read_set(file)
    assert (found.name, found.format, found.problems) == ("squad", "squad", ())
    (article,) = found.articles
    assert (article.id, article.title, article.text, article.language) == (
        "Two_bridges/1",
        "Two bridges",
        CONTEXT,
        "en",
    )
    (case,) = found.cases
    assert case.where == f"{file}, data[0].paragraphs[0].qas[0]"
    (turn,) = case.turns
    assert (turn.id, turn.question, turn.language, turn.answerable) == ("q1", "what did the bridge cost?", "en", True)
    assert turn.answers == ("4 million euros", "4 million")
    assert turn.gold == (
        GoldSpan("Two_bridges/1", 33, 48, "4 million euros", CONTEXT, 33),
        GoldSpan("Two_bridges/1", 33, 42, "4 million", CONTEXT, 33),
    )


def test_a_question_without_an_answer_is_one_where_the_set_says_so(tmp_path: Path) -> None:
    impossible = question("no", is_impossible=True, plausible_answers=[{"text": "May", "answer_start": 20}])
    found = read_set(write(tmp_path, impossible, question("unknown"), question("said", is_impossible=False)))
    assert [case.turns[0].answerable for case in found.cases] == [False, None, None]
    assert all(case.turns[0].gold == () == case.turns[0].answers for case in found.cases)
    assert problems(found) == [
        f"{tmp_path}/squad.json, data[0].paragraphs[0].qas[2]: It is said to have an answer, and gives none. "
        "Give it one, or set is_impossible."
    ]


def test_positions_count_in_the_text_as_it_is_stored(tmp_path: Path) -> None:
    found = read_set(write(tmp_path, question("q1", ("May", 6)), context="One\r\n\u0007\r\nMay\r\nbe."))
    assert found.articles[0].text == "One\n \nMay\nbe."
    (gold,) = found.cases[0].turns[0].gold
    assert (gold.start, gold.end, gold.quote) == (6, 9, "May")


def test_an_answer_that_stands_elsewhere_is_found_and_one_that_stands_nowhere_told(tmp_path: Path) -> None:
    file = write(
        tmp_path,
        question("near", ("4 million", 66)),
        question("none", ("5 million", 33)),
        question("late", ("May", None)),
    )
    found = read_set(file)
    near, none, late = (case.turns[0].gold for case in found.cases)
    assert [(one.start, one.end) for one in (*near, *late)] == [(68, 77), (20, 23)]
    assert none == (GoldSpan("Two_bridges/1"),)
    assert "answer '5 million' does not stand in its paragraph" in problems(found)[0]
    assert len(found.problems) == 1


@pytest.mark.parametrize(
    ("record", "told"),
    [
        ({"id": "bad", "answers": []}, "qas[1]: It has no text in 'question' (its fields: id, answers)."),
        ({"id": "bad", "question": "   "}, "qas[1]: It has no text in 'question'"),
        ({"id": "bad", "question": "why?", "answers": "May"}, "qas[1]: Its 'answers' are no list of objects."),
        ({"id": "bad", "question": "why?", "answers": [{"text": 3}]}, "qas[1]: One of its answers has no 'text'."),
        ("why?", "qas[1]: It has no text in 'question' (its fields: none)."),
        (question("q0"), "qas[1]: Its id 'q0' was already met in"),
    ],
)
def test_a_broken_question_is_told_and_the_others_are_read(tmp_path: Path, record: object, told: str) -> None:
    found = read_set(write(tmp_path, question("q0"), record, question("q2")))
    assert [case.id for case in found.cases] == ["q0", "q2"]
    assert len(found.problems) == 1
    assert f"{tmp_path}/squad.json, data[0].paragraphs[0].{told}" in problems(found)[0]


def test_broken_paragraphs_and_documents_are_told(tmp_path: Path) -> None:
    good = {"context": CONTEXT, "qas": [{"question": "what did it cost?", "answers": []}]}
    data = [{"title": "A"}, 7, {"title": "B", "paragraphs": [{"qas": []}, {"context": "x", "qas": 3}, good]}]
    file = tmp_path / "squad.json"
    file.write_text(json.dumps({"data": data}))
    found = read_set(file)
    assert [case.id for case in found.cases] == ["B/3/1"]
    assert [problem.where.partition(", ")[2] + ": " + problem.what for problem in found.problems] == [
        "data[0]: It has no list 'paragraphs'.",
        "data[1]: It has no list 'paragraphs'.",
        "data[2].paragraphs[0]: It has no 'context'.",
        "data[2].paragraphs[1]: It has no list 'qas'.",
    ]


def test_of_a_file_that_was_cut_off_the_whole_documents_before_are_read(tmp_path: Path) -> None:
    file = write(tmp_path, question("q1", ("May", 20)))
    data = json.loads(file.read_text())["data"]
    second = json.loads(json.dumps(data[0]).replace("Two_bridges", "Quay").replace('"q1"', '"q2"'))
    text = json.dumps({"version": "2", "data": [*data, second, data[0]]}, indent=1)
    kept = text[: text.rindex('"qas"')]
    file.write_text(kept)
    found = read_set(file)
    assert [case.id for case in found.cases] == ["q1", "q2"]
    (problem,) = found.problems
    assert problem.where.startswith(f"{file}, line {kept.count(chr(10)) + 1}, column ")
    assert "It is not JSON: " in problem.what
    assert "2 whole entries before it are read" in problem.what


@pytest.mark.parametrize("text", ['{"data": 5}', '{"data"', '{"data": [}', "[[[", '{"data": []}'])
def test_a_file_of_nothing_says_so(tmp_path: Path, text: str) -> None:
    file = tmp_path / "squad.json"
    file.write_text(text)
    found = read_set(file, "squad")
    assert found.cases == ()
    assert len(found.problems) == 1


def test_rows_of_data_set_libraries_are_read_as_lines_and_as_one_array(tmp_path: Path) -> None:
    rows = [
        {
            "id": f"r{number}",
            "title": "Bridge",
            "context": context,
            "question": "what did it cost?",
            "answers": {"text": ["4 million"], "answer_start": [context.index("4 million")]},
        }
        for number, context in enumerate([CONTEXT, CONTEXT, f"Seen: {CONTEXT}"])
    ]
    lines, array = tmp_path / "rows.jsonl", tmp_path / "rows.json"
    lines.write_text("\n".join(map(json.dumps, rows)))
    array.write_text(json.dumps(rows))
    for file in (lines, array):
        found = read_set(file)
        assert (found.format, found.problems) == ("squad", ())
        assert [article.id for article in found.articles] == ["Bridge/1", "Bridge/2"]
        assert [(case.id, case.turns[0].gold[0].article, case.turns[0].gold[0].start) for case in found.cases] == [
            ("r0", "Bridge/1", 33),
            ("r1", "Bridge/1", 33),
            ("r2", "Bridge/2", 39),
        ]


LANGUAGES = ["ar", "de", "el", "en", "es", "hi", "ro", "ru", "th", "tr", "vi", "zh"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_file_of_xquad_is_read_whole_and_in_its_language(language: str) -> None:
    if not XQUAD.is_dir():
        pytest.skip("XQuAD is not beside this checkout, in ../shared/data/xquad.")
    found = read_set(XQUAD / f"xquad.{language}.json")
    assert (found.problems, len(found.cases), len(found.articles)) == ((), 1190, 240)
    texts = {article.id: article.text for article in found.articles}
    for case in found.cases:
        (turn,) = case.turns
        assert turn.answerable
        given = [texts[gold.article or ""][gold.start : gold.end] for gold in turn.gold]
        assert given == list(turn.answers) != []
    assert {turn.language for case in found.cases for turn in case.turns} == {language}
    assert {article.language for article in found.articles} == {language}
