"""Quotes of one place in an article become one quote, so that nothing is shown twice."""

from dataclasses import replace
from itertools import combinations

from assistant.extractive import LONGEST_QUOTE, Quote, Selection


def joined(selection: Selection) -> Selection:
    """The selection in which quotes that overlap, or follow each other in a paragraph, are one, where that fits.

    It stands at the place of the better one. Quotes that contradict others stay apart, without those that lie in them.
    """
    for better, worse in combinations(range(len(selection.quotes)), 2):
        whole = _instead(selection, better, worse)
        if whole is not None:
            quotes = [*selection.quotes]
            quotes[better] = whole
            del quotes[worse]
            differing = {better if place == worse else place - (place > worse) for place in selection.differing}
            return joined(replace(selection, quotes=tuple(quotes), differing=frozenset(differing)))
    return selection


def _instead(selection: Selection, better: int, worse: int) -> Quote | None:
    """What stands in place of two quotes, or None where both stay."""
    one, other = selection.quotes[better], selection.quotes[worse]
    if one.article.id != other.article.id:
        return None
    apart = {better, worse} & selection.differing
    if not apart:
        return _together(one, other)
    if len(apart) == 1:
        kept, left = (one, other) if better in apart else (other, one)
        if kept.span.start <= left.span.start and left.span.end <= kept.span.end:
            return kept
    return None


def _together(one: Quote, other: Quote) -> Quote | None:
    """One quote of both, or None where they are of different places or too long together."""
    first, second = sorted((one, other), key=lambda quote: quote.span)
    between = first.article.text[first.span.end : second.span.start]
    end = max(first.span.end, second.span.end)
    if between.strip() or "\n" in between or end - first.span.start > LONGEST_QUOTE:
        return None
    sentences = {sentence.span: sentence for sentence in (*first.sentences, *second.sentences)}
    return Quote(tuple(sentences[span] for span in sorted(sentences)), first.lead)
