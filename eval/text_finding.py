"""Finds a text in another by its words: case, punctuation, white space, and the form of quotes and dashes do not
count."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from index.types import Span

# Scripts that put no spaces between words: each of their characters counts as a word.
UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_WORD = re.compile(rf"[{UNSPACED}]|[^\W_{UNSPACED}]+")


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a text, folded, and where each stands."""

    folded: tuple[str, ...]
    spans: tuple[Span, ...]


def words_of(text: str) -> Words:
    matches = list(_WORD.finditer(text))
    return Words(
        tuple(unicodedata.normalize("NFKC", match.group()).casefold() for match in matches),
        tuple(Span(*match.span()) for match in matches),
    )


def occurrences(words: Words, sought: tuple[str, ...], first: int = 0, last: int | None = None) -> Iterator[int]:
    """The numbers of the words at which the sought words begin, all in a row and before number `last`; no overlaps."""
    if not sought:
        return
    place = first
    stop = (len(words.folded) if last is None else last) - len(sought)
    while place <= stop:
        if words.folded[place] == sought[0] and words.folded[place : place + len(sought)] == sought:
            yield place
            place += len(sought)
        else:
            place += 1
