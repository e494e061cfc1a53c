"""Dates as sources write them, to ISO 8601 (docs/decisions/0011). A date that can be read two ways is none."""

import datetime
import email.utils
import re
import unicodedata

EARLIEST_YEAR = 1400
LATEST_YEAR = 2200

_MONTH_NAMES = (
    "january janvier enero januar janner gennaio janeiro jan janv",
    "february fevrier febrero februar febbraio fevereiro feb fevr",
    "march mars marzo marz marco mar mrz",
    "april avril abril aprile apr avr abr",
    "may mai mayo maggio maio",
    "june juin junio juni giugno junho jun",
    "july juillet julio juli luglio julho jul juil",
    "august aout agosto aug",
    "september septembre septiembre settembre setembro sept sep",
    "october octobre octubre oktober ottobre outubro oct okt",
    "november novembre noviembre novembro nov",
    "december decembre diciembre dezember dicembre dezembro dec dez",
)
_MONTHS = {name: number for number, names in enumerate(_MONTH_NAMES, start=1) for name in names.split()}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_TIME = (
    r"(?:,?(?:\s+(?:at|a|um|kl))?[t\s]\s*\d{1,2}[:h]\d{2}(?:[:.]\d+)*(?:\s*(?:[ap]\.?m\.?|uhr|h))?"
    r"\s*(?:z|utc|gmt|[a-z]{3,4}|[+-]\d{2}:?\d{2})?)?"
)

DATE = (
    r"(?:(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})"
    rf"|(?P<day_1>\d{{1,2}})(?:st|nd|rd|th|er|\.|º)?\s+(?:of\s+|de\s+)?(?P<month_1>{_MONTH})\.?,?\s+(?:de\s+|del\s+)?(?P<year_1>\d{{4}})"
    rf"|(?P<month_2>{_MONTH})\.?\s+(?P<day_2>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year_2>\d{{4}})"
    r"|(?P<first>\d{1,2})(?P<separator>[-/.])(?P<second>\d{1,2})(?P=separator)(?P<year_3>\d{4}))"
)
"""A date in folded text (lower case, no accents); what its groups mean is `date_of_match`'s business."""

_WHOLE = re.compile(rf"(?:(?:[a-z]{{2,12}}\.?,?\s+)?(?:le|el|den|am|the)?\s*){DATE}{_TIME}")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:t\d+z?)?")

_LEAD = (
    r"(?:(?:first\s+)?(?:published|posted|updated|issued|publie|paru|mis a jour|publicado|actualizado|"
    r"veroffentlicht|aktualisiert|stand|date|fecha|datum)(?:\s+(?:on|le|el|am|den))?\s*[:,-]?\s*)"
)
_WEEKDAY = (
    r"(?:(?:on\s+)?(?:mon|tues|wednes|thurs|fri|satur|sun)day|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|"
    r"lunes|martes|miercoles|jueves|viernes|sabado|domingo|(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch)"
)
_BYLINE = r"(?:(?:by|par|von|por)\s+[^\d,|–—-]{3,60}\s*[,|–—-]\s*)"
_PLACE = r"(?:[a-z][a-z' -]{1,30},\s+)"
_DATE_LINE = re.compile(
    rf"(?:{_BYLINE}|{_PLACE})?{_LEAD}?(?:{_WEEKDAY},?\s+)?(?:le|el|den|am|the)?\s*{DATE}{_TIME}\s*\.?"
)
_LINES_LOOKED_AT = 6
_LONGEST_DATE_LINE = 100


def iso_date(value: object) -> str | None:
    """`YYYY-MM-DD` for a date, a datetime, a Unix time in (milli)seconds, or a text that is a date as a whole."""
    if isinstance(value, datetime.datetime):
        return _iso(value.year, value.month, value.day)
    if isinstance(value, datetime.date):
        return _iso(value.year, value.month, value.day)
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return _from_number(value)
    return _from_text(value) if isinstance(value, str) and len(value) <= _LONGEST_DATE_LINE else None


def date_near_top(text: str) -> str | None:
    """The date in a line near the top of a plain text that is nothing but a date, a place and a date, or a byline
    with a date: "Bruxelles, le 11 avril 2025", "Published: April 11, 2025". A date inside a sentence is not taken."""
    lines = [line.strip() for line in text[:4_000].splitlines() if line.strip()][:_LINES_LOOKED_AT]
    for line in lines:
        if len(line) <= _LONGEST_DATE_LINE and (match := _DATE_LINE.fullmatch(_fold(line))):
            return date_of_match(match)
    return None


def date_of_match(match: re.Match[str]) -> str | None:
    """The ISO date of a match of `DATE`; 04/05/2025 is none, since half of the world reads it the other way."""
    parts = match.groupdict()
    if parts["year"]:
        return _iso(int(parts["year"]), int(parts["month"]), int(parts["day"]))
    for form in ("1", "2"):
        if parts[f"year_{form}"]:
            return _iso(int(parts[f"year_{form}"]), _MONTHS[parts[f"month_{form}"]], int(parts[f"day_{form}"]))
    first, second, year = int(parts["first"]), int(parts["second"]), int(parts["year_3"])
    if parts["separator"] == "." or first > 12:  # the point is written only where the day comes first
        return _iso(year, second, first)
    if second > 12 or first == second:
        return _iso(year, first, second)
    return None


def _from_text(value: str) -> str | None:
    text = _fold(value.strip())
    if match := _COMPACT.fullmatch(text):
        return _iso(int(match[1]), int(match[2]), int(match[3]))
    if match := _WHOLE.fullmatch(text):
        return date_of_match(match)
    try:
        parsed = email.utils.parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError):
        return None
    return _iso(parsed.year, parsed.month, parsed.day)


def _from_number(value: float) -> str | None:
    text = str(value)
    if len(text) == 8 and text.isdigit():
        return _from_text(text)
    seconds = value / 1000 if abs(value) >= 1e11 else value
    if not 1e8 <= seconds <= 7e9:  # 1973 to 2191; a smaller number is a year or a count, not a time
        return None
    return datetime.datetime.fromtimestamp(seconds, tz=datetime.UTC).date().isoformat()


def _iso(year: int, month: int, day: int) -> str | None:
    if not EARLIEST_YEAR <= year <= LATEST_YEAR:
        return None
    try:
        return datetime.date(year, month, day).isoformat()
    except ValueError:
        return None


def _fold(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text.lower())
    return re.sub(r"\s+", " ", "".join(c for c in decomposed if not unicodedata.combining(c)))
