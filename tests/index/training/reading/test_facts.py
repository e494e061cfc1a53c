"""What a sentence tells is found by its form, in four languages."""

import random

import pytest

from index.training.reading.facts import facts, thing


@pytest.mark.parametrize(
    ("language", "text", "told"),
    [
        ("en", "She bought three apples on Monday.", {("number", "three"), ("time", "on Monday")}),
        ("en", "We met Karin in Lisbon because it rained.",
         {("name", "Karin"), ("place", "Lisbon"), ("reason", " because it rained.")}),
        ("fr", "Il a vendu 12 000 livres depuis janvier.", {("number", "12 000"), ("time", "depuis janvier")}),
        ("fr", "Elle est venue parce qu'il pleuvait.", {("reason", " parce qu'il pleuvait.")}),
        ("es", "Compró dos casas el martes.", {("number", "dos"), ("time", "el martes")}),
        ("de", "Er hat zehn Bücher am Mittwoch gelesen.", {("number", "zehn"), ("time", "am Mittwoch")}),
        ("de", "Der Hund schläft im Haus.", set()),
    ],
)  # fmt: skip
def test_the_facts_of_a_sentence(language: str, text: str, told: set[tuple[str, str]]) -> None:
    found = {(fact.kind, text[fact.span.start : fact.span.end]) for fact in facts(text, language)}
    assert found == told


def test_a_paragraphs_number_is_no_quantity() -> None:
    assert facts("the amount set out in subsection (2) applies", "en") == []
    assert facts("it is 12", "en") == []


def test_a_year_is_a_time_and_no_quantity() -> None:
    text = "It opened in 1994 with music."
    assert [(fact.kind, text[fact.span.start : fact.span.end]) for fact in facts(text, "en")] == [("time", "in 1994")]


def test_names_that_are_known_are_found_where_every_noun_has_a_capital() -> None:
    text = "Gestern traf Brankur den Lehrer."
    kinds = {(fact.kind, text[fact.span.start : fact.span.end]) for fact in facts(text, "de", ["Brankur"])}
    assert kinds == {("time", "Gestern"), ("name", "Brankur")}


def test_a_thing_begins_with_an_article_and_not_at_the_beginning() -> None:
    text = "The captain sold the old boat to a friend."
    for seed in range(20):
        fact = thing(text, "en", random.Random(seed))
        assert fact is not None
        assert fact.kind == "thing"
        assert text[fact.span.start : fact.span.end].split()[0] in ("the", "a")
    assert thing("It rains.", "en", random.Random(1)) is None
