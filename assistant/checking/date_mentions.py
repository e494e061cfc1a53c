"""Dates, months and weekdays that a text names, in English, French, Spanish and German (CLDR names by Babel)."""

import datetime
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache

from assistant.checking.spans import overlaps
from assistant.locale_names.languages import LANGUAGES
from index.types import Span


@dataclass(frozen=True, slots=True)
class DateMention:
    """What a text says of a date: the parts that it leaves out are None. `weekday` is 0 for Monday. `other` is the
    second reading of 04/05/2025."""

    text: str
    span: Span
    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    other: "DateMention | None" = None

    def agrees(self, known: "DateMention") -> bool:
        """Whether everything that this says is said by `known`, too."""
        parts = ("year", "month", "day", "weekday")
        if all(getattr(self, part) in (None, getattr(known, part)) for part in parts):
            return True
        if self.other is not None and self.other.agrees(known):
            return True
        return known.other is not None and self.agrees(known.other)


def of_iso(date: str | None) -> DateMention | None:
    """The mention of an article's own date."""
    try:
        day = datetime.date.fromisoformat(date or "")
    except ValueError:
        return None
    return DateMention(date or "", Span(0, 0), day.year, day.month, day.day, day.weekday())


def complete(mentions: Iterable[DateMention], date: str | None) -> list[DateMention]:
    """The mentions of an article of that date, and the date itself: a day without a year is of the article's year."""
    own = of_iso(date)
    if own is None:
        return list(mentions)
    return [own, *(replace(each, year=own.year) if each.year is None and each.month else each for each in mentions)]


def date_mentions(text: str) -> list[DateMention]:
    """The dates that are named in a text of any of the four languages, in order and without overlap."""
    folded = _same_length(text)
    if len(folded) != len(text):
        return []
    found: list[DateMention] = []
    for kind, pattern in _patterns():
        for match in pattern.finditer(folded):
            span = Span(match.start(), match.end())
            if overlaps(span, (other.span for other in found)):
                continue
            mention = _mention(kind, match, text[span.start : span.end], span)
            if mention is not None and not (kind == "month" and _is_other_word(text, span)):
                found.append(mention)
    return sorted(found, key=lambda mention: mention.span)


def _mention(kind: str, match: re.Match[str], text: str, span: Span) -> DateMention | None:
    parts = match.groupdict()
    months, weekdays = _months(), _weekdays()
    if kind == "weekday":
        return DateMention(text, span, weekday=weekdays[match.group()])
    if kind == "numbers":
        first, second, year = int(parts["first"]), int(parts["second"]), int(parts["year"])
        readings = [
            DateMention(text, span, year, month, day)
            for month, day in dict.fromkeys([(second, first), (first, second)])
            if 1 <= month <= 12 and 1 <= day <= 31
        ]
        return replace(readings[0], other=readings[1] if len(readings) > 1 else None) if readings else None
    month = int(parts["month"]) if kind == "iso" else months[parts["month"]]
    day = int(parts["day"]) if parts.get("day") else None
    if not 1 <= month <= 12 or (day is not None and not 1 <= day <= 31):
        return None
    return DateMention(text, span, int(parts["year"]) if parts.get("year") else None, month, day)


def _is_other_word(text: str, span: Span) -> bool:
    """Whether a month alone is rather a word: "may" and "march" without a capital, or where any word has one.

    French and Spanish months have no capital, and none of them is another word in their languages but « mars »
    (the planet has a capital).
    """
    word, before = text[span.start : span.end], text[: span.start].rstrip(" \u00a0")
    if word.casefold() in ("may", "march", "august"):
        return not word[0].isupper() or not before or before[-1] in '.!?:\n«“"*-•'
    return False


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    month = "|".join(sorted(map(re.escape, _months()), key=len, reverse=True))
    wide = "|".join(sorted(map(re.escape, _names("months", ("wide",))), key=len, reverse=True))
    weekday = "|".join(sorted(map(re.escape, _weekdays()), key=len, reverse=True))
    year = r"(?P<year>1[0-9]\d\d|2[01]\d\d)(?![\d])"
    return (
        ("iso", re.compile(rf"(?<![\d]){year}-(?P<month>\d\d)-(?P<day>\d\d)(?!\d)")),
        ("numbers", re.compile(rf"(?<![\d])(?P<first>\d{{1,2}})(?P<mark>[./-])(?P<second>\d{{1,2}})(?P=mark){year}")),
        (
            "day_month",
            re.compile(
                rf"(?<![\d.,])(?P<day>\d{{1,2}})(?:st|nd|rd|th|er|\.|º)?\s+(?:of\s+|de\s+)?(?P<month>{month})\b\.?"
                rf"(?:,?\s+(?:de\s+|del\s+)?{year})?"
            ),
        ),
        (
            "month_day",
            re.compile(
                rf"\b(?P<month>{month})\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?![\w%])(?![.,]\d)(?:,?\s+{year})?"
            ),
        ),
        ("month_year", re.compile(rf"\b(?P<month>{month})\.?,?\s+(?:of\s+|de\s+|del\s+)?{year}")),
        ("weekday", re.compile(rf"\b(?:{weekday})\b")),
        ("month", re.compile(rf"\b(?P<month>{wide})\b")),
    )


@cache
def _months() -> dict[str, int]:
    return _names("months", ("wide", "abbreviated"))


@cache
def _weekdays() -> dict[str, int]:
    return _names("days", ("wide",))


def _names(field: str, widths: Iterable[str]) -> dict[str, int]:
    from babel import Locale

    found: dict[str, int] = {}
    for language in LANGUAGES:
        table = getattr(Locale.parse(language), field)
        for context in ("format", "stand-alone"):
            for width in widths:
                for number, name in table[context][width].items():
                    found.setdefault(_same_length(str(name)).rstrip("."), number)
    return found


def _same_length(text: str) -> str:
    """Lower case without accents, one character for one, so that positions stay."""
    return "".join(unicodedata.normalize("NFD", character)[0].lower()[0] for character in text)
