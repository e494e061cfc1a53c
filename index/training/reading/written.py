"""Passages written for this project, each with questions that it answers and near misses that it does not.

`passages/*.jsonl` holds a passage a line: `language`, `title`, `sentences` in their order, and `questions`, each with
its language, its text and the numbers, from 0, of the sentences that answer it, none where the passage does not tell.
`{P1}` stands for the name of a person, `{T1}` for that of a town, `{O1}` for that of an organisation: every time they
are read they get others.
"""

import hashlib
import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from index.training.reading.names import made_up_name

FOLDER = Path(__file__).parent / "passages"
HELD_OUT_ONE_IN = 10
PLACEHOLDER = re.compile(r"\{([PTO])\d\}")
"""A name: its kind, and which of them."""
_OF_TWO_WORDS = {"P": 0.75, "T": 0.1, "O": 0.3}


@dataclass(frozen=True, slots=True)
class WrittenQuestion:
    """`answers` are the places of the sentences that answer it, none where the passage does not tell."""

    language: str
    text: str
    answers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class WrittenPassage:
    """The sentences of a passage, and what is asked of it."""

    language: str
    title: str
    sentences: tuple[str, ...]
    questions: tuple[WrittenQuestion, ...]

    @property
    def is_held_out(self) -> bool:
        """Whether it is kept for measuring: by its title alone, so that every run agrees."""
        digest = hashlib.sha256(self.title.encode()).digest()
        return int.from_bytes(digest[:8], "big") % HELD_OUT_ONE_IN == 0


def read_passages(folder: Path = FOLDER) -> list[WrittenPassage]:
    """All of them, in the order of files and lines. Raises ValueError with file and line where one cannot be read."""
    return [_passage(file, number, line) for file, number, line in _lines(folder)]


def _lines(folder: Path) -> Iterator[tuple[Path, int, str]]:
    for file in sorted(folder.glob("*.jsonl")):
        for number, line in enumerate(file.read_text("utf-8").splitlines(), start=1):
            yield file, number, line


def _passage(file: Path, number: int, line: str) -> WrittenPassage:
    try:
        held = json.loads(line)
        sentences = tuple(held["sentences"])
        questions = tuple(WrittenQuestion(language, text, tuple(told)) for language, text, told in held["questions"])
    except (ValueError, KeyError, TypeError) as problem:
        raise ValueError(f"{file}, line {number}: not a written passage: {problem!r}") from problem
    if any(place not in range(len(sentences)) for question in questions for place in question.answers):
        raise ValueError(f"{file}, line {number}: a question is answered by a sentence that is not there")
    return WrittenPassage(held["language"], held["title"], sentences, questions)


def named(passage: WrittenPassage, generator: random.Random) -> WrittenPassage:
    """The passage with a made-up name in place of each placeholder, the same in sentences and questions."""
    given: dict[str, str] = {}

    def name(found: re.Match[str]) -> str:
        if found.group() not in given:
            count = 2 if generator.random() < _OF_TWO_WORDS[found.group(1)] else 1
            given[found.group()] = " ".join(made_up_name(generator) for _ in range(count))
        return given[found.group()]

    def filled(text: str) -> str:
        return PLACEHOLDER.sub(name, text)

    sentences = tuple(map(filled, passage.sentences))
    questions = tuple(WrittenQuestion(one.language, filled(one.text), one.answers) for one in passage.questions)
    return WrittenPassage(passage.language, filled(passage.title), sentences, questions)
