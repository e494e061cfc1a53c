"""The words of the page, one TOML file a language, chosen by the browser's `Accept-Language`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from string import Template
from typing import Any

DEFAULT_LANGUAGE = "en"
LANGUAGE_PARAMETER = "page_language"
"""Of an address: the language that goes before those of the browser."""


@dataclass(frozen=True, slots=True)
class Messages:
    """The texts of one language, with its numbers, dates and language names. All results are plain text: whoever puts
    them into HTML escapes them."""

    language: str
    texts: Mapping[str, str | Mapping[str, str]]

    def say(self, key: str, **values: object) -> str:
        """The text `key` with its $names filled in; KeyError names a key or a value that is missing."""
        text = self.texts[key]
        if not isinstance(text, str):
            raise KeyError(f"The message {key!r} counts something: use count().")
        return Template(text).substitute(values)

    def count(self, key: str, number: int) -> str:
        """The text `key` in the form that `number` takes in this language ("1 article", "2 articles")."""
        from babel import Locale

        forms = self.texts[key]
        if isinstance(forms, str):
            raise KeyError(f"The message {key!r} counts nothing: use say().")
        form = Locale.parse(self.language).plural_form(number)
        return Template(forms.get(form, forms["other"])).substitute(number=self.number(number))

    def number(self, number: int) -> str:
        from babel.numbers import format_decimal

        return format_decimal(number, locale=self.language)

    def share(self, value: float, *, signed: bool = False) -> str:
        """With three decimals: "0.512", « 0,512 »; "+0.020" if it is `signed`."""
        from babel.numbers import format_decimal

        return format_decimal(value, "+0.000;-0.000" if signed else "0.000", locale=self.language)

    def duration(self, seconds: float) -> str:
        """Roughly: "5 minutes", « 5 minutes »."""
        from babel.dates import format_timedelta

        return format_timedelta(timedelta(seconds=max(1.0, seconds)), threshold=1.5, locale=self.language)

    def date(self, iso: str) -> str:
        """`2025-04-11` as "April 11, 2025" or « 11 avril 2025 »; what is not an ISO date stays as it is."""
        from babel.dates import format_date

        try:
            return format_date(date.fromisoformat(iso), format="long", locale=self.language)
        except ValueError:
            return iso

    def language_name(self, code: str) -> str | None:
        """ "French" for "fr"; None for "und" and for what is not a language code."""
        from babel import Locale

        return None if code == "und" else Locale.parse(self.language).languages.get(code)


@cache
def available() -> Mapping[str, Messages]:
    """Every language that has a file in this folder, by its code."""
    found = {}
    for entry in files(__package__).iterdir():
        if entry.name.endswith(".toml"):
            code = entry.name.removesuffix(".toml")
            found[code] = Messages(code, tomllib.loads(entry.read_text(encoding="utf-8")))
    return found


def negotiate(accept_language: str | None) -> Messages:
    """The messages that suit an `Accept-Language` header best (RFC 9110, 12.5.4), or English."""
    weighted = []
    for position, part in enumerate((accept_language or "").split(",")[:50]):
        tag, _, parameters = part.strip().partition(";")
        quality = 1.0
        if parameters.strip().startswith("q="):
            try:
                quality = float(parameters.strip()[2:])
            except ValueError:
                quality = 0.0
        if tag and quality > 0:
            weighted.append((-quality, position, tag.strip().lower().partition("-")[0]))
    languages = available()
    for _, _, code in sorted(weighted):
        if code in languages:
            return languages[code]
    return languages[DEFAULT_LANGUAGE]


def of_request(request: Any) -> Messages:
    """The messages for who sent a request, of Starlette or of Gradio: by its address, or else by its header."""
    wanted = (request.query_params.get(LANGUAGE_PARAMETER), request.headers.get("accept-language"))
    return negotiate(",".join(filter(None, wanted)))
