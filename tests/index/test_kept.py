"""What was used last is kept, as much as there is room for."""

import pytest

from index.kept import Kept


def test_a_value_is_made_once_and_the_one_not_used_for_longest_goes_first() -> None:
    kept: Kept[str, str] = Kept(2)
    made: list[str] = []

    def make(key: str) -> str:
        return kept.value(key, lambda: made.append(key) or key.upper())  # type: ignore[func-returns-value]

    assert [make(key) for key in "abacab"] == list("ABACAB")
    assert made == list("abcb")


def test_what_is_kept_together_weighs_no_more_than_there_is_room_for() -> None:
    kept: Kept[str, str] = Kept(5, len)
    made: list[str] = []

    def value(text: str) -> str:
        return kept.value(text, lambda: made.append(text) or text)  # type: ignore[func-returns-value]

    for text in ("aa", "bbb", "aa", "cc", "aa", "bbb"):
        assert value(text) == text
    assert made == ["aa", "bbb", "cc", "bbb"]
    assert [value("too long"), value("too long")] == ["too long"] * 2
    assert made[4:] == ["too long"] * 2


def test_a_value_that_cannot_be_made_is_not_kept() -> None:
    kept: Kept[str, str] = Kept(1)

    def fail() -> str:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        kept.value("a", fail)
    assert kept.value("a", lambda: "b") == "b"
