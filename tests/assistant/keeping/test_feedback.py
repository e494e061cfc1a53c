"""What people say of answers is kept as they said it, once for each answer."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from assistant.errors import KeepingFailed
from assistant.filters import Filters
from assistant.keeping.feedback import LONGEST_REMARK, RightPassage, all_feedback, feedback_on, keep, take_back
from assistant.keeping.keepsakes import Keepsakes
from assistant.types import Answer

NOW = datetime(2025, 4, 30, 9, 5, tzinfo=UTC)
PASSAGE = RightPassage("Le pont ferme", "fr/pont.txt", 0, 13)


def test_it_comes_back_as_it_was_given_the_oldest_first(keepsakes: Keepsakes, answer: Answer) -> None:
    later = feedback_on("b", answer, good=True, filters=Filters(("fr",)), now=NOW.replace(hour=10))
    first = feedback_on("a", answer, good=False, reason="wrong", remark="No.", right_passage=PASSAGE, now=NOW)
    keep(keepsakes, later)
    keep(keepsakes, first)
    assert first.given_at == "2025-04-30T09:05:00+00:00"
    assert list(all_feedback(keepsakes)) == [first, later]


def test_what_is_said_again_of_an_answer_takes_the_place_of_the_first(keepsakes: Keepsakes, answer: Answer) -> None:
    keep(keepsakes, feedback_on("a", answer, good=True, now=NOW))
    keep(keepsakes, feedback_on("a", answer, good=False, reason="incomplete", now=NOW))
    assert [(each.good, each.reason) for each in all_feedback(keepsakes)] == [(False, "incomplete")]
    assert take_back(keepsakes, "a")
    assert not take_back(keepsakes, "a")
    assert list(all_feedback(keepsakes)) == []


def test_nothing_was_said_where_there_is_no_file(keepsakes: Keepsakes) -> None:
    assert list(all_feedback(keepsakes)) == []


def test_what_comes_from_outside_is_cut_to_what_is_known(keepsakes: Keepsakes, answer: Answer) -> None:
    given = feedback_on("a", answer, good=False, reason="'; DROP TABLE feedback", remark=" x\ud83d" + "y" * 9_000)
    assert given.reason is None
    assert len(given.remark) == LONGEST_REMARK
    keep(keepsakes, given)
    assert [each.remark[:3] for each in all_feedback(keepsakes)] == ["x?y"]
    assert feedback_on("a", answer, good=True, reason="wrong", right_passage=PASSAGE) == replace(
        given, good=True, remark="", given_at=feedback_on("a", answer, good=True).given_at
    )


def test_feedback_that_cannot_be_read_is_named(keepsakes: Keepsakes, answer: Answer) -> None:
    keep(keepsakes, feedback_on("a", answer, good=True))
    with closing(sqlite3.connect(keepsakes.file)) as connection:
        connection.execute("UPDATE feedback SET answer = '{'")
        connection.commit()
    with pytest.raises(KeepingFailed, match=r"The feedback 'a' in .*cannot be read"):
        list(all_feedback(keepsakes))
