"""What kind of thing a word names, where CLDR, the Unicode project's locale data, knows it: money, time."""

from collections.abc import Iterator
from functools import cache

from assistant.locale_names.languages import LANGUAGES
from index.analysis import fold

_MONEY_WORD = {"en": -1, "de": -1, "fr": 0, "es": 0}
"""Where in the name of a currency the word for the money stands: "British pounds", "livres sterling"."""


def is_money(word: str) -> bool:
    """Whether a folded word is the name of a currency."""
    return word in _money()


def is_time(word: str) -> bool:
    """Whether a folded word is a unit of time, a day of the week or a month."""
    return word in _time()


@cache
def _money() -> frozenset[str]:
    return frozenset(_money_words())


def _money_words() -> Iterator[str]:
    from babel import Locale
    from babel.numbers import get_currency_name

    for language in LANGUAGES:
        locale = Locale.parse(language)
        for code in (
            code for code in map(str, locale.currencies) if not code.startswith("X")
        ):  # X: metals, units of account
            for count in (1, 2):
                name = fold(get_currency_name(code, count, locale)).partition("(")[0].split()
                if name and name[_MONEY_WORD[language]].isalpha():
                    yield name[_MONEY_WORD[language]]


@cache
def _time() -> frozenset[str]:
    from babel import Locale
    from babel.dates import format_timedelta

    words: set[str] = set()
    for language in LANGUAGES:
        locale = Locale.parse(language)
        for seconds in (3_600, 86_400, 604_800, 2_592_000, 31_536_000):
            for count in (1, 2):
                said = format_timedelta(count * seconds, granularity="hour", threshold=1, locale=locale)
                words.update(fold(word) for word in said.split() if word.isalpha())
        words.update(fold(name) for name in locale.days["format"]["wide"].values())
        words.update(fold(name) for name in locale.months["format"]["wide"].values())
    return frozenset(words)
