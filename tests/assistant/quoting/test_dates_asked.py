"""The time that a question asks about, in four languages, as of the newest article."""

from datetime import date

import pytest

from assistant.quoting.dates_asked import Period, asked_dates

NEWEST = date(2025, 6, 2)  # a Monday


def asked(question: str, language: str = "en") -> tuple[str, Period]:
    found = asked_dates(question, language)
    assert found is not None
    assert not found.newest
    return found.rest, found.period(NEWEST)


def days(first: str | None, last: str | None) -> Period:
    return Period(*(date.fromisoformat(day) if day else None for day in (first, last)))


@pytest.mark.parametrize(
    ("question", "language", "rest", "period"),
    [
        ("what happened in April 2025?", "en", "what happened in April 2025?", days("2025-04-01", "2025-04-30")),
        ("what did Berlin do in April?", "en", "what did Berlin do?", days("2025-04-01", "2025-04-30")),
        ("what did berlin do since may", "en", "what did berlin do", days("2025-05-01", None)),
        ("what did Berlin do in July?", "en", "what did Berlin do?", days("2024-07-01", "2024-07-31")),
        ("what did Berlin do on 3 April 2025?", "en", "what did Berlin do?", days("2025-04-03", "2025-04-03")),
        ("what did Berlin do since March?", "en", "what did Berlin do?", days("2025-03-01", None)),
        ("what did Berlin do after March 3?", "en", "what did Berlin do?", days("2025-03-04", None)),
        ("what did Berlin do before March 3?", "en", "what did Berlin do?", days(None, "2025-03-02")),
        ("what did Berlin do in 2024?", "en", "what did Berlin do?", days("2024-01-01", "2024-12-31")),
        ("between March and May, what did Berlin do", "en", "what did Berlin do", days("2025-03-01", "2025-05-31")),
        ("what did Berlin do last week?", "en", "what did Berlin do?", days("2025-05-26", "2025-06-01")),
        ("what did Berlin do yesterday?", "en", "what did Berlin do?", days("2025-06-01", "2025-06-01")),
        ("Qu'a fait Berlin en avril 2025 ?", "fr", "Qu'a fait Berlin?", days("2025-04-01", "2025-04-30")),
        ("Qu'a fait Berlin depuis le 3 mars ?", "fr", "Qu'a fait Berlin?", days("2025-03-03", None)),
        ("de mars à mai, qu'a fait Berlin", "fr", "qu'a fait Berlin", days("2025-03-01", "2025-05-31")),
        ("Qu'a fait Berlin le mois dernier ?", "fr", "Qu'a fait Berlin?", days("2025-05-01", "2025-05-31")),
        ("Qu'a fait Berlin hier ?", "fr", "Qu'a fait Berlin?", days("2025-06-01", "2025-06-01")),
        ("¿Qué hizo Berlín en abril de 2025?", "es", "¿Qué hizo Berlín?", days("2025-04-01", "2025-04-30")),
        ("¿Qué hizo Berlín desde marzo?", "es", "¿Qué hizo Berlín?", days("2025-03-01", None)),
        ("¿Qué hizo Berlín antes del 3 de marzo?", "es", "¿Qué hizo Berlín?", days(None, "2025-03-02")),
        ("Was tat Berlin im April 2025?", "de", "Was tat Berlin?", days("2025-04-01", "2025-04-30")),
        ("Was tat Berlin seit dem 1. Mai?", "de", "Was tat Berlin?", days("2025-05-01", None)),
        ("Was tat Berlin letztes Jahr?", "de", "Was tat Berlin?", days("2024-01-01", "2024-12-31")),
    ],
)
def test_a_time_is_taken_out_of_the_question(question: str, language: str, rest: str, period: Period) -> None:
    assert asked(question, language) == (rest, period)


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("who may ask?", "en"),
        ("how long did the talks last?", "en"),
        ("what about the 2025 budget", "en"),
        ("how many of the 2,000 drones flew?", "en"),
        ("what happened on Friday?", "en"),
        ("which year is seen as decisive?", "en"),
        ("Was steht hier?", "de"),
        ("quel jour a eu lieu la rencontre", "fr"),
        ("o que aconteceu?", "pt"),
        ("what did Berlin promise before the meeting?", "en"),  # an event has no date of its own
        ("qu'a dit Paris depuis le cessez-le-feu ?", "fr"),
        ("¿qué dijo antes de la cumbre?", "es"),
        ("was sagte er nach dem Treffen?", "de"),
    ],
)
def test_other_questions_ask_for_no_time(question: str, language: str) -> None:
    assert asked_dates(question, language) is None


@pytest.mark.parametrize(
    ("question", "language", "rest"),
    [
        ("latest news on the bridge", "en", "news on the bridge"),
        ("what is the most recent report on the flood?", "en", "what is the report on the flood?"),
        ("quelles sont les dernières nouvelles du pont ?", "fr", "quelles sont les nouvelles du pont?"),
        ("últimas noticias del puente", "es", "noticias del puente"),
        ("Was ist das Neueste zur Brücke?", "de", "Was ist das zur Brücke?"),
    ],
)
def test_what_is_latest_is_asked_for(question: str, language: str, rest: str) -> None:
    found = asked_dates(question, language)
    assert found is not None
    assert found.newest
    assert found.rest == rest


def test_a_time_beside_what_is_latest_is_the_time() -> None:
    found = asked_dates("the latest news of April 2025 on the bridge", "en")
    assert found is not None
    assert not found.newest
    assert found.period(NEWEST) == days("2025-04-01", "2025-04-30")


def test_a_period_holds_the_days_in_it() -> None:
    april = days("2025-04-01", "2025-04-30")
    assert [april.holds(day) for day in ("2025-03-31", "2025-04-01", "2025-04-30", "2025-05-01")] == [
        False,
        True,
        True,
        False,
    ]
    assert not april.holds(None)
    assert not april.holds("April")
    assert days("2025-04-01", None).holds("2031-01-01")


def test_a_period_is_told_by_a_date_in_a_text() -> None:
    april, year = days("2025-04-01", "2025-04-30"), days("2025-01-01", "2025-12-31")
    assert april.is_told_by("It began on 3 April 2025.", None)
    assert april.is_told_by("It began in April.", 2025)
    assert not april.is_told_by("It began in April.", 2024)
    assert not april.is_told_by("It began in April.", None)
    assert not april.is_told_by("It began in 2025.", None), "the year may mean any month"
    assert year.is_told_by("It began in 2025.", None)


def test_a_day_that_its_month_does_not_have_is_no_time() -> None:
    found = asked_dates("what happened to the bridge on 31 April 2025?", "en")
    assert found is not None
    assert found.period(NEWEST) == days(None, None)


def test_a_long_question_is_read_in_no_time() -> None:
    found = asked_dates("de " * 300 + "en avril 2025, " * 60, "fr")
    assert found is not None
    assert found.period(NEWEST) == days("2025-04-01", "2025-04-30")
