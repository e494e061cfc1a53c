"""Cleaning keeps positions."""

from hypothesis import given
from hypothesis import strategies as st

from index.readers.clean import clean, one_line, unify_line_ends

ANY_TEXT = st.text(st.characters(exclude_categories=[]), max_size=200)


def test_line_ends_are_unified() -> None:
    assert clean("a\r\nb\rc\n\r\nd") == "a\nb\nc\n\nd"


def test_only_control_characters_and_lone_surrogates_are_replaced() -> None:
    odd = " «Oui» , dit-il…\u00a0\u202f\u200b\u2028“”\tfin\n"
    assert clean(odd) == odd
    assert clean("a\x00b\x0bc\x1fd\x7fe\x85f\x9fg\ud800h\udcffi") == "a b c d e f g\ufffdh\ufffdi"


def test_only_a_leading_byte_order_mark_is_removed() -> None:
    assert clean("\ufeffa\ufeffb") == "a\ufeffb"


@given(ANY_TEXT)
def test_after_the_line_ends_every_character_keeps_its_place(text: str) -> None:
    unified, cleaned = unify_line_ends(text), clean(text)
    assert len(cleaned) == len(unified)
    assert all(after in (before, " ", "\ufffd") for before, after in zip(unified, cleaned, strict=True))


@given(ANY_TEXT)
def test_cleaned_text_can_be_stored_and_is_clean(text: str) -> None:
    cleaned = clean(text)
    assert cleaned.encode().decode() == cleaned
    assert "\r" not in cleaned
    assert "\0" not in cleaned


def test_one_line_joins_white_space() -> None:
    assert one_line(" a\r\n b\t\x00c ") == "a b c"
