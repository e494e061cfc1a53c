"""What a soak tells of its minutes."""

import os
from pathlib import Path

import pytest

from benchmarks.server_load import Tally
from benchmarks.soak import Minute, draw, minute, table, trend


def _minutes(values: list[float]) -> list[Minute]:
    return [Minute(60.0 * (place + 1), 10, 2, 0, 0.1, 0.2, 0.5, value, 20, 30) for place, value in enumerate(values)]


def test_memory_that_grows_by_a_megabyte_a_minute_is_told_as_sixty_an_hour() -> None:
    found = trend(_minutes([500.0, 300.0, *(100.0 + place for place in range(12))]), "memory_mb")
    assert found["slope_an_hour"] == pytest.approx(60.0)
    assert found["low"] == pytest.approx(60.0)
    assert found["high"] == pytest.approx(60.0)
    assert (found["first_third"], found["last_third"]) == (101.5, 109.5)  # the two minutes of warming up are left out


def test_memory_that_only_varies_has_no_trend() -> None:
    found = trend(_minutes([200.0, 201.0, 199.0] * 6), "memory_mb")
    assert found["low"] <= 0 <= found["high"]
    assert found["first_third"] == found["last_third"] == 200.0


def test_minutes_without_a_change_are_left_out_of_its_trend() -> None:
    nan = float("nan")
    minutes = _minutes([100.0] * 4)
    minutes[1] = Minute(120.0, 10, 0, 0, 0.1, 0.2, nan, 100.0, 20, 30)
    assert trend(minutes, "change_p50")["slope_an_hour"] == 0.0


def test_a_minute_empties_the_tallies_and_keeps_their_errors() -> None:
    asked, changed = Tally(seconds=[0.1, 0.2, 0.9]), Tally(seconds=[1.5])
    asked.errors["status 500"] += 2
    first = minute(60.0, asked, changed, os.getpid())
    assert (first.answers, first.changes, first.errors, first.p50, first.change_p50) == (3, 1, 2, 0.2, 1.5)
    assert first.memory_mb > 10
    second = minute(120.0, asked, changed, os.getpid())
    assert (second.answers, second.changes, second.errors) == (0, 0, 2)


def test_the_table_tells_wrong_searches_first_and_every_trend() -> None:
    minutes = _minutes([100.0, 110.0, 120.0])
    names = ("p95", "memory_mb")
    result = {
        "answers": 30,
        "added": 6,
        "removed": 6,
        "wrong": 1,
        "errors": {},
        "trends": {name: trend(minutes, name) for name in names},
    }
    lines = table(result)
    assert lines[0] == "30 answers, 6 added, 6 removed, 1 wrong; errors {}"
    assert [line.split("|")[1].strip() for line in lines[-2:]] == list(names)


def test_the_picture_is_the_same_for_the_same_minutes(tmp_path: Path) -> None:
    for name in ("one.svg", "two.svg"):
        draw(_minutes([100.0, 110.0, 105.0]), tmp_path / name)
    assert (tmp_path / "one.svg").read_bytes() == (tmp_path / "two.svg").read_bytes()
