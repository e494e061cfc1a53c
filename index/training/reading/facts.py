"""What a sentence tells that a question could ask for: a number, a time, a name, a place, a reason, a thing.

Found by the forms of four languages, their calendar and their small numbers; nothing here knows any topic.
"""

import random
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Literal

from babel.dates import get_day_names, get_month_names

from index.types import Span

Kind = Literal["number", "time", "name", "place", "reason", "thing"]
LANGUAGES = ("en", "fr", "es", "de")

_NUMBERS = {
    "en": "two three four five six seven eight nine ten eleven twelve fifteen twenty thirty forty fifty sixty ninety "
    "hundred thousand million",
    "fr": "deux trois quatre cinq six sept huit neuf dix onze douze quinze vingt trente quarante cinquante soixante "
    "cent cents mille millions",
    "es": "dos tres cuatro cinco seis siete ocho nueve diez doce quince veinte treinta cuarenta cincuenta cien mil "
    "millones",
    "de": "zwei drei vier fünf sechs sieben acht neun zehn elf zwölf fünfzehn zwanzig dreißig vierzig fünfzig hundert "
    "tausend millionen",
}
_DAYS = {"en": "yesterday|today|tomorrow", "fr": "hier|demain", "es": "ayer|hoy", "de": "gestern|heute"}
_PHRASES = {
    "en": r"(?:last|next|this) (?:week|month|year|night|summer|winter|morning)|at \d{1,2}(?::\d\d)?(?: o'clock)?",
    "fr": r"(?:la semaine|l['’]an|le mois|l['’]été) (?:dernière?|prochaine?|passée?)|à \d{1,2} ?h(?:eures)?\b",
    "es": r"(?:la semana|el año|el mes) (?:pasad[oa]|que viene)|a las \d{1,2}(?::\d\d)?",
    "de": r"(?:letzte|nächste|vorige)[nrs]? (?:Woche|Monat|Jahr|Nacht|Sommer|Winter)|um \d{1,2}(?::\d\d)? Uhr",
}
_BEFORE_TIME = {
    "en": "on in since until by last next every of",
    "fr": "le en depuis jusqu'à",
    "es": "el en desde hasta",
    "de": "am im seit bis letzten nächsten",
}
_REASONS = {
    "en": r"because|in order to",
    "fr": r"parce qu[e'’]|puisqu[e'’]|afin d[e'’]",
    "es": r"porque|para que",
    "de": r"weil|um zu",
}
_TO_PLACES = {"in", "at", "to", "from", "à", "en", "au", "aux", "a", "nach", "aus"}
_ARTICLES = {
    "en": "the a an his her their my your some its that this",
    "fr": "le la les un une des du son sa ses leur mon ma mes ce cette",
    "es": "el la los las un una su sus mi este esta",
    "de": "der die das den dem ein eine einen einem sein seine ihr ihre mein meine",
}
_NAME = re.compile(r"(?<=[a-zà-ÿ,] )[A-ZÀ-Ý][\w’'-]{2,}(?: [A-ZÀ-Ý][\w’'-]+)*")
_IN_A_REFERENCE = re.compile(
    r"(?:\(|section|paragraph|article|alinéa|paragraphe|partie|part|no\.?)s? ?\(?$", re.IGNORECASE
)
_COUNTED = re.compile(r"[ \u00a0\u202f][^\W\d_]{3,}")
_SHORTEST_OPENING = 12
_LONGEST_THING = 90


@dataclass(frozen=True, slots=True)
class Fact:
    """`span` of the sentence tells it."""

    kind: Kind
    span: Span


def facts(text: str, language: str, known_names: Iterable[str] = ()) -> list[Fact]:
    """The facts of a sentence but for its things, in no order. German writes every noun as names are written, so that
    only the `known_names` count there."""
    times = [Span(*found.span()) for found in _times(language).finditer(text)]
    found = [Fact("time", span) for span in times]
    found += [
        Fact("number", Span(*number.span()))
        for number in _numbers(language).finditer(text)
        if not _overlaps(number.span(), times)
        and not _IN_A_REFERENCE.search(text[: number.start()])
        and _COUNTED.match(text, number.end())
    ]
    reason = _reasons(language).search(text)
    if reason and reason.start() > _SHORTEST_OPENING:
        found.append(Fact("reason", Span(*reason.span())))
    names = [one.span() for one in _NAME.finditer(text)] if language != "de" else []
    names += [one.span() for name in known_names for one in re.finditer(rf"\b{re.escape(name)}\b", text)]
    for start, end in dict.fromkeys(names):
        if not _overlaps((start, end), times):
            words = text[:start].split()
            to_place = bool(words) and words[-1].lower() in _TO_PLACES
            found.append(Fact("place" if to_place else "name", Span(start, end)))
    return found


def thing(text: str, language: str, generator: random.Random) -> Fact | None:
    """What begins at one of the sentence's articles, not at its beginning, some words long."""
    starts = [found.start() for found in _articles(language).finditer(text)]
    starts = [start for start in starts if start > 8 and len(text) - start < _LONGEST_THING]
    if not starts:
        return None
    start = generator.choice(starts)
    end = len(text.rstrip(".!? "))
    gaps = [start + found.start() for found in re.finditer(r"[ ,;]", text[start:end])]
    if len(gaps) > 5:
        end = gaps[generator.randint(3, min(len(gaps) - 1, 8))]
    return Fact("thing", Span(start, end)) if end > start else None


def _overlaps(bounds: tuple[int, int], others: Iterable[Span]) -> bool:
    return any(other.start < bounds[1] and bounds[0] < other.end for other in others)


@cache
def _times(language: str) -> re.Pattern[str]:
    months = get_month_names("wide", locale=language).values()
    days = get_day_names("wide", locale=language).values()
    # "May" and "March" are other words, too.
    names = "|".join(sorted((re.escape(name) for name in (*months, *days) if len(name) > 5), key=len, reverse=True))
    before = "|".join(_BEFORE_TIME[language].split())
    moments = rf"(?:\b(?:{before}) +){{0,2}}\b(?:{names}|{_DAYS[language]}|(?:19|20)\d\d)\b"
    return re.compile(rf"{moments}|\b(?:{_PHRASES[language]})", re.IGNORECASE)


@cache
def _numbers(language: str) -> re.Pattern[str]:
    words = "|".join(sorted(_NUMBERS[language].split(), key=len, reverse=True))
    return re.compile(rf"\b\d(?:[\d.,\u00a0\u202f ]*\d)?|\b(?:{words})\b", re.IGNORECASE)


@cache
def _reasons(language: str) -> re.Pattern[str]:
    return re.compile(rf",? ?\b(?:{_REASONS[language]}).+$", re.IGNORECASE)


@cache
def _articles(language: str) -> re.Pattern[str]:
    elided = r"|\bl['’]" if language == "fr" else ""
    return re.compile(rf"\b(?:{'|'.join(_ARTICLES[language].split())})\b{elided}", re.IGNORECASE)
