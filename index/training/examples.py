"""Training examples of the static model: pairs of token sequences that mean the same, or that belong together."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.training.pairs import Pair

Tokens = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Example:
    """Two token sequences and, where the teacher knows the text of one side, the row of its vector, else -1.

    `group` is equal for examples that must not serve as each other's wrong answers.
    """

    left: Tokens
    right: Tokens
    left_teacher: int
    right_teacher: int
    group: int


class ExampleMaker:
    """Draws examples from parallel pairs: plain pairs, a sentence against the joined text that holds it, and a
    heading against the section under it. Seeded; the same seed gives the same examples."""

    def __init__(
        self,
        pairs: Sequence[Pair],
        english: Sequence[Tokens],
        other: Sequence[Tokens],
        teacher_rows: Sequence[int],
        seed: int,
        dropped: float = 0.1,
        joined: float = 0.25,
        headings: float = 0.1,
    ) -> None:
        """`english`, `other` and `teacher_rows` run parallel to `pairs`."""
        self._pairs = pairs
        self._english = english
        self._other = other
        self._teacher_rows = teacher_rows
        self._random = random.Random(seed)
        self._numpy = np.random.default_rng(seed)
        self._dropped = dropped
        self._joined = joined
        self._headings = headings
        groups: dict[str, int] = {}
        self._groups = [groups.setdefault(pair.english, len(groups)) for pair in pairs]
        self._laws = [index for index, pair in enumerate(pairs) if pair.source == "laws"]
        self._everyday = {
            language: [index for index, pair in enumerate(pairs) if pair.source == f"tatoeba-{language}"]
            for language in ("fr", "es", "de")
        }
        self._sections = [index for index in self._laws if self._is_heading(index)]

    def draw(self, law_share: float = 0.4) -> Example:
        """One example; `law_share` of them from laws, the rest from everyday sentences, each language alike."""
        kind = self._random.random()
        if kind < self._headings:
            return self._heading()
        if self._random.random() < law_share:
            indices = self._laws
        else:
            indices = self._everyday[self._random.choice(("fr", "es", "de"))]
        place = self._random.randrange(len(indices))
        if kind < self._headings + self._joined:
            return self._sentence_in_text(indices, place)
        index = indices[place]
        row = self._teacher_rows[index]
        return Example(self._drop(self._english[index]), self._drop(self._other[index]), row, row, self._groups[index])

    def _sentence_in_text(self, indices: Sequence[int], place: int) -> Example:
        """One sentence against several that stand with it (laws) or are thrown together with it (everyday)."""
        count = self._random.randint(2, 5)
        law = self._pairs[indices[place]].source == "laws"
        if law:
            first = max(0, place - self._random.randrange(count))
            members = list(indices[first : first + count])
        else:
            members = [indices[place], *(self._random.choice(indices) for _ in range(count - 1))]
            self._random.shuffle(members)
        index = indices[place]
        question_side, text_side = self._sides()
        question = self._drop(question_side[index], self._dropped if question_side is not text_side else 0.5)
        text = np.concatenate([text_side[member] for member in members])
        row = self._teacher_rows[index]
        return Example(question, self._drop(text), row, -1, self._groups[index])

    def _heading(self) -> Example:
        index = self._random.choice(self._sections)
        question_side, text_side = self._sides()
        row = self._teacher_rows[index]
        return Example(self._drop(question_side[index]), self._drop(text_side[index + 1]), row, -1, self._groups[index])

    def _sides(self) -> tuple[Sequence[Tokens], Sequence[Tokens]]:
        """The languages of question and text: across in seven of ten cases."""
        first, second = self._random.choice(((self._english, self._other), (self._other, self._english)))
        return (first, second) if self._random.random() < 0.7 else (first, first)

    def _is_heading(self, index: int) -> bool:
        """A short title whose next line is the section under it."""
        if index + 1 >= len(self._pairs):
            return False
        title, section = self._pairs[index], self._pairs[index + 1]
        return (
            section.source == "laws"
            and section.position == title.position + 1
            and len(title.english) < 90
            and len(section.english) > 120
            and title.english[-1] not in ".;:,)"
            and title.english[0].isupper()
        )

    def _drop(self, tokens: Tokens, share: float | None = None) -> Tokens:
        """The tokens without a random share of them, never without all."""
        kept = tokens[self._numpy.random(len(tokens)) >= (self._dropped if share is None else share)]
        return kept if len(kept) else tokens
