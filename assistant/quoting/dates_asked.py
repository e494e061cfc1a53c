"""What a question says of the time that it asks about, by closed classes of words in four languages."""

import calendar
import datetime
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from assistant.checking.date_mentions import date_mentions
from assistant.checking.spans import overlaps
from index.analysis import telling_words
from index.types import Span

Side = Literal["in", "since", "after", "until", "before"]
Unit = Literal["day", "week", "month", "year"]


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `first` to `last`, both included; None is open."""

    first: datetime.date | None
    last: datetime.date | None

    def holds(self, iso: str | None) -> bool:
        """Whether a date, `YYYY-MM-DD`, lies in it; one that is missing or none does not."""
        try:
            day = datetime.date.fromisoformat(iso or "")
        except ValueError:
            return False
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)

    def is_told_by(self, text: str, year: int | None) -> bool:
        """Whether a text names a day or a month of it, or a year that lies in it; `year` is that of its article."""
        named = [
            _days(mention.year or year or 0, mention.month, mention.day)
            for mention in date_mentions(text)
            if mention.month and (mention.year or year)
        ]
        years = [int(match.group()) for match in _YEAR.finditer(text)]
        whole = [Period(datetime.date(each, 1, 1), datetime.date(each, 12, 31)) for each in years]
        return any(map(self._meets, named)) or any(map(self._covers, whole))

    def _meets(self, other: "Period") -> bool:
        if other.first is None or other.last is None:
            return False
        return (self.last is None or other.first <= self.last) and (self.first is None or other.last >= self.first)

    def _covers(self, other: "Period") -> bool:
        if other.first is None or other.last is None:
            return False
        return (self.first is None or self.first <= other.first) and (self.last is None or other.last <= self.last)


@dataclass(frozen=True, slots=True)
class _Part:
    """A date in the question: its parts, or so many units back from the newest article; and on which side of it."""

    span: Span
    side: Side
    year: int | None = None
    month: int | None = None
    day: int | None = None
    unit: Unit | None = None
    back: int = 0


@dataclass(frozen=True, slots=True)
class AskedDates:
    """The time that a question asks about. `rest` is the question without it, for holding sentences against that do
    not say it again; `newest` when it asks for what is latest."""

    rest: str
    newest: bool
    parts: tuple[_Part, ...]

    def period(self, newest: datetime.date) -> Period:
        """The days meant, as of the collection's newest article: a month without a year is the last one up to then."""
        periods = [_of_part(part, newest) for part in self.parts]
        sides = {part.side for part in self.parts}
        firsts = [period.first for period in periods if period.first]
        lasts = [period.last for period in periods if period.last]
        if sides in ({"in"}, {"in", "until"}):  # several: from the first to the last of them; "de mars à mai"
            return Period(min(firsts, default=None), max(lasts, default=None))
        return Period(max(firsts, default=None), min(lasts, default=None))


_ARTICLE = (
    r"(?:\s+(?:the|le|la|les|l['’]|el|los|las|der|die|das|dem|den|mois|month|mes|monat|year|ann[ée]e|a[ñn]o|jahre?|of|"
    r"d[eu]|d['’]))*\s*"
)
_SIDES: tuple[tuple[Side, str], ...] = (
    (
        "since",
        r"since|as of|from|starting|depuis|d[eè]s|[àa] partir d[eu]|[àa] compter d[eu]|desde|a partir del?|seit|ab",
    ),
    ("after", r"after|apr[eè]s|despu[eé]s del?|tras|nach"),
    ("until", r"until|till|by|up to|through|to|jusqu['’](?:en|[àa]|au)|hasta|bis|[àa]|au|al?"),
    ("before", r"before|avant|antes del?|vor"),
    (
        "in",
        r"in|on|during|for|en|au|le|du|pendant|durant|courant|durante|del?|d['’]|im|am|vom|von|w[äa]hrend|between|entre|zwischen|and|et|y|und",
    ),
)
_LEADS = tuple((side, re.compile(rf"(?:\b|^)(?:{words}){_ARTICLE}\Z", re.IGNORECASE)) for side, words in _SIDES)
_LONGEST_LEAD = 40  # characters
_SMALL_MONTH = re.compile(r"(?<=\b(?:in|of|by) )(?:may|march|august)\b|(?<=\bsince )(?:may|march|august)\b")
_YEAR = re.compile(r"(?<![\w.,€$£-])(?:19|20)\d\d(?![\w%-]|[.,]\d)")

_RELATIVE: Mapping[str, tuple[tuple[str, Unit, int], ...]] = {
    "en": (
        (r"today", "day", 0), (r"yesterday", "day", 1), (r"this week", "week", 0), (r"last week", "week", 1),
        (r"this month", "month", 0), (r"last month", "month", 1), (r"this year", "year", 0), (r"last year", "year", 1),
    ),
    "fr": (
        (r"aujourd['’]hui", "day", 0), (r"hier", "day", 1), (r"cette semaine", "week", 0),
        (r"la semaine (?:derni[eè]re|pass[ée]e)", "week", 1), (r"ce mois(?:-ci)?", "month", 0),
        (r"le mois (?:dernier|pass[ée])", "month", 1), (r"cette ann[ée]e", "year", 0),
        (r"l['’](?:an dernier|an pass[ée]|ann[ée]e derni[eè]re|ann[ée]e pass[ée]e)", "year", 1),
    ),
    "es": (
        (r"hoy", "day", 0), (r"ayer", "day", 1), (r"esta semana", "week", 0), (r"la semana pasada", "week", 1),
        (r"este mes", "month", 0), (r"el mes pasado", "month", 1), (r"este a[ñn]o", "year", 0),
        (r"el a[ñn]o pasado", "year", 1),
    ),
    "de": (
        (r"heute", "day", 0), (r"gestern", "day", 1), (r"diese(?:r)? woche", "week", 0),
        (r"(?:letzte|vergangene)[nr]? woche", "week", 1), (r"diese[nm] monat", "month", 0),
        (r"(?:letzten|vergangenen|letztem) monat", "month", 1), (r"diese[sm] jahr", "year", 0),
        (r"(?:letztes|letzten|vergangenes|letztem) jahr", "year", 1),
    ),
}  # fmt: skip
_NEWEST: Mapping[str, str] = {
    "en": r"latest|most recent(?:ly)?|newest|the last(?= \w)",
    "fr": r"derni[eè]r(?:e?s?)|(?:le|la|les) plus r[ée]cente?s?",
    "es": r"[uú]ltim[oa]s?|m[aá]s recientes?",
    "de": r"letzte[rnms]?|neu(?:e)?ste[rnms]?|j[uü]ngste[rnms]?|aktuellste[rnms]?|zuletzt",
}


def asked_dates(question: str, language: str) -> AskedDates | None:
    """The time that a question asks about, or None where it names none; `language` is the question's."""
    # Typed without a capital, these months are taken for other words, but not where a preposition leads them in.
    written = _SMALL_MONTH.sub(lambda month: month.group().capitalize(), question)
    parts = sorted(_parts(written, language), key=lambda part: part.span)
    newest = [
        Span(match.start(), match.end())
        for match in re.finditer(rf"\b(?:{_NEWEST[language]})\b", question, re.IGNORECASE)
        if not overlaps(Span(match.start(), match.end()), (part.span for part in parts))
    ] if language in _NEWEST else []  # fmt: skip
    if not parts and not newest:
        return None
    rest = question
    for span in sorted([*(part.span for part in parts), *newest], reverse=True):
        rest = rest[: span.start] + " " + rest[span.end :]
    rest = re.sub(r"\s+([?!.,])", r"\1", " ".join(rest.split())).lstrip(" ,;:")
    return AskedDates(rest if telling_words(rest, language) else question, bool(newest) and not parts, tuple(parts))


def _parts(question: str, language: str) -> Iterator[_Part]:
    taken: list[Span] = []
    for words, unit, back in _RELATIVE.get(language, ()):
        for match in re.finditer(rf"\b(?:{words})(?!\w)", question, re.IGNORECASE):
            side, start = _side(question, match.start())
            taken.append(Span(start, match.end()))
            yield _Part(taken[-1], side or "in", unit=unit, back=back)
    for mention in date_mentions(question):
        if mention.month is None or overlaps(mention.span, taken):
            continue  # a weekday alone is of no known week
        side, start = _side(question, mention.span.start)
        taken.append(Span(start, mention.span.end))
        yield _Part(taken[-1], side or "in", mention.year, mention.month, mention.day)
    for match in _YEAR.finditer(question):
        side, start = _side(question, match.start())
        span = Span(start, match.end())
        if side is not None and not overlaps(span, taken):  # without a preposition it is a name or a number
            taken.append(span)
            yield _Part(span, side, int(match.group()))


def _side(question: str, position: int) -> tuple[Side | None, int]:
    """What stands before a date, and where that begins; None and the date's own position where nothing does."""
    begin = max(0, position - _LONGEST_LEAD)
    for side, pattern in _LEADS:
        if found := pattern.search(question[begin:position]):
            return side, begin + found.start()
    return None, position


def _of_part(part: _Part, newest: datetime.date) -> Period:
    named = _back(part.unit, part.back, newest) if part.unit else _named(part, newest)
    if named.first is None or named.last is None:
        return Period(None, None)
    one = datetime.timedelta(days=1)
    match part.side:
        case "in":
            return named
        case "since":
            return Period(named.first, None)
        case "after":
            return Period(named.last + one, None)
        case "until":
            return Period(None, named.last)
        case "before":
            return Period(None, named.first - one)


def _named(part: _Part, newest: datetime.date) -> Period:
    if part.month is None:
        return Period(datetime.date(part.year or newest.year, 1, 1), datetime.date(part.year or newest.year, 12, 31))
    if part.year is not None:
        return _days(part.year, part.month, part.day)
    this_year = _days(newest.year, part.month, part.day)
    if this_year.first is not None and this_year.first > newest:
        return _days(newest.year - 1, part.month, part.day)
    return this_year


def _days(year: int, month: int, day: int | None) -> Period:
    """A month, or a day of it; nothing for a day that the month does not have."""
    last = calendar.monthrange(year, month)[1]
    if day is not None and day > last:
        return Period(None, None)
    return Period(datetime.date(year, month, day or 1), datetime.date(year, month, day or last))


def _back(unit: Unit, back: int, newest: datetime.date) -> Period:
    match unit:
        case "day":
            day = newest - datetime.timedelta(days=back)
            return Period(day, day)
        case "week":
            monday = newest - datetime.timedelta(days=newest.weekday() + 7 * back)
            return Period(monday, monday + datetime.timedelta(days=6))
        case "month":
            months = newest.year * 12 + newest.month - 1 - back
            return _days(months // 12, months % 12 + 1, None)
        case "year":
            return Period(datetime.date(newest.year - back, 1, 1), datetime.date(newest.year - back, 12, 31))
