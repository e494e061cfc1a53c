"""The written passages can be read, are of one form, and give examples whose names differ each time."""

import random
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from index.training.reading.written import (
    WrittenExamples,
    WrittenPassage,
    WrittenQuestion,
    named,
    read_passages,
)
from index.types import Progress

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


class EqualEmbedder:
    """Everything is as near to everything else."""

    name, dimension, fingerprint = "equal", 1, "equal"

    def embed_passages(self, texts: Sequence[str], progress: Progress | None = None) -> NDArray[np.float32]:
        if progress is not None:
            progress(len(texts), len(texts))
        return self.embed_queries(texts)

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.ones((len(texts), 1), dtype=np.float32)


def test_a_name_is_the_same_in_sentences_and_questions_and_another_the_next_time() -> None:
    first, second = named(PASSAGE, random.Random(1)), named(PASSAGE, random.Random(2))
    town = first.title.removeprefix("A ferry for ")
    assert first.sentences[0] == f"{town} buys a ferry."
    assert first.questions[0].text == f"how much is {town}'s ferry?"
    assert first.title != second.title
    assert "{" not in "".join((*first.sentences, *(one.text for one in first.questions)))


def test_an_example_answers_where_one_of_its_sentences_does() -> None:
    maker = WrittenExamples([PASSAGE], EqualEmbedder(), 5)
    examples = [example for _ in range(60) for example in maker.draw()]
    told = [one for one in examples if one.question.startswith("how much") and "{" not in one.sentence]
    plain = [one for one in told if "4 million" in one.sentence]
    assert plain
    assert all(one.answers for one in plain)
    assert not any(one.answers for one in examples if one.question.lower().startswith("who builds"))
    assert 0.2 < np.mean([one.answers for one in examples]) < 0.5


def test_the_same_seed_gives_the_same_examples() -> None:
    first, second, other = (WrittenExamples([PASSAGE], EqualEmbedder(), seed).draw() for seed in (5, 5, 6))
    assert first == second
    assert first != other


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
