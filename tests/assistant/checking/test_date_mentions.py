"""A date agrees with another one when all that it says is said there, too."""

import pytest

from assistant.checking.date_mentions import complete, date_mentions


@pytest.mark.parametrize(
    "text",
    ["2025-04-12", "April 12, 2025", "12 April 2025", "12 avril 2025", "am 12. April 2025", "12 de abril de 2025"],
)
def test_every_language_writes_the_same_day(text: str) -> None:
    (found,) = date_mentions(text)
    assert (found.year, found.month, found.day) == (2025, 4, 12)


def test_a_day_without_a_year_is_of_the_articles_year() -> None:
    said = date_mentions("12 April 2025")[0]
    assert any(said.agrees(known) for known in complete(date_mentions("le 12 avril"), "2025-05-01"))
    assert not any(said.agrees(known) for known in complete(date_mentions("le 12 avril"), "2024-05-01"))
    assert not any(said.agrees(known) for known in complete(date_mentions("le 13 avril"), "2025-05-01"))


def test_the_articles_own_date_and_weekday_are_known() -> None:
    known = complete([], "2025-04-11")
    assert date_mentions("Friday")[0].agrees(known[0])
    assert not date_mentions("Montag")[0].agrees(known[0])
    assert date_mentions("in April 2025")[0].agrees(known[0])


def test_a_date_that_can_be_read_two_ways_agrees_with_both() -> None:
    said = date_mentions("04/05/2025")[0]
    assert said.agrees(date_mentions("4 mai 2025")[0])
    assert said.agrees(date_mentions("April 5, 2025")[0])
    assert not said.agrees(date_mentions("6 mai 2025")[0])


def test_ordinary_words_are_no_months() -> None:
    assert date_mentions("They may march on.") == []
    assert date_mentions("May it be so.") == []
    assert date_mentions("13/13/2025 and 40 avril") == [] or all(m.day is None for m in date_mentions("40 avril"))
