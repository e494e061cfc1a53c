"""The same number is the same, however and in whichever of four languages it is written."""

from decimal import Decimal

import pytest

from assistant.checking.figures import Figure, figures


def only(text: str, language: str) -> Figure:
    (found,) = figures(text, (language,))
    return found


@pytest.mark.parametrize(
    ("text", "language", "value"),
    [
        ("10,000 rounds", "en", "10000"),
        ("10 000 obus", "fr", "10000"),
        ("10\u202f000 obus", "fr", "10000"),
        ("10.000 Schuss", "de", "10000"),
        ("ten thousand rounds", "en", "10000"),
        ("dix mille obus", "fr", "10000"),
        ("zehntausend Schuss", "de", "10000"),
        ("diez mil proyectiles", "es", "10000"),
        ("£4.5bn", "en", "4500000000"),
        ("4,5 milliards de livres", "fr", "4500000000"),
        ("4,5 Milliarden Pfund", "de", "4500000000"),
        ("treinta y dos mil millones", "es", "32000000000"),
        ("1 billion", "en", "1000000000"),
        ("1 billion", "fr", "1000000000000"),
        ("1.234,56 €", "de", "1234.56"),
        ("1,234.56 dollars", "en", "1234.56"),
        ("5,2 %", "fr", "5.2"),
        ("quatre-vingt-dix-sept", "fr", "97"),
        ("soixante et onze", "fr", "71"),
        ("une cinquantaine de pays", "fr", "50"),
        ("dreihundertfünfundzwanzig", "de", "325"),
        ("Hunderttausende Drohnen", "de", "100000"),
        ("hundreds of thousands of drones", "en", "100000"),
        ("veintidós", "es", "22"),
        ("twenty-one thousand three hundred", "en", "21300"),
        ("a hundred and fifty", "en", "150"),
    ],
)
def test_a_number_is_read_as_its_language_writes_it(text: str, language: str, value: str) -> None:
    assert Decimal(value) in only(text, language).values


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("once the war is over", "en"),
        ("one man and a dog", "en"),
        ("an F-16, an IRIS-T and Covid-19", "en"),
        ("un quai neuf.", "fr"),
        ("thousands of people", "en"),
        ("acht", "fr"),
    ],
)
def test_what_is_no_figure_is_none(text: str, language: str) -> None:
    assert figures(text, (language,)) == []


def test_neighbouring_numbers_stay_apart() -> None:
    assert [figure.text for figure in figures("two and three, 25 to 30", ("en",))] == ["two", "three", "25", "30"]


def test_units_that_exclude_each_other_make_figures_differ() -> None:
    pounds, euros, plain = only("£400", "en"), only("400 euros", "fr"), only("400", "en")
    assert not pounds.is_same(euros)
    assert pounds.is_same(plain)
    assert pounds.is_same(only("400 livres sterling", "fr"))
    assert not only("3 weeks", "en").is_same(only("trois mois", "fr"))
    assert only("3 weeks", "en").is_same(only("drei Wochen", "de"))
    assert not only("10 percent", "en").is_same(only("10 €", "fr"))
    assert only("10 percent", "en").is_same(only("10 pour cent", "fr"))
