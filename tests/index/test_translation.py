"""Terms in another language, by the tables that come with the project."""

import pytest

from index.analysis import word_stem
from index.lexical import translated_terms
from index.translation import TABLES, best_meanings, meanings


@pytest.mark.parametrize(
    ("word", "source", "target", "expected"),
    [
        ("Germany", "en", "fr", "allemagne"),
        ("minister", "en", "fr", "ministre"),
        ("guerre", "fr", "en", "war"),
        ("perro", "es", "en", "dog"),
        ("house", "en", "es", "casa"),
        ("Hund", "de", "en", "dog"),
        ("school", "en", "de", "Schule"),
    ],
)
def test_the_first_meaning_is_the_usual_one(word: str, source: str, target: str, expected: str) -> None:
    assert best_meanings(word_stem(word.lower(), source), source, target)[0] == word_stem(expected.lower(), target)


def test_two_languages_without_a_table_are_joined_through_english() -> None:
    found = meanings(word_stem("guerre", "fr"), "fr", "es")
    assert max(found, key=lambda to: found[to]) == word_stem("guerra", "es")
    assert 0 < sum(found.values()) <= 1.05


@pytest.mark.parametrize(("source", "target"), [("fr", "fr"), ("fr", "fi"), ("und", "fr")])
def test_nothing_is_known_of_other_languages_and_nothing_is_translated_into_itself(source: str, target: str) -> None:
    assert meanings("guerr", source, target) == {}


def test_an_unknown_term_has_no_meaning() -> None:
    assert meanings("zorglub", "fr", "en") == {}


def test_small_words_are_not_translated_and_every_language_of_the_collection_is() -> None:
    found = translated_terms("what is the war about?", ["en", "fr", "de"], "en")
    assert word_stem("guerre", "fr") in found
    assert word_stem("krieg", "de") in found
    assert not {"le", "la", "est", "der", "ist"} & set(found)


def test_every_table_is_whole_and_its_shares_add_up_to_one_at_most() -> None:
    tables = sorted(file.name for file in TABLES.glob("*.tsv.gz"))
    assert tables == [f"{pair}.tsv.gz" for pair in ("de-en", "en-de", "en-es", "en-fr", "es-en", "fr-en")]
    for pair in tables:
        source, target = pair.removesuffix(".tsv.gz").split("-")
        from index.translation import _table

        table = _table(source, target)
        assert len(table) > 5_000
        # Shares are whole hundredths, up to five of them rounded.
        assert all(0 < sum(meanings(term, source, target).values()) <= 1.03 for term in table)
