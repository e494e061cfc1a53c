"""Line breaks: which of them separate sentences, and which only fold a sentence that goes on.

A unit is a stretch of lines that no separating line break interrupts: a paragraph on one line, a heading, a list item,
or a paragraph that was hard-wrapped over several lines (an e-mail, a PDF).
"""

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from index.abbreviations import TITLES
from index.types import Span

WRAP_LIMIT = 120
"""Characters; no one folds lines that are longer."""

_NARROWEST_FOLD = 40
_FULL_LINE = 0.8  # of the longer line: PDFs and words of uneven length leave a ragged margin
_NEIGHBOURS = 3

_CONTENT = re.compile(r"\S(?:.*\S)?", re.DOTALL)
_SPACE = r"[ \t\u00a0\u202f]"
_OPENING = re.compile(
    rf"(?P<heading>#{{1,6}}{_SPACE})"
    rf"|(?P<bullet>[-–—•*·▪◦‣●○■□➢➤✓→]{_SPACE}|(?:\d{{1,3}}|[a-zA-Z]|[ivx]{{1,4}})[.)]{_SPACE})"
    r"|[«»“”„\"'‘’(\[> \t\u00a0\u202f]{0,20}(?P<first>\w?)"
)
_CLOSERS = "»”“’\"')]›* \t\u00a0\u202f"
_UNFINISHED = re.compile(r"(?:[,(\-–]|(?<!\w)[^\W\d_]{1,3})\Z")
_RUNNING = re.compile(r"[.!?…][»”\"’)]?[ \u00a0][«“„\"¿¡(]?[^\W\d_]")
_LAST_WORD = re.compile(r"([^\W\d_]{1,5})\.\Z")


class _Line(NamedTuple):
    start: int
    end: int
    opening: Literal["heading", "bullet", "lower", "other"]
    after_blank: bool


def units(text: str, position: int = 0, horizon: int | None = None) -> Iterator[Span]:
    """The units of `text`, in order, trimmed of white space, from the one that holds `position` on.

    The first begins at `position`; every other one is the same whatever the position is. Line ends are `\\n`. Lazy: it
    reads a few lines around what it yields, so a short stretch of a long article costs little. Past `horizon` it stops,
    if need be in the middle of a unit.
    """
    context = _before(text, position)
    source = _lines(text, text.rfind("\n", 0, position) + 1)
    window = [*context]
    current = len(window)
    start: int | None = None
    exhausted = False
    while True:
        while not exhausted and len(window) <= current + _NEIGHBOURS:
            following = next(source, None)
            exhausted = following is None
            if following is not None:
                window.append(following)
        if current >= len(window):
            return
        line = window[current]
        start = max(line.start, position) if start is None else start
        beyond = horizon is not None and line.end > horizon
        if beyond or current + 1 == len(window) or _separates(text, window, current):
            if line.end > start:
                yield Span(start, line.end)
            start = None
        if beyond:
            return
        if current >= _NEIGHBOURS:
            del window[0]
        else:
            current += 1


def _lines(text: str, position: int) -> Iterator[_Line]:
    """The lines that hold anything, from the line that begins at `position` on."""
    after_blank = False
    while position <= len(text):
        stop = text.find("\n", position)
        stop = len(text) if stop < 0 else stop
        content = text[position:stop].strip()
        if content:
            start = position if content[0] == text[position] else text.index(content[0], position)
            yield _Line(start, start + len(content), _opening(text, start), after_blank)
        after_blank = not content
        position = stop + 1


def _before(text: str, position: int) -> list[_Line]:
    """Up to three lines that stand before the line of `position` without a blank one between."""
    found: list[_Line] = []
    stop = text.rfind("\n", 0, position)
    while stop >= 0 and len(found) < _NEIGHBOURS:
        start = text.rfind("\n", 0, stop) + 1
        line = next(_lines(text[start:stop], 0), None)
        if line is None:
            break
        found.insert(0, line._replace(start=start + line.start, end=start + line.end))
        stop = start - 1
    return found


def _opening(text: str, start: int) -> Literal["heading", "bullet", "lower", "other"]:
    match = _OPENING.match(text, start)
    if match is None:
        return "other"
    if match["heading"]:
        return "heading"
    if match["bullet"]:
        return "bullet"
    return "lower" if (match["first"] or "").islower() else "other"


def _separates(text: str, window: list[_Line], current: int) -> bool:
    """Whether the break after line `current` of `window` ends a sentence by itself."""
    line, following = window[current], window[current + 1]
    if following.after_blank or "heading" in (line.opening, following.opening):
        return True
    tail = text[max(line.start, line.end - 12) : line.end]
    finished = tail.rstrip(_CLOSERS).endswith((".", "!", "?", "…", ":", ";", "。", "！", "？"))
    folded = _is_folded(text, window, current, tail)
    if following.opening == "bullet":
        return not folded or finished or "bullet" in (previous.opening for previous in _block(window, current)[0])
    if folded:
        return False  # whether a sentence ends here is asked as it is in the middle of a line
    if finished:
        title = _LAST_WORD.search(tail)
        return title is None or title[1] not in TITLES
    return following.opening != "lower"


def _is_folded(text: str, window: list[_Line], current: int, tail: str) -> bool:
    """Whether the break after line `current` is there because the next word found no room, in a text that folds."""
    line, following = window[current], window[current + 1]
    length = line.end - line.start
    width = max(length, following.end - following.start)
    if width > WRAP_LIMIT:
        return False
    word = text[following.start : following.end].split(None, 1)[0]
    if length + 1 + len(word) <= max(_NARROWEST_FOLD, _FULL_LINE * width):
        return False
    unfinished = _UNFINISHED.search(tail)
    if unfinished is not None and (unfinished[0].islower() or not unfinished[0].isalpha()):
        return True
    before, after = _block(window, current)
    return any(
        neighbour.opening == "lower"
        or _RUNNING.search(text, neighbour.start, min(neighbour.end, neighbour.start + WRAP_LIMIT))
        for neighbour in (*before, *after)
    )


def _block(window: list[_Line], current: int) -> tuple[list[_Line], list[_Line]]:
    """The lines up to `current` and those after it, a few on either side, that no blank line parts from it."""
    before = [window[current]]
    while len(before) <= _NEIGHBOURS and current - len(before) >= 0 and not before[0].after_blank:
        before.insert(0, window[current - len(before)])
    after: list[_Line] = []
    for neighbour in window[current + 1 : current + 1 + _NEIGHBOURS]:
        if neighbour.after_blank:
            break
        after.append(neighbour)
    return before, after
