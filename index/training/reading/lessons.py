"""Lessons of reading: a question and some sentences that follow each other, and which of them answer it."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.analysis import fold
from index.training.lessons import garbled
from index.training.reading.corpus import Corpus
from index.training.reading.examples import ReadingExample, ReadingExamples
from index.training.reading.names_asked import with_names_asked
from index.training.reading.written import WrittenPassage, named
from index.types import Span

_SHORTEST, _LONGEST = 3, 9
"""Sentences that are read at once: as many as a passage of the index has."""
_GARBLED, _HEADED, _FOLDED = 0.25, 0.9, 0.15
_ANSWERED_ELSEWHERE = 0.3
"""Share of a told question's lessons over sentences of its article that do not answer it."""
_OF_A_NEIGHBOUR = 0.12
"""Lessons over another passage, for each question."""
_NEIGHBOURS = 20


@dataclass(frozen=True, slots=True)
class ReadingLesson:
    """`spans` are the places in `text` of the sentences that are judged, and `answers` says which of them answer the
    question."""

    question: str
    text: str
    spans: tuple[Span, ...]
    answers: tuple[bool, ...]


class Embeds(Protocol):
    """An embedder of passages."""

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]: ...


class WrittenLessons:
    """Lessons of the written passages; the same seed gives the same ones."""

    def __init__(self, passages: Sequence[WrittenPassage], embedder: Embeds, seed: int | str) -> None:
        self._passages = passages
        self._random = random.Random(seed)
        self._neighbours = near_passages(passages, embedder)
        self._order: list[int] = []

    def reseed(self, seed: int | str) -> None:
        """From here on as if made with this seed."""
        self._random = random.Random(seed)
        self._order = []

    def draw(self) -> list[ReadingLesson]:
        """Every question of one passage, some made of its names, too, over each stretch of its sentences, and some over
        another passage that is near it and does not answer; under other names and cut elsewhere each time; a quarter of
        the passages garbled, as a bad translation is. All passages are drawn once before one is drawn again."""
        if not self._order:
            self._order = self._random.sample(range(len(self._passages)), len(self._passages))
        place = self._order.pop()
        passage = named(with_names_asked(self._passages[place], self._random), self._random)
        lessons = self._over(passage, passage)
        other = self._passages[self._random.choice(self._neighbours[place])] if self._neighbours[place] else None
        if other is not None:
            asked = [one for one in passage.questions if self._random.random() < _OF_A_NEIGHBOUR]
            unanswered = tuple(replace(one, answers=()) for one in asked)
            found = self._over(replace(passage, questions=unanswered), named(other, self._random))
            lessons += self._random.sample(found, min(len(asked), len(found)))
        return lessons

    def _over(self, asking: WrittenPassage, told: WrittenPassage) -> list[ReadingLesson]:
        choose = self._random
        sentences = list(told.sentences)
        if choose.random() < _GARBLED:
            sentences = [garbled(sentence, choose) for sentence in sentences]
        title = told.title if choose.random() < _HEADED else ""
        lessons = []
        for places in stretches(len(sentences), choose):
            text, spans = headed(title, [sentences[place] for place in places])
            for question in asking.questions:
                answers = tuple(place in question.answers for place in places)
                if question.answers and not any(answers) and choose.random() > _ANSWERED_ELSEWHERE:
                    continue
                asked = fold(question.text) if choose.random() < _FOLDED else question.text
                lessons.append(ReadingLesson(asked, text, spans, answers))
        return lessons


def near_passages(passages: Sequence[WrittenPassage], embedder: Embeds) -> list[list[int]]:
    """For each passage the places of those that are nearest to it, without itself, nearest first."""
    whole = [named(passage, random.Random(place)) for place, passage in enumerate(passages)]
    vectors = embedder.embed_passages([" ".join((one.title, *one.sentences)) for one in whole])
    cosines = vectors @ vectors.T
    np.fill_diagonal(cosines, -np.inf)
    nearest = np.argsort(-cosines, axis=1)[:, : min(_NEIGHBOURS, len(passages) - 1)]
    return [[int(place) for place in row] for row in nearest]


class ParallelLessons:
    """Lessons that are made of parallel texts: one sentence with the one before it, and only the former is judged."""

    def __init__(self, corpus: Corpus, seed: int | str) -> None:
        self._corpus = corpus
        self.reseed(seed)

    def reseed(self, seed: int | str) -> None:
        """From here on as if made with this seed."""
        self._examples = ReadingExamples(self._corpus, seed)

    def draw(self) -> list[ReadingLesson]:
        return [_lesson(example) for example in self._examples.draw()]


def _lesson(example: ReadingExample) -> ReadingLesson:
    text, spans = headed("", [part for part in (example.before, example.sentence) if part])
    return ReadingLesson(example.question, text, spans[-1:], (example.answers,))


def headed(title: str, sentences: Sequence[str]) -> tuple[str, tuple[Span, ...]]:
    """The sentences as the candidates of an answer are read: under the title, one after the other."""
    text = f"{title}\n"
    spans: list[Span] = []
    for sentence in sentences:
        text += " " if spans else ""
        spans.append(Span(len(text), len(text) + len(sentence)))
        text += sentence
    return text, tuple(spans)


def stretches(sentences: int, generator: random.Random) -> list[range]:
    """The places of all sentences, cut into stretches; none is left alone at the end."""
    found: list[range] = []
    start = 0
    while start < sentences:
        end = start + generator.randint(_SHORTEST, _LONGEST)
        if sentences - end < 2:
            end = sentences
        found.append(range(start, end))
        start = end
    return found
