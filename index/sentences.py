"""Sentences as positions in a text that may mix French, English, Spanish and German, and may be dirty.

Where a sentence ends depends on nothing but where it begins and on the text after that (and on the line breaks around
it), so a part of an article is split as the whole article is.
"""

import re
from collections.abc import Iterator

from index.abbreviations import (
    BEFORE_NUMBERS,
    ELIDED_STARTERS,
    GERMAN_AFTER_ORDINAL,
    GERMAN_BEFORE_ORDINAL,
    NEVER_LAST,
    OFTEN_INSIDE,
    SENTENCE_STARTERS,
    TITLES,
)
from index.lines import units
from index.types import Span

LONGEST_SENTENCE = 1_000
"""Characters; what is longer is cut between words, so that a quote stays readable."""

_LOOK_BACK = 100  # characters: a web address that a missing space is told from
_LONGEST_ABBREVIATION = 40
_SPACE = r"[ \t\u00a0\u202f\u2009]"
_MARK = re.compile(
    r"(?P<mark>[.!?…。！？]+)"
    # A closing quote stands right at the mark, or after a space if no word follows at once (that one would open).
    rf"(?P<closers>(?:[»”›’\"')\]*]+(?![^\W_])|[»”›)\]]+|[“«‹](?=[\s,;:]|\Z)|{_SPACE}{{1,2}}[»”›)\]]+(?!\w)|\[\d{{1,3}}\])*)"
)
_OPENING = re.compile(r"\s*(?P<openers>[«»‹›“”„\"'‘’(\[¿¡*>–—\-\s]{0,40})")
_LETTERS = re.compile(r"[^\W\d_]+")
_ALPHANUMERIC = re.compile(r"[^\W_]")
_VISIBLE = re.compile(r"\S")
_LAST_TOKEN = re.compile(r"[^\s«»“”„\"‘(\[]+\Z")
_TWO_TOKENS = re.compile(r"(?<!\w)(\w{1,3})\.\s?(\w{1,2})\Z")
_ENUMERATOR = re.compile(r"\d{1,3}|[^\W\d_]|[IVX]+")
_DOTTED = re.compile(r"(?:\w{1,2}\.-?)+\w{1,2}")
_ROMAN = re.compile(r"[IVXLC]+")


def sentences(text: str) -> list[Span]:
    """The sentences of `text` in order: trimmed, not empty, not overlapping; no visible character is left out."""
    return list(iterate_sentences(text))


def sentences_within(text: str, span: Span) -> list[Span]:
    """The sentences of `text` that lie in `span`, as `sentences(text)` gives them, in time for the span alone.

    `span.start` must be the start of a sentence, as that of every passage is.
    """
    found: list[Span] = []
    for sentence in iterate_sentences(text, span.start, span.end + 2 * LONGEST_SENTENCE):
        if sentence.end > span.end:
            break
        found.append(sentence)
    return found


def iterate_sentences(text: str, position: int = 0, horizon: int | None = None) -> Iterator[Span]:
    """The sentences from `position` on, which must be the start of one, or of the text.

    With a `horizon` they are right as far as they begin `LONGEST_SENTENCE` and a little more before it.
    """
    for unit in units(text, position, horizon):
        yield from sentences_of_unit(text, unit)


def sentences_of_unit(text: str, unit: Span) -> Iterator[Span]:
    """The sentences of one unit (see `index.lines`)."""
    start = unit.start
    while start < unit.end:
        end = _sentence_end(text, start, unit.end)
        yield Span(start, end)
        following = _VISIBLE.search(text, end, unit.end)
        start = unit.end if following is None else following.start()


def _sentence_end(text: str, start: int, stop: int) -> int:
    """Where the sentence that begins at `start` ends, in a unit that ends at `stop`."""
    limit = min(stop, start + LONGEST_SENTENCE)
    first = _ALPHANUMERIC.search(text, start, limit)
    if first is not None:
        for match in _MARK.finditer(text, first.end(), limit):
            if match.end() == stop:
                return stop
            if match.end() == limit:
                break
            if _is_end(text, start, match, stop):
                return match.end()
    if stop == limit:
        return stop
    return _cut(text, start, limit)


def _cut(text: str, start: int, limit: int) -> int:
    """The best place to part a sentence without end: a line break, a clause, a space, in its second half."""
    half = start + LONGEST_SENTENCE // 2
    for separator, length in (("\n", 0), ("; ", 1), (", ", 1), (" ", 0)):
        place = text.rfind(separator, half, limit)
        if place >= 0:
            return start + len(text[start : place + length].rstrip())
    spaces = [place for place in range(half, limit) if text[place].isspace()]
    return start + len(text[start : spaces[-1] if spaces else limit].rstrip())


def _is_end(text: str, start: int, match: re.Match[str], stop: int) -> bool:
    """Whether the mark and closing quotes of `match`, with more of the unit behind them, end a sentence."""
    mark, closers, after = match["mark"], match["closers"], match.end()
    if mark[-1] in "。！？":
        return True
    opening = _OPENING.match(text, after, stop)
    openers = opening["openers"] if opening else ""
    position = opening.end() if opening else after
    if position == stop:
        return False  # only loose quotes or dashes remain: they belong to this sentence
    following = text[position]
    if following in ",;:)]}/%=.!?…_" or (mark in ("...", "…") and text[match.start() - 1] in "([" and closers):
        return False
    question = "¿" in openers or "¡" in openers
    if following.islower() and not question:
        return False
    before = text[max(start, match.start() - _LOOK_BACK) : match.start()]
    if not text[after].isspace():
        return _is_missing_space(text, before, match, openers, position, stop)
    if mark != "." or question or any(closer in closers for closer in "»”“\"’'«"):
        return True
    return not _is_abbreviation(before, text, position, stop)


def _is_missing_space(text: str, before: str, match: re.Match[str], openers: str, position: int, stop: int) -> bool:
    """Whether a capital right behind a mark begins a sentence ("fin.Le") or goes on in a name ("Node.Js", "U.S.A")."""
    if openers[:1] in ("-", "–", "—", "'", "’", "*", ">") and openers:
        return False
    following = text[position : min(stop, position + 60)].split(None, 1)[0]
    token = before.split()[-1] if before.split() and not before[-1].isspace() else ""
    if not following[0].isupper() or "@" in following or any(sign in token for sign in "/@=&_\\"):
        return False
    if match["mark"] != "." or match["closers"]:
        return True
    if len(token) < 2 or "." in token or not (token[-1].islower() or token[-1].isdigit() or token[-1] in "%€)»"):
        return False
    if len(following) > 1 and not (following[1].islower() or following[1] in "’'"):
        return False
    return not _is_abbreviation(before, text, position, stop)


def _is_abbreviation(before: str, text: str, position: int, stop: int) -> bool:
    """Whether the full stop after `before` belongs to an abbreviation, an initial, an ordinal or a list number."""
    before = before[-_LONGEST_ABBREVIATION:]
    found = _LAST_TOKEN.search(before)
    if found is None:
        return False
    token = re.split("[’']", found[0])[-1]
    earlier = before[: found.start()].rstrip()
    if _ENUMERATOR.fullmatch(found[0]) and (not _ALPHANUMERIC.search(earlier) or earlier.endswith(":")):
        return True  # "1. Contexte"
    lower = token.lower()
    pair = _TWO_TOKENS.search(before)
    if token in TITLES or lower in NEVER_LAST or (pair and f"{pair[1]}.{pair[2]}".lower() in NEVER_LAST):
        return True
    letters = _LETTERS.match(text, position, stop)
    word = letters[0] if letters else ""
    starts = word.lower() in SENTENCE_STARTERS or (
        word.lower() in ELIDED_STARTERS
        and letters is not None
        and text[letters.end() : letters.end() + 1] in ("’", "'")
    )
    if lower in BEFORE_NUMBERS and (text[position].isdigit() or _ROMAN.fullmatch(word)):
        return True
    if lower in OFTEN_INSIDE or _DOTTED.fullmatch(token) or (len(token) == 1 and token.isalpha()):
        return not starts
    if token.isdigit() and len(token) <= 2:
        previous = earlier.split()[-1].lower() if earlier else ""
        return word.lower() in GERMAN_AFTER_ORDINAL or (previous in GERMAN_BEFORE_ORDINAL and not starts)
    return False
