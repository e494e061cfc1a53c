"""Marks are taken out of a model's text and nothing else is; nothing that is left looks like one."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.checking.citation_marks import Mark, take_out

PASSAGES = ["one", "It was so [1] they said.", "three"]


@pytest.mark.parametrize(
    ("text", "plain", "numbers"),
    [
        ("It rains [1].", "It rains.", [(1,)]),
        ("It rains.[1]", "It rains.", [(1,)]),
        ("It rains [1, 2].", "It rains.", [(1, 2)]),
        ("It rains [1][2].", "It rains.", [(1, 2)]),
        ("It rains [1-3].", "It rains.", [(1, 2, 3)]),
        ("It rains 【2†source】.", "It rains.", [(2,)]),
        ("It rains [^3].", "It rains.", [(3,)]),
        ("It rains [[1]].", "It rains.", [(1,)]),
        ("It rains [99].", "It rains.", [(99,)]),
        ("It rains (1).", "It rains (1).", []),
        ("It reigns [sic].", "It reigns [sic].", []),
        ("In spring [2024] it rained.", "In spring (2024) it rained.", []),
        ("Take `row[1]` of it.", "Take `row(1)` of it.", []),
        ("“It was so [1] they said.”", "“It was so (1) they said.”", []),
    ],
)
def test_marks_are_told_from_other_brackets(text: str, plain: str, numbers: list[tuple[int, ...]]) -> None:
    left, marks = take_out(text, PASSAGES)
    assert left == plain
    assert [mark.numbers for mark in marks] == numbers


def test_a_mark_keeps_its_place() -> None:
    assert take_out("One [1]. Two [2].", PASSAGES)[1] == [Mark(3, (1,)), Mark(8, (2,))]


@settings(deadline=None)
@given(st.text(alphabet="[]1 2,-^(a`【】\n.", max_size=60))
def test_nothing_that_is_left_looks_like_a_mark(text: str) -> None:
    left, marks = take_out(text, PASSAGES)
    assert re.search(r"\[\d{1,4}\]", left) is None
    assert all(0 <= mark.position <= len(left) for mark in marks)
