"""Numbers written in words in English, French, Spanish and German: closed tables and the grammar that joins them.

All words are folded (lower case, no accents). One alone is an article in most of these languages and no figure.
"""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from index.analysis import fold
from index.types import Span

_EN = """zero=0 one=1 two=2 three=3 four=4 five=5 six=6 seven=7 eight=8 nine=9 ten=10 eleven=11 twelve=12 thirteen=13
    fourteen=14 fifteen=15 sixteen=16 seventeen=17 eighteen=18 nineteen=19 twenty=20 thirty=30 forty=40 fifty=50
    sixty=60 seventy=70 eighty=80 ninety=90 dozen=12"""
_FR = """zero=0 un=1 une=1 deux=2 trois=3 quatre=4 cinq=5 six=6 sept=7 huit=8 neuf=9 dix=10 onze=11 douze=12 treize=13
    quatorze=14 quinze=15 seize=16 vingt=20 vingts=20 trente=30 quarante=40 cinquante=50 soixante=60 septante=70
    huitante=80 octante=80 nonante=90 dizaine=10 douzaine=12 quinzaine=15 vingtaine=20 trentaine=30 quarantaine=40
    cinquantaine=50 soixantaine=60"""
_ES = """cero=0 un=1 uno=1 una=1 dos=2 tres=3 cuatro=4 cinco=5 seis=6 siete=7 ocho=8 nueve=9 diez=10 once=11 doce=12
    trece=13 catorce=14 quince=15 dieciseis=16 diecisiete=17 dieciocho=18 diecinueve=19 veinte=20 veintiun=21
    veintiuno=21 veintiuna=21 veintidos=22 veintitres=23 veinticuatro=24 veinticinco=25 veintiseis=26 veintisiete=27
    veintiocho=28 veintinueve=29 treinta=30 cuarenta=40 cincuenta=50 sesenta=60 setenta=70 ochenta=80 noventa=90
    decena=10 docena=12 veintena=20 treintena=30 cincuentena=50 cien=100 ciento=100 doscientos=200 doscientas=200
    trescientos=300 trescientas=300 cuatrocientos=400 cuatrocientas=400 quinientos=500 quinientas=500 seiscientos=600
    seiscientas=600 setecientos=700 setecientas=700 ochocientos=800 ochocientas=800 novecientos=900 novecientas=900"""
_DE = """null=0 ein=1 eine=1 einen=1 einer=1 eins=1 zwei=2 drei=3 vier=4 funf=5 sechs=6 sieben=7 acht=8 neun=9 zehn=10
    elf=11 zwolf=12 dreizehn=13 vierzehn=14 funfzehn=15 sechzehn=16 siebzehn=17 achtzehn=18 neunzehn=19 zwanzig=20
    dreissig=30 vierzig=40 funfzig=50 sechzig=60 siebzig=70 achtzig=80 neunzig=90 dutzend=12"""

_TIMES = {
    "en": "hundred=2 hundreds=2 thousand=3 thousands=3 million=6 millions=6 billion=9 billions=9 trillion=12 bn=9",
    "fr": "cent=2 cents=2 centaine=2 centaines=2 mille=3 millier=3 milliers=3 million=6 millions=6 milliard=9 "
    "milliards=9 billion=12 billions=12 md=9 mds=9",
    "es": "centenar=2 centenares=2 cientos=2 cientas=2 mil=3 miles=3 millar=3 millares=3 millon=6 millones=6 "
    "billon=12 billones=12",
    "de": "million=6 millionen=6 mio=6 milliarde=9 milliarden=9 mrd=9 billion=12 billionen=12 hundert=2 hunderte=2 "
    "hunderten=2 tausend=3 tausende=3 tausenden=3 tsd=3 hunderttausend=5 hunderttausende=5 hunderttausenden=5",
}
_VAGUE = frozenset(
    "hundreds thousands millions billions centaine centaines millier milliers cents centenares cientos cientas miles "
    "millar millares millones billones hunderte hunderten tausende tausenden millionen milliarden billions".split()
)
"""Without a number before them they give no figure: "thousands of people"."""

_CONNECTORS = {"en": ("and", "of"), "fr": ("et", "de", "d"), "es": ("y", "de"), "de": ("und",)}
_JOINED = re.compile(r"[ \u00a0\u202f\t-]{1,2}|['’]")
_WORD = re.compile(r"[^\W\d_]+")


class _Token(NamedTuple):
    value: int
    times: bool
    word: str


class WordNumber(NamedTuple):
    """A number in words; `span` are its positions in the text."""

    span: Span
    value: Decimal


def _table(text: str) -> dict[str, int]:
    return {word: int(value) for word, value in (pair.split("=") for pair in text.split())}


_SMALL = {"en": _table(_EN), "fr": _table(_FR), "es": _table(_ES), "de": _table(_DE)}
_LARGE = {
    language: {word: 10**exponent for word, exponent in _table(text).items()} for language, text in _TIMES.items()
}


def word_numbers(text: str, language: str) -> list[WordNumber]:
    """The numbers in words of one language, in order; none for a language other than the four."""
    if language not in _SMALL:
        return []
    found: list[WordNumber] = []
    run: list[tuple[Span, _Token]] = []
    pending = False  # a connector stands between the run and the next word
    end = 0
    for match in _WORD.finditer(text):
        word = fold(match.group())
        gap = text[end : match.start()]
        end = match.end()
        if run and not _JOINED.fullmatch(gap):
            found += _numbers(run, language)
            run, pending = [], False
        token = _token(word, language)
        if token is not None and not _is_no_number(text, match, word, language):
            run.append((Span(match.start(), match.end()), token))
            pending = False
        elif run and not pending and word in _CONNECTORS[language]:
            pending = True
        elif run:
            found += _numbers(run, language)
            run, pending = [], False
    return [*found, *_numbers(run, language)]


def magnitude(text: str, position: int, language: str) -> tuple[Decimal, int] | None:
    """What a number in digits that ends at `position` is to be multiplied by ("4.5 billion"), and where that ends."""
    factor, end = 1, position
    while (match := re.compile(r"[ \u00a0\u202f]?([^\W\d_]+)").match(text, end)) is not None:
        times = _LARGE.get(language, {}).get(fold(match.group(1)))
        if times is None:
            break
        factor, end = factor * times, match.end()
    return (Decimal(factor), end) if factor > 1 else None


def _token(word: str, language: str) -> _Token | None:
    if (times := _LARGE[language].get(word)) is not None:
        return _Token(times, True, word)
    if (value := _SMALL[language].get(word)) is not None:
        return _Token(value, False, word)
    if language == "de" and (compound := _german(word)) is not None:
        return _Token(compound, False, word)
    return None


def _is_no_number(text: str, match: re.Match[str], word: str, language: str) -> bool:
    """« pour cent » and "por ciento" are a unit; « un quai neuf » is a new quay, « neuf quais » are nine."""
    if word in ("cent", "ciento"):
        return bool(
            re.search(
                r"\b(?:pour|por)[ \u00a0\u202f]\Z", text[max(0, match.start() - 5) : match.start()], re.IGNORECASE
            )
        )
    if language == "fr" and word == "neuf":
        return not re.match(r"[ \u00a0\u202f-][^\W\d_]{3,}", text[match.end() : match.end() + 5])
    return False


def _numbers(run: Sequence[tuple[Span, _Token]], language: str) -> Iterator[WordNumber]:
    """The numbers that neighbouring number words make: "four", "ten thousand", but "two" and "three"."""
    start = 0
    while start < len(run):
        stop, value = _longest(run, start, language)
        words = [token for _, token in run[start:stop]]
        alone = words[0].word if len(words) == 1 else ""
        if value > 1 and alone not in _VAGUE:
            yield WordNumber(Span(run[start][0].start, run[stop - 1][0].end), Decimal(value))
        start = stop


def _longest(run: Sequence[tuple[Span, _Token]], start: int, language: str) -> tuple[int, int]:
    """Where the number that begins at `start` of the run stops, and its value."""
    total, current, smallest = 0, -1, 0
    for place in range(start, len(run)):
        value, times, _ = run[place][1]
        if times and value == 100:
            if current > 99:
                return place, total + current
            current = 100 * (current if current > 0 else 1)
        elif times:
            factor = current if current > 0 else 1
            if smallest == 0:
                total = factor * value
            elif value < smallest:
                total += factor * value
            else:
                total = (total + max(current, 0)) * value
            smallest, current = value, -1
        elif current < 0:
            if smallest and value >= smallest:
                return place, total
            current = value
        elif (joined := _joined(current, value, language)) is not None:
            current = joined
        else:
            return place, total + current
    return len(run), total + max(current, 0)


def _joined(current: int, value: int, language: str) -> int | None:
    if language == "fr" and current % 100 == 4 and value == 20:
        return current + 76  # quatre-vingts
    if current >= 100 and current % 100 == 0 and 0 < value < 100:
        return current + value
    tens = current % 100
    most = 20 if language == "fr" and tens in (60, 80) else 10
    if tens >= 20 and tens % 10 == 0 and 0 < value < most:
        return current + value
    return None


def _german(word: str) -> int | None:
    """The value of a German compound such as "dreihundertfunfundzwanzig", or None."""
    thousands, found, rest = word.rpartition("tausend")
    if found:
        left = _german_hundreds(thousands) if thousands else 1
        right = _german_hundreds(rest) if rest else 0
        return None if left is None or right is None else 1000 * left + right
    return _german_hundreds(word)


def _german_hundreds(word: str) -> int | None:
    hundreds, found, rest = word.rpartition("hundert")
    small = _SMALL["de"]
    if found:
        left = small.get(hundreds) if hundreds else 1
        right = _german_hundreds(rest) if rest else 0
        return None if left is None or right is None else 100 * left + right
    if word in small:
        return small[word]
    unit, found, tens = word.partition("und")
    if found and small.get(unit, 99) < 10 and small.get(tens, 0) >= 20:
        return small[unit] + small[tens]
    return None
