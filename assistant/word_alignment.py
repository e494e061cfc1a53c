"""How much of a question's words a text speaks of, in whatever language: each word is held against the nearest one.

The vectors are those of single words, in which a word and its translation lie close. A word weighs as much as its
vector is long before it is normalised: the model learned to give little length to words that tell little ("the", "de").

Of a word that the model does not know as a whole, which most names are, the vector is that of the pieces that it is
spelled with: two such words are the same if they are spelled alike ("Zelensky", "Selenskyj"), and not because they
share pieces. A figure is itself only.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.analysis import word_stem, words

UNRELATED = 0.25
"""Cosine of two words up to which they have nothing to do with each other."""

SAME = 0.75
"""Cosine of two words from which on one translates the other."""


SPELLED_ALIKE = 0.8
"""Share of the letters of two words that are the same, in their order, from which on they are forms of one name."""


class WordVectors(Protocol):
    """Vectors of single words that translations share; not normalised, their length is the word's weight."""

    def known_whole(self, words: Sequence[str]) -> NDArray[np.bool_]:
        """Whether each word has a vector of its own, shape (len(words),); the others are spelled with pieces."""
        ...

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
        _tell_apart(related, own, vocabulary, vectors.known_whole(vocabulary))
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


def _tell_apart(
    related: NDArray[np.float32], own: Sequence[int], vocabulary: Sequence[str], whole: NDArray[np.bool_]
) -> None:
    """Sets how near figures, and words that are spelled with pieces, are; `related` has shape (len(own),
    len(vocabulary)), and `own` are the places of its rows' words in the vocabulary."""
    figures = np.array([word[:1].isdigit() for word in vocabulary], dtype=bool)
    spelled = ~whole & ~figures
    for row, place in enumerate(own):
        if figures[place]:
            related[row] = 0.0
            continue
        related[row, figures] = 0.0
        if spelled[place]:
            for other in np.flatnonzero(spelled).tolist():
                related[row, other] = _alike(vocabulary[place], vocabulary[other])


def _alike(word: str, other: str) -> float:
    """1 if they are spelled alike, else 0."""
    matcher = SequenceMatcher(None, word, other, autojunk=False)
    upper_bounds = (matcher.real_quick_ratio, matcher.quick_ratio)
    return float(all(bound() >= SPELLED_ALIKE for bound in upper_bounds) and matcher.ratio() >= SPELLED_ALIKE)
