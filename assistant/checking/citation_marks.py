"""The citation marks that a language model writes, found in its text and taken out of it.

Marks are `[1]`, `[1, 2]`, `[1-3]`, `[^1]` and `【1】`, also with more behind a dagger, as some models write it. Round
brackets number lists in ordinary texts and are no mark. A mark inside code, or one that an article has itself just
there (the model quotes it), is no citation either, nor are years (`[2024]`) and words (`[sic]`).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_MARK = re.compile(
    r"\[{1,3}\s{0,2}\^?(?P<square>\d{1,9}(?:\s{0,2}(?:[,;&–-]|\]\s?\[)\s{0,2}\^?\d{1,9}){0,40})\s{0,2}\]{1,3}"
    r"|【\s?(?P<lenticular>\d{1,9}(?:\s?[,;–-]\s?\d{1,9}){0,40})[^】\n]{0,60}】"
)
_CODE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]+`", re.DOTALL)
_LOOKS_LIKE_ONE = re.compile(r"\[(\s*\^?\d[\d\s,;&–^-]*)\]")
_PART = re.compile(r"(\d+)(?:\s*[–-]\s*\^?(\d+))?")
_LONGEST_RANGE = 50
_CONTEXT = 8  # characters on one side that show that a mark is the article's own
_YEARS = range(1000, 2200)


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark that stood at `position` of the text without marks; `numbers` may name passages that do not exist."""

    position: int
    numbers: tuple[int, ...]


def take_out(text: str, passages: Sequence[str]) -> tuple[str, list[Mark]]:
    """`text` without its marks, and the marks in order. `passages` are the texts that the model was shown.

    Nothing in the result looks like a mark: brackets with numbers that are none become round ones.
    """
    code = [(match.start(), match.end()) for match in _CODE.finditer(text)]
    kept: list[str] = []
    marks: list[Mark] = []
    length = position = 0
    for match in _MARK.finditer(text):
        numbers = _numbers(match["square"] or match["lenticular"])
        in_code = any(start < match.end() and match.start() < end for start, end in code)
        is_year = len(numbers) <= 2 and all(number in _YEARS and number > len(passages) for number in numbers)
        if in_code or is_year or _is_quoted(text, match, passages):
            continue
        before = text[position : match.start()].rstrip(" \t\u00a0\u202f")
        kept.append(before)
        length += len(before)
        marks.append(Mark(length, tuple(numbers)))
        position = match.end()
    kept.append(text[position:])
    return _disarmed("".join(kept)), marks


def _disarmed(text: str) -> str:
    """The same number of characters, so that positions stay."""
    for _ in range(len(text)):
        changed = _LOOKS_LIKE_ONE.sub(r"(\1)", text)
        if changed == text:
            return text
        text = changed
    return text


def _numbers(inside: str) -> list[int]:
    found: list[int] = []
    for match in _PART.finditer(inside.replace("^", "")):
        first, last = int(match[1]), int(match[2] or match[1])
        found += range(first, last + 1) if first <= last < first + _LONGEST_RANGE else [first, last]
    return list(dict.fromkeys(found))


def _is_quoted(text: str, match: re.Match[str], passages: Sequence[str]) -> bool:
    """Whether a passage holds the mark with the same words before it, or after it."""
    around = text[max(0, match.start() - _CONTEXT) : match.end()], text[match.start() : match.end() + _CONTEXT]
    long_enough = [part for part in around if len(part) == len(match.group()) + _CONTEXT]
    return any(part in passage for part in long_enough for passage in passages)
