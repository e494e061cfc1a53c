"""Answers without a language model: the sentences that answer, quoted word for word."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from assistant.calibration import Calibration
from assistant.candidates import Candidate, Evidence
from assistant.quoting.enumerations import enumerations
from index.near_copies import without_near_copies
from index.types import Article, Span

MOST_QUOTES = 3
"""Of an answer, and of the nearest passages when the articles do not tell."""

LONGEST_QUOTE = 500
"""Characters. Of a longer sentence the clauses are quoted that fit."""

_CLAUSE_END = re.compile(r"[,;:–—)»”]\s+")


@dataclass(frozen=True, slots=True)
class Quote:
    """One sentence of an article, or two that follow each other. `lead` is where the sentences right before them begin
    that name who speaks, if they are quoted, too."""

    sentences: tuple[Candidate, ...]
    lead: int | None = None

    @property
    def article(self) -> Article:
        return self.sentences[0].article

    @property
    def span(self) -> Span:
        start = self.sentences[0].span.start if self.lead is None else self.lead
        return Span(start, self.sentences[-1].span.end)

    @property
    def text(self) -> str:
        return self.article.text[self.span.start : self.span.end]


@dataclass(frozen=True, slots=True)
class Selection:
    """What to quote, best first, and whether it answers. `confidence` is the probability that it does; `differing` are
    the places of quotes that contradict each other."""

    quotes: tuple[Quote, ...]
    abstained: bool
    confidence: float
    differing: frozenset[int] = frozenset()


class Arranged(Protocol):
    """Quotes in the order in which they are shown, and the places of those that contradict each other."""

    @property
    def quotes(self) -> tuple[Quote, ...]: ...

    @property
    def differing(self) -> frozenset[int]: ...


Arrange = Callable[[Sequence[Quote], Sequence[Quote]], Arranged]
"""From the likely answers and from the next best sentences, both best first, to what is shown of them."""


def select(
    found: Sequence[Candidate],
    evidence: Sequence[Evidence],
    calibration: Calibration,
    arrange: Arrange | None = None,
    factors: NDArray[np.float64] | None = None,
) -> Selection:
    """The best sentences: one where one suffices, more where others are nearly as likely; near-copies once.

    A sentence is quoted together with the one after it in the same paragraph where that is likely enough by itself:
    the first often names what the second tells. When even the best sentence is too unlikely to answer, the best ones
    are the nearest passages, and `abstained` is true. `arrange` decides what is shown of likely answers; `factors`,
    shape (len(found),), multiply how likely each candidate is, and do not change whether there is an answer.
    """
    if not found:
        return Selection((), abstained=True, confidence=0.0)
    likelihoods = calibration.likelihoods(evidence)
    confidence = calibration.probability(evidence[int(np.argmax(likelihoods))])
    abstained = confidence < calibration.answer_from
    if factors is not None:
        likelihoods = likelihoods * factors
    ranked = [int(place) for place in np.argsort(-likelihoods, kind="stable")]
    best = likelihoods[ranked[0]]
    enough = 0.0 if abstained else calibration.also_from * best
    following = _following(found)
    quotes: list[Quote] = []
    others: list[Quote] = []
    quoted: set[int] = set()
    for place in ranked[: 4 * MOST_QUOTES]:
        if place in quoted:
            continue
        if likelihoods[place] < enough:
            others.append(Quote((found[place],)))
            continue
        after = following.get(place)
        together = [place]
        if after is not None and after not in quoted and likelihoods[after] >= calibration.next_from * best:
            together.append(after)
        quoted.update(together)
        quotes.append(Quote(tuple(found[part] for part in together)))
    if abstained or arrange is None:
        distinct = without_near_copies(quotes, lambda quote: quote.text, MOST_QUOTES)
        return Selection(tuple(distinct), abstained, confidence)
    arranged = arrange(quotes, others)
    shown = frozenset(place for place in arranged.differing if place < MOST_QUOTES)
    return Selection(arranged.quotes[:MOST_QUOTES], False, confidence, shown if len(shown) > 1 else frozenset())


def _following(found: Sequence[Candidate]) -> dict[int, int]:
    """Place of a candidate -> place of the one right after it in its paragraph, where both fit into one quote."""
    starts = {(candidate.article.id, candidate.span.start): place for place, candidate in enumerate(found)}
    following = {}
    for place, candidate in enumerate(found):
        text = candidate.article.text
        start = candidate.span.end
        while start < len(text) and text[start].isspace() and text[start] != "\n":
            start += 1
        after = starts.get((candidate.article.id, start))
        if after is not None and found[after].span.end - candidate.span.start <= LONGEST_QUOTE:
            following[place] = after
    return following


def part_to_quote(text: str, span: Span, worth: Callable[[str], float]) -> Span:
    """The sentence, or of one longer than LONGEST_QUOTE the part of whole clauses that is worth most."""
    if span.end - span.start <= LONGEST_QUOTE:
        return span
    starts = [span.start, *_clause_ends(text, span)]
    parts = dict.fromkeys(quoted_span(text, span, start) for start in starts if start < span.end)
    return max(parts, key=lambda part: worth(text[part.start : part.end]))


def quoted_span(text: str, span: Span, around: int | None = None) -> Span:
    """The part of a sentence to quote: all of it, or of a long one whole clauses of at most LONGEST_QUOTE characters.

    `around` is the position in `text` that must be inside; without it the sentence's beginning is quoted.
    """
    if span.end - span.start <= LONGEST_QUOTE:
        return span
    borders = [span.start, *_clause_ends(text, span), span.end]
    focus = span.start if around is None else around
    start = max(border for border in borders if border <= focus)
    if focus - start > LONGEST_QUOTE:
        start = text.rfind(" ", span.start, focus - LONGEST_QUOTE // 2) + 1 or focus
    fitting = [border for border in borders if start < border <= start + LONGEST_QUOTE and border > focus]
    end = max(fitting, default=0) or _word_border(text, start + LONGEST_QUOTE)
    quote = text[start:end]
    return Span(start + len(quote) - len(quote.lstrip()), end - (len(quote) - len(quote.rstrip())))


def _clause_ends(text: str, span: Span) -> list[int]:
    """Where the clauses of a sentence end, none of them inside of a list that fits into a quote."""
    sentence = text[span.start : span.end]
    lists = [found for found in enumerations(sentence) if found.end - found.start <= LONGEST_QUOTE]
    ends = [found.end() for found in _CLAUSE_END.finditer(sentence)]
    return [span.start + end for end in ends if not any(one.start < end <= one.end for one in lists)]


def _word_border(text: str, position: int) -> int:
    border = text.rfind(" ", 0, position)
    return border if border > position - LONGEST_QUOTE // 2 else position
