"""Dates as sources write them; a date that can be read two ways is none."""

import datetime

import pytest

from index.readers.dates import date_near_top, iso_date


@pytest.mark.parametrize(
    "value",
    [
        "2025-04-11", "2025-04-11T18:00:00Z", "2025-04-11T18:00:00.123+02:00", "2025-04-11 18:00", "2025/04/11",
        "20250411", "11 avril 2025", "11. April 2025", "April 11, 2025", "April 11th, 2025", "Apr. 11 2025",
        "11 de abril de 2025", "11 Apr 2025", "vendredi 11 avril 2025", "vendredi 11 avril 2025 à 18h30",
        "Friday, April 11, 2025 at 6:30 p.m.", "Fri, 11 Apr 2025 18:00:00 +0200", "11.04.2025", "le 11 avril 2025",
        datetime.date(2025, 4, 11), datetime.datetime(2025, 4, 11, 23, 59), 1744390800, 1744390800000, 20250411,
    ],
)  # fmt: skip
def test_one_day_in_many_forms(value: object) -> None:
    assert iso_date(value) == "2025-04-11"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("25/12/2024", "2024-12-25"),
        ("12/25/2024", "2024-12-25"),
        ("5/5/2024", "2024-05-05"),
        ("1er août 2024", "2024-08-01"),
        ("3. März 2024", "2024-03-03"),
        ("2 février 1954", "1954-02-02"),
        ("15 de enero del 2024", "2024-01-15"),
        ("29 Feb 2024", "2024-02-29"),
    ],
)
def test_other_days(value: str, expected: str) -> None:
    assert iso_date(value) == expected


@pytest.mark.parametrize(
    "value",
    [
        "04/05/2025", "4-5-2025", "30 février 2024", "2025-13-01", "2025", "avril 2025", "yesterday", "", "11 avril",
        "0001-01-01", "le 11 avril 2025, il a dit", None, True, 2025, 12, float("nan"), float("inf"), [], {}, -1,
    ],
)  # fmt: skip
def test_no_date_is_better_than_a_wrong_one(value: object) -> None:
    assert iso_date(value) is None


@pytest.mark.parametrize(
    "line",
    [
        "11 avril 2025",
        "Bruxelles, le 11 avril 2025",
        "Publié le 11 avril 2025 à 18h30",
        "Published: April 11, 2025",
        "By Jane Example, April 11, 2025",
        "Von Jana Beispiel | 11. April 2025",
        "Freitag, 11. April 2025",
        "Madrid, 11 de abril de 2025",
        "Mis à jour le 11.04.2025",
        "Date: 2025-04-11",
    ],
)
def test_a_date_line_near_the_top_is_taken(line: str) -> None:
    assert date_near_top(f"Un titre\n\n{line}\n\nLe texte.") == "2025-04-11"


@pytest.mark.parametrize(
    "line",
    [
        "La réunion du 11 avril 2025",
        "On April 11, 2025 the ministers met in Brussels.",
        "Le 11 avril 2025, les ministres se sont réunis.",
        "Entre le 11 avril 2025 et le 12 avril 2025",
        "04/05/2025",
        "Né le 11 avril 2025 à Lyon",
    ],
)
def test_a_date_in_a_sentence_is_not_taken(line: str) -> None:
    assert date_near_top(f"Un titre\n\n{line}\n\nLe texte.") is None


def test_a_date_line_far_below_is_not_taken() -> None:
    assert date_near_top("Titre\n" + "Une ligne.\n" * 10 + "11 avril 2025\n") is None
