"""How well the passages that a language model was shown support a statement of its, and the span that does it best."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from assistant.checking.details import Detail, Known
from assistant.extractive import LONGEST_QUOTE, quoted_span
from assistant.word_alignment import QuestionWords, WordVectors
from index.sentences import sentences_within
from index.types import Article, Embedder, Span

# The two numbers belong to the models named below them. When one of these changes, a test says so: run
# `python -m benchmarks.statement_support`, and set all three to what it prints.
SUPPORTS = 0.45
"""Likeness from which on a passage says a statement that did not cite it (docs/decisions/0091)."""

MAY_SUPPORT = 0.30
"""Likeness from which on a citation that the model gave itself is believed (docs/decisions/0091)."""

CHOSEN_WITH = "onnx:ace9276b16a129aa static:395de4b117870ef9"
"""Fingerprints of the sentence model and the word vectors that both were chosen with."""

_TWO_ARE_BETTER = 0.03
"""Two neighbouring sentences are quoted instead of one if the likeness grows by this much."""


class Likeness(Protocol):
    """Compares texts and words, whatever their languages."""

    def texts(self, text: str, others: Sequence[str]) -> Sequence[float]:
        """How much of `text` each of the others says, from -1 to 1, shape (len(others),)."""
        ...

    def words(self, word: str, others: Sequence[str]) -> Sequence[float]:
        """Cosines of one word, in lower case, to others, shape (len(others),)."""
        ...


class ModelLikeness:
    """By the mean of two models: the cosine of the sentence model, and the share of the text's words that the other
    text speaks of. Vectors of what was compared once are kept, so that one of these serves one answer."""

    def __init__(self, model: Embedder, word_vectors: WordVectors) -> None:
        self._model = model
        self._word_vectors = word_vectors
        self._known: dict[str, NDArray[np.float32]] = {}
        self._known_words: dict[str, NDArray[np.float32]] = {}

    def texts(self, text: str, others: Sequence[str]) -> Sequence[float]:
        if not others:
            return []
        new = [other for other in dict.fromkeys(others) if other not in self._known]
        if new:
            self._known.update(zip(new, self._model.embed_passages(new), strict=True))
        cosines = np.stack([self._known[other] for other in others]) @ self._model.embed_queries([text])[0]
        words = QuestionWords(text, self._word_vectors, list(dict.fromkeys(others)))
        return [(float(cosine) + words.coverage(other).mean) / 2 for cosine, other in zip(cosines, others, strict=True)]

    def words(self, word: str, others: Sequence[str]) -> Sequence[float]:
        new = [other for other in dict.fromkeys((word, *others)) if other not in self._known_words]
        if new:
            vectors = self._word_vectors.word_vectors(new)
            lengths = np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
            self._known_words.update(zip(new, vectors / lengths, strict=True))
        if not others:
            return []
        cosines: list[float] = (
            np.stack([self._known_words[other] for other in others]) @ self._known_words[word]
        ).tolist()
        return cosines


@dataclass(frozen=True, slots=True)
class CitedPassage:
    """A passage as the model was shown it: a span of its article."""

    article: Article
    span: Span

    @property
    def text(self) -> str:
        return self.article.text[self.span.start : self.span.end]


@dataclass(frozen=True, slots=True)
class Support:
    """What one passage does for one statement: the span that says it best, how well, and the details (by their places
    in the statement's list) that the passage does not tell."""

    span: Span
    score: float
    missing: frozenset[int]


class ShownPassage:
    """One passage, taken apart once for all statements of an answer."""

    def __init__(self, passage: CitedPassage, likeness: Likeness) -> None:
        self.passage = passage
        self.known = Known(passage.article, passage.span, likeness.words)
        self._likeness = likeness
        self._spans = _quotable(passage)
        text = passage.article.text
        self.texts = tuple(text[span.start : span.end] for span in self._spans)
        self._knows: dict[Span, Known] = {}

    def support(self, scores: Sequence[float], details: Sequence[Detail]) -> Support | None:
        """What the passage does for a statement with these details; `scores` are the likenesses of `texts` to it.

        None where the passage holds nothing that can be quoted.
        """
        if not self._spans:
            return None
        missing = frozenset(place for place, detail in enumerate(details) if not detail.is_told(self.known))
        told = [detail for place, detail in enumerate(details) if place not in missing]
        best = max(scores)
        # Of spans that say it about as well, the one that tells most of the details, then the shorter one.
        near = [place for place, score in enumerate(scores) if score >= best - _TWO_ARE_BETTER]
        place = min(
            near, key=lambda each: (self._untold(self._spans[each], told), len(self.texts[each]), -scores[each])
        )
        return Support(self._spans[place], float(best), missing)

    def _untold(self, span: Span, told: Sequence[Detail]) -> int:
        if not told:
            return 0
        if span not in self._knows:
            self._knows[span] = Known(self.passage.article, span, self._likeness.words)
        return sum(not detail.is_told(self._knows[span]) for detail in told)


def _quotable(passage: CitedPassage) -> list[Span]:
    """The sentences of a passage and the pairs of neighbours that fit into a quote, each inside the passage."""
    text, span = passage.article.text, passage.span
    singles = []
    for sentence in sentences_within(text, span):
        part = quoted_span(text, sentence)
        if span.start <= part.start < part.end <= span.end and text[part.start : part.end].strip():
            singles.append(part)
    if not singles and passage.text.strip():
        shown = passage.text
        start = span.start + len(shown) - len(shown.lstrip())
        end = min(span.start + len(shown.rstrip()), start + LONGEST_QUOTE)
        singles = [Span(start, end)]
    pairs = [
        Span(one.start, two.end)
        for one, two in pairwise(singles)
        if two.end - one.start <= LONGEST_QUOTE and one.end <= two.start
    ]
    return list(dict.fromkeys([*singles, *pairs]))
