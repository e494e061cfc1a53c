"""Names of countries, their languages and their cities across four languages, from the Unicode CLDR (Babel)."""

import re
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from functools import cache, lru_cache
from typing import NamedTuple

from assistant.locale_names.languages import LANGUAGES
from index.analysis import fold

LONGEST_NAME = 4
"""Words of the longest name that is looked up."""

_WORLD = "001"
_SHARED_BEGINNING = 4  # letters that "Britain" and "British" have in common
_ALIKE = 0.7
_SHARED_INSIDE = 7  # letters that "Großbritannien" and « britannique » have in common
_WORD = re.compile(r"[^\W\d_]+")


class _Named(NamedTuple):
    """A name in folded words, the key of what it stands for, and the code of the country that this is or lies in."""

    name: str
    key: str
    country: str | None


def territory(name: str) -> str | None:
    """The code of the country that a name stands for, by itself or by one of its cities; of a language by none.

    A code itself ("UK") is taken for a name only in capitals, in which "us" is no pronoun.
    """
    if name.isupper() and (codes := _codes().get(name.lower())):
        return codes[0]
    return _countries().get(_folded_words(name))


@lru_cache(maxsize=4_096)
def territory_keys(text: str) -> frozenset[str]:
    """What the names in a text stand for: `DE` for "Germany", « Allemagne », "German", `Europe/Kiev` for "Kyiv".

    A country and its language are one here, since adjectives ("the German minister") are named like languages.
    """
    words = [fold(match.group()) for match in _WORD.finditer(text)]
    written = [match.group() for match in _WORD.finditer(text)]
    table = _table()
    found: set[str] = set()
    for start, word in enumerate(words):
        if written[start].isupper() and word in _codes():
            found.update(_codes()[word])
        for length in range(1, LONGEST_NAME + 1):
            found |= table.get(" ".join(words[start : start + length]), frozenset())
    return frozenset(found)


@lru_cache(maxsize=4_096)
def territory_keys_of_name(name: str) -> frozenset[str]:
    """The same for one name, which may also be a relative of a known one: "Britain" of "British"."""
    known = territory_keys(name)
    word = fold(name)
    if known or len(word) <= _SHARED_BEGINNING or not word.isalpha():
        return known
    near = [
        keys
        for other, keys in _by_beginning().get(word[:_SHARED_BEGINNING], ())
        if SequenceMatcher(None, word, other).ratio() >= _ALIKE
    ]
    near += [
        keys
        for other, keys in _adjectives().items()
        if SequenceMatcher(None, word, other).find_longest_match().size >= _SHARED_INSIDE
    ]
    return frozenset[str]().union(*near)


@cache
def _countries() -> Mapping[str, str]:
    return {named.name: named.country for named in _names() if named.country not in (None, _WORLD)}


@cache
def _table() -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for named in (*_names(), *_language_names()):
        if len(named.name) > 2:
            found.setdefault(named.name, set()).add(named.key)
    for adjective, keys in _adjectives().items():
        found.setdefault(adjective, set()).update(keys)
    return {name: frozenset(keys) for name, keys in found.items()}


def _names() -> Iterator[_Named]:
    """Cities by their time zones, then countries, which a later one of the same name is taken for."""
    from babel import Locale
    from babel.core import get_global

    country_of = {str(zone): str(code) for zone, code in get_global("zone_territories").items() if code.isalpha()}
    locales = [Locale.parse(language) for language in LANGUAGES]
    for zone in dict.fromkeys([*country_of, *(str(zone) for locale in locales for zone in locale.time_zones)]):
        city = zone.rpartition("/")[2].replace("_", " ")
        yield _Named(_folded_words(city), zone, country_of.get(zone))
    for locale in locales:
        for zone, names in locale.time_zones.items():
            if "city" in names:
                yield _Named(_folded_words(names["city"]), zone, country_of.get(zone))
    for locale in locales:
        for code, name in locale.territories.items():
            yield _Named(_folded_words(name), code, code)


def _language_names() -> Iterator[_Named]:
    """Languages, which stand for the country where most speak them, if it has a code of letters."""
    from babel import Locale
    from babel.core import get_global

    likely = {str(key): str(value).split("_") for key, value in get_global("likely_subtags").items()}
    for language in LANGUAGES:
        for code, name in Locale.parse(language).languages.items():
            country = likely.get(code, [""])[-1] if code.isalpha() else ""
            yield _Named(_folded_words(name), country if len(country) == 2 else f"language:{code}", None)


def _folded_words(name: str) -> str:
    return " ".join(_WORD.findall(fold(name)))


@cache
def _adjectives() -> Mapping[str, frozenset[str]]:
    """Of a dialect's name the word that is not the language's own: "British" English, anglais « britannique »."""
    from babel import Locale

    found: dict[str, frozenset[str]] = {}
    for language in LANGUAGES:
        names = Locale.parse(language).languages
        own = fold(names["en"])[:_SHARED_BEGINNING]
        for code in ("en_GB", "en_US", "en_AU", "en_CA"):
            for word in _WORD.findall(fold(names.get(code, ""))):
                if not word.startswith(own):
                    found[word] = frozenset({code[-2:]})
    return found


@cache
def _codes() -> Mapping[str, tuple[str, ...]]:
    """Codes that texts use as names ("US", "UK", "USA", "EU"), in lower case, with those of the countries."""
    from babel import Locale
    from babel.core import get_global

    codes = [str(code) for code in Locale.parse("en").territories]
    found: dict[str, tuple[str, ...]] = {code.lower(): (code,) for code in codes if code.isalpha()}
    for alias, codes in get_global("territory_aliases").items():
        if str(alias).isalpha():
            found.setdefault(str(alias).lower(), tuple(map(str, codes)))
    for union in ("EU", "UN"):  # in Romance languages the adjective comes last
        found.setdefault(union[::-1].lower(), (union,))
    return found


@cache
def _by_beginning() -> Mapping[str, list[tuple[str, frozenset[str]]]]:
    found: dict[str, list[tuple[str, frozenset[str]]]] = {}
    for name, keys in _table().items():
        if name.isalpha() and len(name) > _SHARED_BEGINNING and any(len(key) == 2 for key in keys):
            found.setdefault(name[:_SHARED_BEGINNING], []).append((name, keys))
    return found
