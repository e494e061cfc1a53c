"""Units of figures in the four languages, by the names of the Unicode CLDR (Babel): currencies and measures."""

import re
from collections.abc import Mapping
from functools import cache

from assistant.locale_names.languages import LANGUAGES
from index.analysis import fold

Unit = frozenset[str]
"""What a word may mean: "pounds" are of several countries, and a weight. Empty where there is no unit."""

NO_UNIT: Unit = frozenset()

_MEASURES = (
    *("duration-year", "duration-month", "duration-week", "duration-day", "duration-hour", "duration-minute"),
    *("duration-second", "duration-century", "length-kilometer", "length-meter", "length-centimeter", "length-mile"),
    *("length-foot", "mass-kilogram", "mass-gram", "mass-tonne", "mass-pound", "volume-liter", "volume-cubic-meter"),
    *("area-square-kilometer", "area-square-meter", "area-hectare", "speed-kilometer-per-hour", "speed-mile-per-hour"),
    *("concentr-percent", "temperature-celsius", "temperature-fahrenheit", "power-kilowatt", "power-megawatt"),
    *("energy-kilowatt-hour", "digital-gigabyte", "digital-megabyte"),
)
_AFTER = re.compile(r"[ \u00a0\u202f-]?(?:d[’']|of |de )?([^\W\d_]+(?:[ \u00a0\u202f](?:cent|ciento)\b)?|[%€$£¥₽₴])")
_BEFORE = re.compile(r"([€$£¥₽₴]|\b[A-Z]{3})[ \u00a0\u202f]?\Z")
_SHORTEST = 3  # letters of a word of a currency's name


def load() -> None:
    """Makes the table of units, which the first figure would do otherwise."""
    _units()


def unit_after(text: str, position: int) -> Unit:
    """The unit that follows a figure that ends at `position`."""
    match = _AFTER.match(text, position)
    if match is None:
        return NO_UNIT
    words = fold(match.group(1)).replace("\u00a0", " ").replace("\u202f", " ")
    return _units().get(words) or _units().get(words.split()[0], NO_UNIT)


def unit_before(text: str, position: int) -> Unit:
    """The sign or the code of a currency right before a figure that begins at `position`."""
    match = _BEFORE.search(text[max(0, position - 5) : position])
    return NO_UNIT if match is None else _units().get(fold(match.group(1)), NO_UNIT)


@cache
def _units() -> Mapping[str, Unit]:
    from babel import Locale
    from babel.numbers import get_currency_name, get_currency_symbol, get_territory_currencies
    from babel.units import format_unit

    found: dict[str, set[str]] = {"%": {"concentr-percent"}}
    territories = [str(code) for code in Locale.parse("en").territories if len(str(code)) == 2 and str(code).isalpha()]
    currencies = sorted({str(code) for territory in territories for code in get_territory_currencies(territory)})
    for locale in map(Locale.parse, LANGUAGES):  # once: parsing a name again for each unit takes most of the time
        for code in currencies:
            for count in (1, 2):
                name = fold(get_currency_name(code, count=count, locale=locale))
                for word in re.findall(rf"[^\W\d_]{{{_SHORTEST},}}", name):
                    found.setdefault(word, set()).add(code)
            symbol = get_currency_symbol(code, locale=locale)
            found.setdefault(fold(symbol[-1] if not symbol[-1].isalnum() else symbol), set()).add(code)
            found.setdefault(fold(code), set()).add(code)
        for measure in _MEASURES:
            for count in (1, 2):
                for length in ("long", "short"):
                    shown = fold(format_unit(count, measure, length, locale=locale))
                    word = re.sub(r"[\d\s]+", " ", shown).strip().rstrip(".")
                    if word:
                        found.setdefault(word, set()).add(measure)
    return {word: frozenset(codes) for word, codes in found.items()}
