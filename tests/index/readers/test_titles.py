"""Titles from first lines."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.readers.titles import LONGEST_TITLE, first_line_title, shorten


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Le titre | Rubrique\n\nTexte", "Le titre"),
        ("\n \n  Le   titre\t\nTexte", "Le titre"),
        ("a | b | c", "a | b"),
        ("a|b", "a|b"),
        (" | Rubrique", "| Rubrique"),
        ("", ""),
    ],
)
def test_the_title_is_the_first_line_without_section(text: str, title: str) -> None:
    assert first_line_title(text) == title


@given(st.text(max_size=400))
def test_a_shortened_title_is_a_beginning_of_bounded_length(title: str) -> None:
    short = shorten(title)
    assert len(short) <= LONGEST_TITLE
    assert short == title or (short.endswith("…") and title.startswith(short[:-1]))


def test_a_word_without_end_is_cut_anyway() -> None:
    assert shorten("x" * 500) == "x" * (LONGEST_TITLE - 1) + "…"
