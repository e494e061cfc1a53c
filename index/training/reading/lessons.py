"""Lessons of reading: a question and some sentences that follow each other, as the encoder has read each of them."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.analysis import fold
from index.reading.token_states import TokenStates
from index.training.lessons import garbled
from index.training.reading.written import WrittenPassage, named
from index.types import Span

_SHORTEST, _LONGEST = 3, 7
"""Sentences that are read at once: as many as a passage of the index has."""
_GARBLED, _HEADED, _FOLDED = 0.25, 0.9, 0.15
_ELSEWHERE = 0.35
"""Share of a told question's lessons over sentences of its article that do not answer it."""


class TokenModel(Protocol):
    """An encoder that tells what it makes of each token."""

    def token_states(self, texts: Sequence[str]) -> list[TokenStates]: ...


@dataclass(frozen=True, slots=True)
class ReadingLesson:
    """`inside`, of shape (sentences, tokens), says which tokens are of which sentence, `answers`, of shape
    (sentences,), which sentences answer the question."""

    question: TokenStates
    passage: TokenStates
    inside: NDArray[np.bool_]
    answers: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Window:
    states: TokenStates
    inside: NDArray[np.bool_]
    places: Sequence[int]


def lessons_of(passage: WrittenPassage, model: TokenModel, generator: random.Random) -> list[ReadingLesson]:
    """Every question of the passage over each stretch of its sentences, under other names and cut elsewhere each time;
    a quarter of the passages garbled, as a bad translation is. Of the stretches that do not answer a question that
    another one answers, some are left out."""
    told = named(passage, generator)
    sentences = list(told.sentences)
    if generator.random() < _GARBLED:
        sentences = [garbled(sentence, generator) for sentence in sentences]
    title = told.title if generator.random() < _HEADED else ""
    windows = [_window(title, sentences, places, model) for places in _stretches(len(sentences), generator)]
    asked = [fold(one.text) if generator.random() < _FOLDED else one.text for one in told.questions]
    lessons = []
    for question, states in zip(told.questions, model.token_states(asked), strict=True):
        for window in windows:
            answers = np.isin(window.places, question.answers)
            if question.answers and not answers.any() and generator.random() > _ELSEWHERE:
                continue
            lessons.append(ReadingLesson(states, window.states, window.inside, answers))
    return lessons


def _stretches(sentences: int, generator: random.Random) -> list[range]:
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


def _window(title: str, sentences: Sequence[str], places: range, model: TokenModel) -> _Window:
    """As the candidates of an answer are read: under the title, one after the other."""
    text = f"{title}\n"
    spans: list[Span] = []
    for place in places:
        text += " " if spans else ""
        spans.append(Span(len(text), len(text) + len(sentences[place])))
        text += sentences[place]
    (states,) = model.token_states([text])
    return _Window(states, np.array([states.inside(span) for span in spans]), places)
