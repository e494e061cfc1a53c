"""Places in a text that lie over one another."""

from collections.abc import Iterable

from index.types import Span


def overlaps(span: Span, others: Iterable[Span]) -> bool:
    """Whether the span has a character in common with one of the others."""
    return any(span.start < other.end and other.start < span.end for other in others)
