"""The chips of the filters: what they say, and what is left when one is removed."""

from urllib.parse import parse_qsl

import pytest

from assistant.filters import EVERYTHING, Filters, from_query
from assistant.web.conversation import Exchange
from assistant.web.engine_slot import EngineSlot
from assistant.web.messages import available
from assistant.web.parts.filter_bar import FilterBar, bar_html, chips, dates_html, without
from index.facets import Facets
from tests.elements import elements

ENGLISH, FRENCH = available()["en"], available()["fr"]
SOME = Filters(("fr", "und"), "2024-01-31", "2025-06-01", ("<b>",))


def test_each_filter_has_a_chip_in_the_words_of_the_page() -> None:
    assert [label for _, _, label in chips(SOME, ENGLISH)] == [
        "French",
        "Unknown language",
        "from January 31, 2024",
        "to June 1, 2025",
        "<b>",
    ]
    assert [label for _, _, label in chips(SOME, FRENCH)][:3] == [
        "français",
        "Langue inconnue",
        "à partir du 31 janvier 2024",
    ]


def test_removing_every_chip_leaves_no_filter() -> None:
    left = SOME
    for name, value, _ in list(chips(SOME, ENGLISH)):
        before, left = left, without(left, name, value)
        assert left != before
    assert left == EVERYTHING


@pytest.mark.parametrize(("name", "value"), [("language", "en"), ("source", "fr"), ("other", "fr"), ("", "")])
def test_removing_what_is_not_there_changes_nothing(name: str, value: str) -> None:
    assert without(SOME, name, value) == SOME


def test_the_bar_holds_the_link_and_everything_in_it_is_escaped() -> None:
    html = bar_html(SOME, ENGLISH, "<i>wrong</i>")
    [bar] = [element for element in elements(html) if "data-query" in element.attributes]
    assert from_query(parse_qsl(bar.attributes["data-query"] or "")) == SOME
    assert {element.tag for element in elements(html)} == {"div", "ul", "li", "bdi", "button", "p"}


def test_an_answer_says_what_it_was_narrowed_to() -> None:
    bar = FilterBar(EngineSlot(None))
    assert bar.answer_html(Exchange("a", "q"), ENGLISH) == ""
    told = bar.answer_html(Exchange("a", "q", filters=SOME), ENGLISH)
    assert "Only in: French, Unknown language, from January 31, 2024, to June 1, 2025, &lt;b&gt;" in told


def test_dates_are_asked_for_only_where_articles_have_some() -> None:
    assert dates_html(Facets(), ENGLISH) == ""
    assert dates_html(Facets(earliest="2024-01-31", latest="2025-06-01"), ENGLISH).count('min="2024-01-31"') == 2
