"""Figures of the same thing that differ are told from figures of different things."""

from decimal import Decimal

import pytest

from assistant.checking.figures import figures
from assistant.quoting.told_figures import Told, agree, differ
from index.embedders.onnx import OnnxEmbedder
from index.embedders.static import StaticEmbedder


def values(told: Told) -> list[Decimal]:
    return [min(figure.values) for figure in told.figures]


def test_years_dates_and_the_article_one_are_no_figures() -> None:
    told = Told.of("Un pont de 12 mètres, ouvert le 4 mai 2027, a coûté 3 millions en 2025.", "fr")
    assert values(told) == [12, 3_000_000]
    assert [(day.day, day.month, day.year) for day in told.days] == [(4, 5, 2027)]


def test_without_its_figures_a_text_says_what_they_are_about() -> None:
    assert Told.of("Twelve people died on 3 May, 4 of them at home.", "en").without_figures == (
        "people died on , of them at home."
    )


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("12 people", "12 people", True),
        ("12 people", "15 people", False),
        ("10 people", "12 people", False),
        ("21 billion euros", "21.4 billion euros", True),
        ("4,000 people", "4,400 people", False),
        ("1,200 meals", "1,203 meals", True),
        ("4 million euros", "4 million dollars", False),
        ("2.5 percent", "2.4 percent", False),
    ],
)
def test_figures_agree_that_are_the_same_or_rounded(one: str, other: str, same: bool) -> None:
    [mine], [its] = figures(one, ("en",)), figures(other, ("en",))
    assert agree(mine, its) == same
    assert agree(its, mine) == same


def test_a_text_tells_all_of_another_or_shares_a_figure_with_it() -> None:
    four = Told.of("Berlin sends four systems.", "en")
    both = Told.of("Berlin schickt vier Systeme und 10.000 Granaten.", "de")
    shells = Told.of("10 000 obus viennent de Berlin.", "fr")
    assert both.tells_all_of(four)
    assert not four.tells_all_of(both)
    assert both.shares_figure(four)
    assert both.shares_figure(shells)
    assert not four.shares_figure(shells)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Twelve people died in the flood.", "en"), ("Fifteen people died in the flood, firemen say.", "en")),
        (("The new bridge costs 61 million euros.", "en"), ("Le nouveau pont coûtera 48 millions d'euros.", "fr")),
        (("Die neue Brücke kostet 61 Millionen Euro.", "de"), ("El nuevo puente cuesta 48 millones de euros.", "es")),
    ],
)
def test_different_figures_of_the_same_thing_differ(
    one: tuple[str, str], other: tuple[str, str], model: OnnxEmbedder, words: StaticEmbedder
) -> None:
    assert differ(Told.of(*one), Told.of(*other), model, words, days_matter=False)
    assert differ(Told.of(*other), Told.of(*one), model, words, days_matter=False)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The new bridge costs 61 million euros.", "The new bridge costs 61 million euros."),
        ("The new bridge costs 61 million euros.", "The new bridge costs 52 million pounds."),
        ("The new bridge costs 61 million euros.", "The new bridge is 340 metres long."),
        ("The new bridge costs 61 million euros.", "A ticket for the ferry costs 2 euros."),
        ("Twelve people died in the flood.", "Forty people were injured, some of them seriously."),
        ("Twelve people died in the flood.", "People died in the flood."),
        ("Twelve people died in the flood.", "Twelve people died in the flood, 3 of them at home."),
        ("Berlin sends four systems.", "Kyiv has six Patriot batteries."),
    ],
)
def test_figures_of_different_things_do_not_differ(
    one: str, other: str, model: OnnxEmbedder, words: StaticEmbedder
) -> None:
    assert not differ(Told.of(one, "en"), Told.of(other, "en"), model, words, days_matter=True)


def test_days_differ_where_a_time_is_asked_for(model: OnnxEmbedder, words: StaticEmbedder) -> None:
    one, other = Told.of("The bridge opens on 4 May 2027.", "en"), Told.of("The bridge opens on 18 May 2027.", "en")
    assert differ(one, other, model, words, days_matter=True)
    assert not differ(one, other, model, words, days_matter=False)
    assert not differ(one, Told.of("The bridge opens in May 2027.", "en"), model, words, days_matter=True)
