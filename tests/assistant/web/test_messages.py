"""The page speaks the browser's language, and says the same in each."""

from collections.abc import Mapping
from string import Template

import pytest

from assistant.web.messages import available, negotiate


def _names(text: str | Mapping[str, str]) -> object:
    if isinstance(text, str):
        return sorted(Template(text).get_identifiers())
    return {form: sorted(Template(words).get_identifiers()) for form, words in text.items()}


def test_every_language_has_the_same_messages_with_the_same_names() -> None:
    languages = available()
    assert {"en", "fr"} <= set(languages)
    english = {key: _names(text) for key, text in languages["en"].texts.items()}
    for messages in languages.values():
        assert {key: _names(text) for key, text in messages.texts.items()} == english


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "en"),
        ("", "en"),
        ("fr", "fr"),
        ("fr-CA,en;q=0.5", "fr"),
        ("de, fr;q=0.4, en;q=0.8", "en"),
        ("en;q=0, fr", "fr"),
        ("ja", "en"),
        ("fr;q=nonsense", "en"),
        (";;;,,q=1", "en"),
        ("fr," * 100_000, "fr"),
    ],
)
def test_the_header_chooses_the_language(header: str | None, language: str) -> None:
    assert negotiate(header).language == language


def test_numbers_dates_and_languages_are_written_as_the_language_writes_them() -> None:
    english, french = negotiate("en"), negotiate("fr")
    assert english.count("articles", 1) == "1 article"
    assert english.count("articles", 12_000) == "12,000 articles"
    assert french.count("articles", 0) == "0 article"
    assert english.date("2025-04-11") == "April 11, 2025"
    assert french.date("2025-04-11") == "11 avril 2025"
    assert french.date("yesterday") == "yesterday"
    assert english.language_name("fr") == "French"
    assert french.language_name("de") == "allemand"
    assert english.language_name("und") is None
    assert english.language_name("<b>") is None


def test_a_missing_name_is_an_error_that_names_it() -> None:
    with pytest.raises(KeyError, match="title"):
        negotiate("en").say("citation", number=1)
