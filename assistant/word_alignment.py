"""How much of a question's words a text speaks of, in whatever language: each word is held against the nearest one.

The vectors are those of single words, in which a word and its translation lie close. A word weighs as much as its
vector is long before it is normalised: the model learned to give little length to words that tell little ("the", "de").
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.analysis import word_stem, words

UNRELATED = 0.25
"""Cosine of two words up to which they have nothing to do with each other."""

SAME = 0.75
"""Cosine of two words from which on one translates the other."""


class WordVectors(Protocol):
    """Vectors of single words that translations share; not normalised, their length is the word's weight."""

    def word_vectors(self, words: Sequence[str]) -> NDArray[np.float32]:
        """Shape (len(words), d)."""
        ...


@dataclass(frozen=True, slots=True)
class Coverage:
    """`mean` is the weighted share of the question's words that the text speaks of, `weakest` that of the word that
    it speaks of least among those that tell most; both from 0 to 1."""

    mean: float
    weakest: float


class QuestionWords:
    """The words of one question, held against texts."""

    def __init__(self, question: str, vectors: WordVectors, texts: Sequence[str], language: str = "und") -> None:
        """`texts` are all that `coverage` will be asked for, so that their words are looked up at once.

        A word meets another one of the same stem in `language`, the question's, whatever their vectors.
        """
        split = {text: words(text) for text in (question, *texts)}
        self._words = list(dict.fromkeys(split[question]))
        vocabulary = list(dict.fromkeys(word for found in split.values() for word in found))
        place_of = {word: place for place, word in enumerate(vocabulary)}
        table = vectors.word_vectors(vocabulary) if vocabulary else np.zeros((0, 1), dtype=np.float32)
        lengths = np.linalg.norm(table, axis=1)
        table = table / np.maximum(lengths, 1e-9)[:, None]
        own = [place_of[word] for word in self._words]
        self._weights = lengths[own]
        cosines = table[own] @ table.T
        related = np.clip((cosines - UNRELATED) / (SAME - UNRELATED), 0.0, 1.0)
        stems = np.array([word_stem(word, language) for word in vocabulary], dtype=object)
        for row, place in enumerate(own):
            related[row, stems == stems[place]] = 1.0
        self._related = related
        self._places = {text: sorted({place_of[word] for word in found}) for text, found in split.items()}

    def related(self, text: str) -> NDArray[np.float32]:
        """For each word of the question, how near the nearest word of the text is, 0 to 1, shape (words,)."""
        places = self._places[text]
        if not places or not self._words:
            return np.zeros(len(self._words), dtype=np.float32)
        return np.asarray(self._related[:, places].max(axis=1), dtype=np.float32)

    def coverage(self, text: str) -> Coverage:
        """Of the question's words by one of the texts that were given at the start."""
        related = self.related(text)
        total = float(self._weights.sum())
        if total <= 0.0:
            return Coverage(0.0, 0.0)
        telling = self._weights >= 0.5 * self._weights.max()
        return Coverage(float((self._weights * related).sum() / total), float(related[telling].min()))
