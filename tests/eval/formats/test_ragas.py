"""Ragas samples as CSV, JSON and JSON Lines, of one turn and of several, with the old names and the new."""

import csv
import json
from pathlib import Path

import pytest

from eval.cases import GoldSpan
from eval.formats.choose import read_set

SAMPLES: list[dict[str, object]] = [
    {
        "user_input": "what did the bridge cost?",
        "retrieved_contexts": ["Something else."],
        "reference_contexts": ["It cost 4 million euros.", "The bridge is dear."],
        "response": "5 million",
        "reference": "4 million euros",
        "query_style": "POOR_GRAMMAR",
    },
    {"user_input": "combien coûte le pont ?", "reference": "quatre millions"},
]


def write(folder: Path, suffix: str, samples: list[dict[str, object]]) -> Path:
    file = folder / f"samples{suffix}"
    if suffix == ".csv":
        with file.open("w", newline="", encoding="utf-8") as stream:
            writer = csv.DictWriter(stream, fieldnames=list(samples[0]))
            writer.writeheader()
            writer.writerows(samples)  # lists become what Python writes, as in the library's own export
    elif suffix == ".jsonl":
        file.write_text("\n".join(map(json.dumps, samples)))
    else:
        file.write_text(json.dumps(samples, indent=1))
    return file


@pytest.mark.parametrize("suffix", [".csv", ".json", ".jsonl"])
def test_samples_are_read_from_each_form(tmp_path: Path, suffix: str) -> None:
    found = read_set(write(tmp_path, suffix, SAMPLES))
    assert (found.format, found.problems, found.articles) == ("ragas", (), ())
    first, second = found.cases
    assert (first.id, second.id, first.tags) == ("sample-1", "sample-2", {"query_style": "POOR_GRAMMAR"})
    (turn,) = first.turns
    assert (turn.question, turn.answers, turn.answerable) == ("what did the bridge cost?", ("4 million euros",), True)
    assert turn.gold == (GoldSpan(context="It cost 4 million euros."), GoldSpan(context="The bridge is dear."))
    assert (second.turns[0].answers, second.turns[0].gold) == (("quatre millions",), ())
    assert [case.turns[0].language for case in found.cases] == ["en", "fr"]


def test_contexts_with_ids_name_their_articles(tmp_path: Path) -> None:
    samples: list[dict[str, object]] = [
        {"user_input": "what?", "reference_contexts": ["It is red."], "reference_context_ids": ["a.txt"]},
        {"user_input": "who?", "reference_context_ids": [7, "b.txt"]},
        {"user_input": "why?"},
    ]
    both, ids, nothing = (case.turns[0] for case in read_set(write(tmp_path, ".jsonl", samples)).cases)
    assert both.gold == (GoldSpan("a.txt", context="It is red."),)
    assert ids.gold == (GoldSpan("7"), GoldSpan("b.txt"))
    assert (nothing.gold, nothing.answerable) == ((), None)


def test_the_names_of_older_versions_are_read(tmp_path: Path) -> None:
    samples: list[dict[str, object]] = [
        {"question": "what did it cost?", "ground_truth": "4 million", "contexts": ["Anything."]},
        {"question": "what is it?", "ground_truths": ["a bridge", "the bridge"]},
    ]
    found = read_set(write(tmp_path, ".jsonl", samples))
    assert found.format == "ragas"
    assert [case.turns[0].answers for case in found.cases] == [("4 million",), ("a bridge", "the bridge")]
    assert [case.turns[0].gold for case in found.cases] == [(), ()]


@pytest.mark.parametrize("suffix", [".csv", ".jsonl"])
def test_conversations_are_cases_of_several_turns(tmp_path: Path, suffix: str) -> None:
    messages = [
        {"content": "what did it cost?", "type": "human"},
        {"content": "4 million.", "type": "ai"},
        {"content": "(looks it up)", "type": "tool"},
        {"content": "and the quay?", "type": "human"},
    ]
    (case,) = read_set(write(tmp_path, suffix, [{"user_input": messages, "reference": "12 million"}])).cases
    assert [(turn.id, turn.question, turn.reply, turn.answers, turn.answerable) for turn in case.turns] == [
        ("sample-1/1", "what did it cost?", "4 million.", (), None),
        ("sample-1/2", "and the quay?", None, ("12 million",), True),
    ]


@pytest.mark.parametrize(
    "sample", [{"reference": "x"}, {"user_input": ""}, {"user_input": [{"type": "ai", "content": "x"}]}]
)
def test_a_sample_without_a_question_is_told_and_the_rest_is_read(tmp_path: Path, sample: dict[str, object]) -> None:
    file = write(tmp_path, ".jsonl", [{"user_input": "what?"}, sample, {"user_input": "who?"}])
    found = read_set(file)
    assert [case.id for case in found.cases] == ["sample-1", "sample-3"]
    assert [str(problem) for problem in found.problems] == [
        f"{file}, line 2: It has no question in 'user_input'. Give it a text, or a list of messages."
    ]


def test_a_reference_that_is_no_text_is_told(tmp_path: Path) -> None:
    found = read_set(write(tmp_path, ".jsonl", [{"user_input": "what?", "reference": {"a": 1}}]))
    assert found.cases == ()
    assert "is no text" in found.problems[0].what


def test_samples_below_a_name_are_read(tmp_path: Path) -> None:
    file = tmp_path / "samples.json"
    file.write_text(json.dumps({"samples": [{"user_input": "what?"}, 5]}))
    found = read_set(file)
    assert [case.turns[0].question for case in found.cases] == ["what?"]
    assert [problem.where for problem in found.problems] == [f"{file}, [1]"]
