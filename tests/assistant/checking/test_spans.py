"""Spans overlap when they have a character in common."""

from assistant.checking.spans import overlaps
from index.types import Span


def test_spans_that_share_a_character_overlap_and_neighbours_do_not() -> None:
    assert overlaps(Span(2, 5), [Span(9, 10), Span(4, 6)])
    assert overlaps(Span(2, 5), [Span(0, 9)])
    assert not overlaps(Span(2, 5), [Span(0, 2), Span(5, 9)])
    assert not overlaps(Span(2, 5), [])
