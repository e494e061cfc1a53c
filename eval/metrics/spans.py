"""Sets of character positions of one article, as sorted spans that do not touch each other."""

from collections.abc import Iterable

from index.types import Span


def merged(spans: Iterable[Span]) -> list[Span]:
    """The same positions, as few spans as can be, in order."""
    result: list[Span] = []
    for span in sorted(spans):
        if result and span.start <= result[-1].end:
            result[-1] = Span(result[-1].start, max(result[-1].end, span.end))
        elif span.end > span.start:
            result.append(Span(span.start, span.end))
    return result


def overlap(one: Span, other: Span) -> int:
    """How many characters two spans share."""
    return max(0, min(one.end, other.end) - max(one.start, other.start))


def shared(one: Iterable[Span], others: Iterable[Span]) -> int:
    """How many characters two sets of merged spans share."""
    listed = list(others)
    return sum(overlap(span, other) for span in one for other in listed)


def length(spans: Iterable[Span]) -> int:
    """How many characters merged spans hold."""
    return sum(span.end - span.start for span in spans)
