"""What "holds the answer" means, for a passage and for a quote alike: half of it."""

from collections.abc import Iterable

from eval.gold import FoundGold
from eval.metrics.spans import overlap
from index.types import Span


def holds(article: str, span: Span, gold: FoundGold) -> bool:
    """Whether a piece of an article holds at least half of a gold span.

    Of a region, in which the answer stands somewhere, half of the shorter one of the two must be shared: a passage may
    lie within it. A whole article as gold is held by any piece of it.
    """
    if article != gold.article:
        return False
    if gold.span is None:
        return True
    size = gold.span.end - gold.span.start
    if gold.region:
        size = min(size, span.end - span.start)
    return overlap(span, gold.span) > 0 and 2 * overlap(span, gold.span) >= size


def held_by(article: str, span: Span, gold: Iterable[FoundGold]) -> set[int]:
    """The numbers of the gold spans that a piece of an article holds."""
    return {one.number for one in gold if holds(article, span, one)}
