"""Examples of reading: a question, a sentence, the sentence before it, and whether the sentence answers.

The wrong ones are near misses: the sentence without the fact, a question with another word in it or for another kind of
fact, a sentence that shares a rare word. Question and sentence are in the same language or in two. A model that only
compares words cannot tell most of them apart.
"""

import random
import re
from dataclasses import dataclass, replace

from index.training.lessons import garbled
from index.training.reading.corpus import EVERYDAY_NAMES, Corpus
from index.training.reading.facts import Fact, Kind, facts, thing
from index.training.reading.names import made_up_name
from index.training.reading.questions import asking_words, tells, typed, words_asked
from index.types import Span

_PRONOUNS = {"en": ("He", "She"), "fr": ("Il", "Elle"), "es": ("Él", "Ella"), "de": ("Er", "Sie")}
_ELSEWHERE: tuple[Kind, ...] = ("number", "time", "reason")
"""Kinds of facts whose absence is seen by their form."""
_LAWS, _ACROSS, _GARBLED, _BEFORE, _WITH_ANOTHER, _PRONOUN = 0.2, 0.35, 0.2, 0.6, 0.45, 0.35
_WRONG_ONES = 2


@dataclass(frozen=True, slots=True)
class ReadingExample:
    """`before` is the sentence before, or empty; `answers` is whether `sentence` tells what the question asks for."""

    question: str
    sentence: str
    before: str
    answers: bool


@dataclass(frozen=True, slots=True)
class _Told:
    """A sentence in the languages of question and of reading, and the fact that is asked for."""

    place: int
    asked_in: str
    read_in: str
    asked: str
    read: str
    fact: Fact
    names: tuple[str, ...]
    is_law: bool


class ReadingExamples:
    """Makes examples from a corpus; the same seed gives the same ones."""

    def __init__(self, corpus: Corpus, seed: int | str) -> None:
        self._corpus = corpus
        self._random = random.Random(seed)

    def draw(self) -> list[ReadingExample]:
        """An example whose sentence answers, and at most two with the same question or sentence that do not. Empty
        where a sentence tells nothing to ask for."""
        told = self._told()
        asked = told and words_asked(told.asked, told.fact, told.asked_in, self._random)
        if not told or not asked:
            return []
        wrong = self._wrong(told, asked)
        self._random.shuffle(wrong)
        return [self._example(told, asked, told.read, answers=True), *wrong[:_WRONG_ONES]]

    def _told(self) -> _Told | None:
        choose = self._random
        is_law = choose.random() < _LAWS
        place = choose.choice(self._corpus.laws if is_law and self._corpus.laws else self._corpus.everyday)
        pair = self._corpus.pairs[place]
        asked_in, read_in = choose.choice(("en", pair.language)), choose.choice(("en", pair.language))
        if choose.random() < _ACROSS:
            asked_in, read_in = "en", pair.language
        texts, names = self._renamed((self._corpus.text(place, asked_in), self._corpus.text(place, read_in)))
        found = facts(texts[0], asked_in, names)
        something = thing(texts[0], asked_in, choose)
        if something and choose.random() < (0.2 if found else 0.5):
            found = [something]
        if not found:
            return None
        return _Told(place, asked_in, read_in, *texts, choose.choice(found), names, pair.source == "laws")

    def _renamed(self, texts: tuple[str, str]) -> tuple[tuple[str, str], tuple[str, ...]]:
        """Both texts with other names for the everyday ones, the same in both."""
        given: dict[str, str] = {}
        for name in EVERYDAY_NAMES:
            pattern = rf"\b{name}\b"
            if any(re.search(pattern, text) for text in texts):
                new = given.setdefault("Mary" if name.startswith("Mar") else name, self._new_name())
                texts = (re.sub(pattern, new, texts[0]), re.sub(pattern, new, texts[1]))
        return texts, tuple(given.values())

    def _new_name(self) -> str:
        if self._corpus.names and self._random.random() < 0.45:
            return self._random.choice(self._corpus.names)
        made = [made_up_name(self._random) for _ in "ab"]
        return made[0] if self._random.random() < 0.7 else " ".join(made)

    def _wrong(self, told: _Told, asked: list[str]) -> list[ReadingExample]:
        """The near misses that can be made."""
        found = []
        without = self._without_fact(told)
        if without is not None:
            found.append(self._example(told, asked, without, answers=False))
        others = [place for place, word in enumerate(asked) if place and tells(word, told.asked_in) and word.isalpha()]
        if others:
            place = self._random.choice(others)
            word = self._other_word(told, asked[place])
            found.append(self._example(told, [*asked[:place], word, *asked[place + 1 :]], told.read, answers=False))
        neighbour = self._corpus.neighbour(told.place, told.read_in, self._random)
        if neighbour is not None:
            found.append(self._example(told, asked, self._corpus.text(neighbour, told.read_in), answers=False))
        held = {fact.kind for fact in (*facts(told.asked, told.asked_in), *facts(told.read, told.read_in))}
        kinds = [kind for kind in _ELSEWHERE if kind not in held]
        if kinds and self._random.random() < 0.6:
            another = asking_words(self._random.choice(kinds), told.asked_in, self._random)
            alone = replace(told, fact=replace(told.fact, kind="thing"))
            found.append(self._example(alone, [another, *asked[1:]], told.read, answers=False))
        if self._random.random() < 0.3:
            anything = self._corpus.any_text(told.read_in, told.is_law, self._random)
            found.append(self._example(told, asked, anything, answers=False))
        return found

    def _other_word(self, told: _Told, word: str) -> str:
        is_name = word[0].isupper() and told.asked_in != "de"
        return self._new_name() if is_name else self._corpus.any_word(told.asked_in, word, self._random)

    def _without_fact(self, told: _Told) -> str | None:
        """The sentence that is read without the fact, where it is known which words tell it there."""
        span: Span | None = None
        fact = told.asked[told.fact.span.start : told.fact.span.end]
        if told.asked_in == told.read_in:
            span = told.fact.span
        elif told.fact.kind in _ELSEWHERE:
            same = [one.span for one in facts(told.read, told.read_in) if one.kind == told.fact.kind]
            span = same[0] if len(same) == 1 else None
        elif (start := told.read.find(fact)) >= 0:
            span = Span(start, start + len(fact))
        if span is None or span.start == 0:
            return None
        left = told.read[: span.start] + told.read[span.end :]
        return left if len(left.split()) > 2 else None

    def _example(self, told: _Told, asked: list[str], sentence: str, *, answers: bool) -> ReadingExample:
        """The question as it is typed, the sentence as it may be met: with another beside it that may tell a fact of
        the same kind, after the one that names whom it speaks of, garbled."""
        choose = self._random
        before = self._corpus.any_text(told.read_in, told.is_law, choose) if choose.random() < _BEFORE else ""
        name = next((name for name in told.names if sentence.startswith(f"{name} ")), None)
        if name and choose.random() < _PRONOUN:
            sentence = choose.choice(_PRONOUNS[told.read_in]) + sentence[len(name) :]
            before = self._naming(name, told.read_in)
        if not told.is_law and choose.random() < _WITH_ANOTHER:
            kind = told.fact.kind
            other = (
                self._corpus.any_text(told.read_in, False, choose)
                if kind == "thing" or choose.random() < 0.4
                else self._corpus.telling(told.read_in, kind, choose)
            )
            sentence = " ".join(choose.sample((sentence, other), 2))
        return ReadingExample(typed(asked, choose), self._as_met(sentence), self._as_met(before), answers)

    def _naming(self, name: str, language: str) -> str:
        """A sentence that begins with the name."""
        for _ in range(40):
            text = self._corpus.any_text(language, False, self._random)
            first, _, rest = text.partition(" ")
            if first in EVERYDAY_NAMES:
                return f"{name} {rest}"
        return f"{name}."

    def _as_met(self, text: str) -> str:
        return garbled(text, self._random) if text and self._random.random() < _GARBLED else text
