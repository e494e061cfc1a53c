"""The terms under which words are found: forms, accents and numbers are joined, and the lexical index keeps each."""

import sqlite3

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.analysis import fold, passage_terms, query_terms, words
from index.database import SCHEMA


@pytest.mark.parametrize(
    ("language", "forms"),
    [
        ("fr", ["engagement", "engagements", "Engagements", "ENGAGEMENT"]),
        ("fr", ["livrer", "livrés", "livrées", "livrait"]),
        ("en", ["pledge", "pledged", "pledges", "Pledging"]),
        ("de", ["Häuser", "Häusern"]),
        ("es", ["promesa", "promesas"]),
    ],
)
def test_the_forms_of_a_word_have_one_term(language: str, forms: list[str]) -> None:
    assert len({tuple(passage_terms(form, language)) for form in forms}) == 1


@pytest.mark.parametrize(
    ("one", "other"), [("Zélensky", "zelensky"), ("Straße", "STRASSE"), ("ﬁn", "FIN"), ("𝐇é", "he")]
)
def test_case_accents_and_compatibility_forms_are_folded(one: str, other: str) -> None:
    assert fold(one) == fold(other)
    assert passage_terms(one, "und") == passage_terms(other, "und")


@pytest.mark.parametrize("written", ["21 000", "21\u00a0000", "21\u202f000", "21.000", "21,000", "21'000", "21000"])
def test_a_number_has_one_term_however_it_is_grouped(written: str) -> None:
    assert passage_terms(f"Il y a {written} obus.", "fr") == [*passage_terms("Il y a", "fr"), "21000", "obus"]


def test_decimals_and_short_numbers_keep_their_digits() -> None:
    assert words("5,2 % ou 5.2 %, puis 3 fois") == ["5.2", "ou", "5.2", "puis", "3", "fois"]
    assert words("1 234 567 et 12 34") == ["1234567", "et", "12", "34"]


def test_elisions_are_left_out() -> None:
    """What is searched for as "Allemagne" stands in the text as "l'Allemagne" or "l’Allemagne"."""
    assert words("l'Allemagne, d’armes et qu'elle") == ["allemagne", "armes", "et", "qu", "elle"]


def test_a_query_without_accents_finds_the_word_with_them() -> None:
    for language, word, typed in [
        ("fr", "coopération", "cooperation"),
        ("es", "canción", "cancion"),
        ("de", "Bürger", "burger"),
    ]:
        (term,) = passage_terms(word, language)
        assert term in query_terms(typed, [language])
        assert term in query_terms(word, [language])


def test_query_terms_are_distinct_and_sorted() -> None:
    found = query_terms("Pledges pledge PLEDGED", ["en", "fr"])
    assert found == sorted(set(found))
    assert "pledg" in found


@settings(max_examples=500, deadline=None)
@given(text=st.text(max_size=60), language=st.sampled_from(["en", "fr", "de", "und"]))
def test_the_lexical_index_takes_every_term_whole(text: str, language: str) -> None:
    """Whatever the script: the terms that SQLite counts are those that the text has, or `verify` could not compare."""
    terms = passage_terms(text, language)
    connection = sqlite3.connect(":memory:")
    connection.executescript(SCHEMA)
    connection.execute("INSERT INTO passage_terms (rowid, terms) VALUES (1, ?)", (" ".join(terms),))
    counted = dict(connection.execute("SELECT term, cnt FROM passage_term_counts"))
    connection.close()
    assert counted == {term: terms.count(term) for term in terms}
