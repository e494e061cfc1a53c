"""Searches for quotes: of copies of a report one, unless a later one tells another figure."""

from collections.abc import Sequence

from assistant.quoting.told_figures import Told
from index.conditions import Condition
from index.near_copies import without_near_copies
from index.protocols import IndexSnapshot
from index.types import Hit

_COPIES = 3
"""Times as many passages are read, since some are copies."""


def search(
    snapshot: IndexSnapshot,
    query: str,
    count: int,
    language: str,
    allowed: Condition | None,
    *,
    keep_copies: bool = False,
) -> list[Hit]:
    """The `count` best passages as `Snapshot.search` finds them, together with near-copies that tell other figures.

    An agency's report that is sent again with a new number is in other respects a copy, and just what contradicts the
    first. With `keep_copies` all are kept, as whoever looks for the newest one needs. Raises what that search raises.
    """
    if keep_copies:
        return snapshot.search(query, count, language, keep_near_copies=True, allowed=allowed)
    hits = snapshot.search(query, _COPIES * count, language, keep_near_copies=True, allowed=allowed)
    originals = set(map(id, without_near_copies(hits, lambda hit: hit.passage.text)))
    kept: list[Hit] = []
    for hit in hits:
        if id(hit) in originals or not any(
            is_copy(hit.passage.text, other.passage.text, hit.passage.language) for other in kept
        ):
            kept.append(hit)
        if len(kept) == count:
            return kept
    if len(hits) < _COPIES * count:
        return kept
    return snapshot.search(query, count, language, allowed=allowed)  # more copies than were read


def is_copy(one: str, other: str, language: str) -> bool:
    """Whether two texts in `language` are near-copies that tell the same figures and days."""
    pair: Sequence[str] = (one, other)
    if len(without_near_copies(pair, str)) > 1:
        return False
    mine, its = (Told.of(text, language) for text in pair)
    return mine.tells_all_of(its) and its.tells_all_of(mine)
