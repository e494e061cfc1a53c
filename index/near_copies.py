"""Passages that say the same in the same words, as agencies' reports do in several papers."""

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import islice
from typing import TypeVar

from index.analysis import words

SAME_SHARE = 0.8
"""Two passages are near-copies when this share of their distinct words is common to both (Jaccard)."""

TEXTS_KEPT = 1_024
"""Of so many texts the words are kept: an answer compares the same passages several times."""

Item = TypeVar("Item")


def without_near_copies(items: Iterable[Item], text: Callable[[Item], str], most: int | None = None) -> list[Item]:
    """The items whose text is no near-copy of an earlier one's, in order, at most `most` of them.

    No more of `items` are taken than it needs, so that a generator need not read the texts of the others.
    """
    return list(islice(distinct(items, text), most))


def distinct(items: Iterable[Item], text: Callable[[Item], str]) -> Iterator[Item]:
    """The same one after another, as they are asked for."""
    kept_words: list[frozenset[str]] = []
    for item in items:
        found = _distinct_words(text(item))
        if not any(_share(found, other) >= SAME_SHARE for other in kept_words):
            kept_words.append(found)
            yield item


@lru_cache(TEXTS_KEPT)
def _distinct_words(text: str) -> frozenset[str]:
    return frozenset(words(text))


def _share(one: frozenset[str], other: frozenset[str]) -> float:
    common = len(one & other)
    together = len(one) + len(other) - common
    return common / together if together else 1.0
