"""`assistant ask`: the answer for people, and the object for programs."""

import re
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import LanguageModelFailed
from index.embedders.static import StaticEmbedder
from index.local_index import LocalIndex
from tests.command_line import Done, Run
from tests.fakes import ScriptedLanguageModel

TOLD = "Combien coûtent les travaux du port de Kerlann ?"
NOT_TOLD = "Who won the chess tournament in Reykjavik?"


def shape(value: Any) -> Any:
    """The types of a JSON value, lists by their first element."""
    if isinstance(value, dict):
        return {key: shape(held) for key, held in value.items()}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return type(value)


@pytest.fixture
def told(index: Path, run: Run) -> Done:
    return run("ask", "--json", "--index", index, TOLD)


def test_the_object_is_the_one_of_the_contract(told: Done) -> None:
    assert told.status == 0
    assert told.stderr == ""
    assert shape(told.json) == {
        "question": str,
        "searched_for": str,
        "language": str,
        "answer": str,
        "abstained": bool,
        "citations": [
            {
                "number": int,
                "article": str,
                "title": str,
                "date": str,
                "url": str,
                "start": int,
                "end": int,
                "quote": str,
                "language": str,
            }
        ],
        "passages": [{"article": str, "start": int, "end": int, "score": float}],
        "mode": str,
        "index_generation": int,
        "timings_ms": {"retrieve": float, "answer": float, "total": float},
        "notices": [],
        "statements": [],
    }


def test_the_object_says_what_was_asked_and_how_it_was_answered(told: Done, index: Path, run: Run) -> None:
    answer = told.json
    assert (answer["question"], answer["language"], answer["mode"]) == (TOLD, "fr", "extractive")
    assert answer["index_generation"] == run("index", "status", "--json", "--index", index).json["generation"]
    timings = answer["timings_ms"]
    assert timings["total"] == pytest.approx(timings["retrieve"] + timings["answer"], abs=0.01)
    assert {passage["article"] for passage in answer["passages"]} >= {"fr/quai.md"}


def test_the_sentence_that_answers_is_cited(told: Done) -> None:
    answer = told.json
    assert answer["abstained"] is False
    first = answer["citations"][0]
    assert first["quote"] == "Les travaux du port coûtent 12 millions d'euros."
    assert (first["article"], first["title"]) == ("fr/quai.md", "Un nouveau quai")
    assert (first["date"], first["url"]) == ("2024-03-02", "https://kerlann.example/quai")


@pytest.mark.parametrize("question", [TOLD, "When does the library open?", "the night bus", NOT_TOLD])
def test_every_quote_stands_in_its_article_at_its_place_and_in_the_answer(question: str, index: Path, run: Run) -> None:
    answer = run("ask", "--json", "--index", index, question).json
    opened = LocalIndex.open(index, StaticEmbedder())
    assert answer["citations"]
    with opened.snapshot() as snapshot:
        for number, cited in enumerate(answer["citations"], start=1):
            assert cited["number"] == number
            assert snapshot.article(cited["article"]).text[cited["start"] : cited["end"]] == cited["quote"]
            assert f"[{number}]" in answer["answer"]
            assert " ".join(cited["quote"].split()) in answer["answer"]
    opened.close()


def test_no_mark_in_the_answer_is_without_its_citation(told: Done) -> None:
    answer = told.json
    marks = {int(number) for number in re.findall(r"\[(\d+)\]", answer["answer"])}
    assert marks == {cited["number"] for cited in answer["citations"]}


def test_what_the_articles_do_not_tell_is_not_answered(index: Path, run: Run) -> None:
    done = run("ask", "--json", "--index", index, NOT_TOLD)
    assert (done.status, done.json["abstained"]) == (0, True)
    assert done.json["language"] == "en"


def test_the_answer_for_people_ends_with_its_sources(index: Path, run: Run) -> None:
    done = run("ask", "--index", index, TOLD)
    assert (done.status, done.stderr) == (0, "")
    assert "Les travaux du port coûtent 12 millions d'euros." in done.stdout
    [source] = re.findall(r"^\[1\] .*$", done.stdout, flags=re.MULTILINE)
    assert source.startswith("[1] Un nouveau quai, 2024-03-02, https://kerlann.example/quai (fr/quai.md, ")


@pytest.mark.parametrize(
    ("question", "told_of_it"), [("", "empty"), (" \n\t\x00 ", "empty"), ("x" * 100_000, "100000 characters")]
)
def test_a_question_that_cannot_be_asked_is_wrong_usage(question: str, told_of_it: str, index: Path, run: Run) -> None:
    done = run("ask", "--index", index, question)
    assert (done.status, done.stdout) == (2, "")
    assert told_of_it in done.stderr
    assert len(done.stderr) < 300


def test_a_question_of_bytes_that_are_no_text_is_asked_without_them(index: Path, run: Run) -> None:
    answer = run("ask", "--json", "--index", index, "the night bus \udcff").json
    assert answer["searched_for"] == "the night bus"
    assert answer["question"] == "the night bus \udcff"


def test_control_characters_in_a_question_are_not_searched_for(index: Path, run: Run) -> None:
    assert run("ask", "--json", "--index", index, "the\x07 night\x1b[31m bus").json["searched_for"].split() == [
        "the",
        "night",
        "[31m",
        "bus",
    ]


def test_the_terminal_shows_the_answer_of_a_model_as_it_is_written(
    index: Path, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    model = ScriptedLanguageModel(["Les travaux du port coûtent ", "12 millions d'euros [1]."])
    monkeypatch.setattr("assistant.wiring.open_language_model", lambda _: model)
    piped = run("ask", "--index", index, TOLD)
    assert piped.stdout.startswith("Les travaux du port coûtent 12 millions d'euros. [1]\n\n[1] Un nouveau quai")
    monkeypatch.setattr("assistant.cli.ask._is_terminal", lambda: True)
    shown = run("ask", "--index", index, TOLD).stdout
    streamed, _, checked = shown.partition("\n----\n\n")
    assert streamed == "Les travaux du port coûtent 12 millions d'euros [1].\n"
    assert checked == piped.stdout


def test_notices_are_remarks_and_stand_in_the_object(index: Path, monkeypatch: pytest.MonkeyPatch, run: Run) -> None:
    model = ScriptedLanguageModel([LanguageModelFailed("gone")])
    monkeypatch.setattr("assistant.wiring.open_language_model", lambda _: model)
    done = run("ask", "--json", "--index", index, TOLD)
    [notice] = done.json["notices"]
    assert notice.startswith("Le modèle de langue n'a pas répondu")
    assert f"assistant: {notice}" in done.stderr


def test_a_conversation_from_a_file_completes_the_question(index: Path, tmp_path: Path, run: Run) -> None:
    turns = tmp_path / "turns.json"
    turns.write_text('[{"question": "When does the library of Ashby open?", "answer": "On Sundays."}]', "utf-8")
    done = run("ask", "--json", "--index", index, "--history", turns, "and the council?")
    assert done.json["question"] == "and the council?"
    assert done.json["searched_for"].startswith("and the council? ")
    assert f"searching for: {done.json['searched_for']}" in done.stderr
    edited = run("ask", "--json", "--index", index, "--history", turns, "--search-for", "night bus", "and the council?")
    assert edited.json["searched_for"] == "night bus"


@pytest.mark.parametrize("content", ["", "{}", '["what?"]', '[{"question": "q"}]', "[1]"])
def test_a_file_that_is_no_conversation_is_wrong_usage(content: str, index: Path, tmp_path: Path, run: Run) -> None:
    turns = tmp_path / "turns.json"
    turns.write_text(content, "utf-8")
    done = run("ask", "--index", index, "--history", turns, TOLD)
    assert (done.status, done.stdout) == (2, "")
    assert "turns.json cannot be read as a conversation" in done.stderr
