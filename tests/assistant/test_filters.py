"""Filters are checked where they come in, and come back from a link and from JSON as they were."""

from urllib.parse import parse_qsl, urlencode

import pytest

from assistant.errors import FiltersInvalid
from assistant.filters import (
    EVERYTHING,
    LONGEST_VALUE,
    MOST_VALUES,
    Filters,
    filters_of,
    from_json,
    from_query,
    to_json,
    to_query,
)
from index.types import Article

SOME = Filters(("fr", "und"), "2024-01-31", "2025-06-01", ("example.org", "Nord & Süd/100 %"))


@pytest.mark.parametrize(
    "filters",
    [EVERYTHING, SOME, Filters(languages=("fr",)), Filters(earliest="2024-02-29"), Filters(latest="2024-02-29")],
)
def test_a_link_and_json_give_the_filters_back(filters: Filters) -> None:
    assert from_query(parse_qsl(urlencode(to_query(filters)))) == filters
    assert from_json(to_json(filters)) == filters


def test_how_they_are_written() -> None:
    assert urlencode(to_query(SOME)) == (
        "language=fr&language=und&from=2024-01-31&to=2025-06-01&source=example.org&source=Nord+%26+S%C3%BCd%2F100+%25"
    )
    assert to_json(Filters(languages=("fr",), latest="2024-02-29")) == {"language": ["fr"], "to": "2024-02-29"}
    assert to_json(EVERYTHING) == {}


def test_what_else_stands_in_a_link_is_passed_over() -> None:
    assert from_query([("answer", "x"), ("language", "fr"), ("language", " "), ("from", ""), ("__theme", "dark")]) == (
        Filters(languages=("fr",))
    )


def test_values_are_taken_once_and_without_white_space() -> None:
    assert filters_of([" fr", "en", "fr"], " 2024-02-29 ", None, ["a", "a"]) == Filters(
        ("fr", "en"), "2024-02-29", None, ("a",)
    )


def test_json_takes_one_text_for_a_list() -> None:
    assert from_json({"language": "fr", "source": ["a", "b"]}) == Filters(("fr",), None, None, ("a", "b"))
    assert from_json(None) == from_json({}) == from_json({"language": None, "from": None}) == EVERYTHING


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ([], "not an object"),
        ("fr", "not an object"),
        ({"languages": ["fr"]}, "no filter 'languages'. The filters are: language, from, to, source"),
        ({"language": 7}, "'language' is not text"),
        ({"language": ["fr", None]}, "'language' is not text"),
        ({"from": "yesterday"}, "'from' is 'yesterday', and that is no date. Write it as 2025-04-30"),
        ({"to": "2025-02-30"}, "'to' is '2025-02-30'"),
        ({"from": ["2025-01-01", "2025-02-01"]}, "'from' is given 2 times"),
        ({"from": "2025-02-01", "to": "2025-01-01"}, "Exchange the two dates"),
        ({"source": "x" * (LONGEST_VALUE + 1)}, "'source' cannot be"),
        ({"source": "a\0b"}, "'source' cannot be"),
        ({"source": "\ud83d"}, "'source' cannot be"),
        ({"source": [str(number) for number in range(MOST_VALUES + 1)]}, "at most 100"),
    ],
)
def test_what_cannot_be_used_is_refused_and_named(value: object, said: str) -> None:
    with pytest.raises(FiltersInvalid, match=said.replace(".", r"\.")):
        from_json(value)


def test_only_filters_that_narrow_are_true_and_make_a_condition() -> None:
    assert not EVERYTHING
    assert EVERYTHING.condition() is None
    assert Filters(languages=("fr",))
    assert Filters(latest="2024-01-01").condition() is not None


@pytest.mark.parametrize(
    ("filters", "through"),
    [
        (EVERYTHING, True),
        (Filters(("fr",)), True),
        (Filters(("en",)), False),
        (Filters(earliest="2024-05-06", latest="2024-05-06"), True),
        (Filters(earliest="2024-05-07"), False),
        (Filters(latest="2024-05-05"), False),
        (Filters(sources=("example.org",)), True),
        (Filters(sources=("nord",)), False),
    ],
)
def test_an_article_is_let_through_when_all_filters_let_it(filters: Filters, through: bool) -> None:
    article = Article("nord/a", "", "", "fr", "2024-05-06", url="https://www.example.org/a")
    assert filters.let_through(article) is through


def test_an_article_without_a_date_is_of_no_date() -> None:
    assert not Filters(earliest="2024-05-06").let_through(Article("a", "", ""))
    assert Filters(("und",)).let_through(Article("a", "", ""))
