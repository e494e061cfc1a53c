"""The written passages can be read, are of one form, and have other names each time."""

import random
from collections import Counter
from pathlib import Path

import pytest

from index.training.reading.written import WrittenPassage, WrittenQuestion, named, read_passages

PASSAGE = WrittenPassage(
    "en",
    "A ferry for {T1}",
    ("{T1} buys a ferry.", "It costs 4 million euros.", "{P1} opposes it.", "The first trip is in May."),
    (
        WrittenQuestion("en", "how much is {T1}'s ferry?", (1,)),
        WrittenQuestion("fr", "qui est contre", (2,)),
        WrittenQuestion("en", "Who builds it?", ()),
    ),
)


def test_a_name_is_the_same_in_sentences_and_questions_and_another_the_next_time() -> None:
    first, second = named(PASSAGE, random.Random(1)), named(PASSAGE, random.Random(2))
    town = first.title.removeprefix("A ferry for ")
    assert first.sentences[0] == f"{town} buys a ferry."
    assert first.questions[0].text == f"how much is {town}'s ferry?"
    assert first.title != second.title
    assert "{" not in "".join((*first.sentences, *(one.text for one in first.questions)))


def test_the_passages_of_the_project_are_whole() -> None:
    passages = read_passages()
    questions = [question for passage in passages for question in passage.questions]
    told = [question for question in questions if question.answers]
    assert len({passage.title for passage in passages}) > 0.97 * len(passages) > 400
    assert 0.5 < len(told) / len(questions) < 0.7
    assert all(5 <= len(passage.sentences) <= 14 for passage in passages)
    assert set(Counter(passage.language for passage in passages)) == {"en", "fr", "es", "de"}
    held_out = sum(passage.is_held_out for passage in passages)
    assert 0.06 < held_out / len(passages) < 0.14


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("{", "not a written passage"),
        ('{"language": "en", "title": "x", "sentences": ["a"]}', "not a written passage: KeyError\\('questions'\\)"),
        (
            '{"language": "en", "title": "x", "sentences": ["a"], "questions": [["en", "b?", [1]]]}',
            "a sentence that is not there",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, line: str, problem: str) -> None:
    (tmp_path / "one.jsonl").write_text(f"{line}\n", "utf-8")
    with pytest.raises(ValueError, match=f"one.jsonl, line 1: .*{problem}"):
        read_passages(tmp_path)
