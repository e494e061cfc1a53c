"""Nothing that a model writes is a link, an image, a tag or an invisible character after it was made harmless."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.checking.model_text import harmless

PIECES = st.sampled_from(
    [
        *(
            "<",
            ">",
            "![",
            "](",
            ")",
            "[",
            "]",
            "http",
            "https://",
            "javascript:",
            "evil.example",
            "/",
            "\\",
            "&",
            "lt;",
        ),
        *("<img src=x>", "<script>", "</script>", "data:text/html", "www.", "a", " ", "\n", "\u202e", "\u200b", "amp;"),
        *("//", "#60;"),
    ]
)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("![a](https://evil.example/?q=1) ok", "ok"),
        ("<img src=x onerror=alert(1)> hi", "hi"),
        ("&lt;img src=x&gt; hi", "hi"),
        ("[click](javascript:alert(1)) me", "click me"),
        ("See https://evil.example/x?y=1, then.", "See …, then."),
        ("<scr<script>ipt>alert(1)</script> hi", "< scr  hi"),
        ("www.evil.example and //evil.example/a.png", "… and …"),
        ("evil.example/leak?q=secret", "…"),
        ("https:\\\\evil.example\\a", "…"),
        ("data:text/html;base64,AAAA x", "… x"),
        ("a\u202eb\u200bc\u2066d\ufeff", "abcd"),
        ("<iframe src='https://evil.example'></iframe>done", "done"),
        ("<!-- hidden -->seen", "seen"),
        ("a < b and c > d, 10 km/h, U.S./NATO at 10:30", "a < b and c > d, 10 km/h, U.S./NATO at 10:30"),
        ("**bold** and *it*", "**bold** and *it*"),
    ],
)
def test_markup_and_addresses_go_and_words_stay(text: str, shown: str) -> None:
    assert harmless(text).strip() == shown


def test_the_address_of_an_article_may_stay_but_no_longer_one() -> None:
    kept = ["https://paper.example/a"]
    assert harmless("See https://paper.example/a.", kept) == "See https://paper.example/a."
    assert harmless("[here](https://paper.example/a)", kept) == "here (https://paper.example/a)"
    assert harmless("See https://paper.example/a?leak=1", kept) == "See …"


@settings(deadline=None, max_examples=300)
@given(st.lists(PIECES, max_size=30).map("".join))
def test_no_combination_leaves_anything_that_loads(text: str) -> None:
    shown = harmless(text)
    assert not re.search(r"<[a-zA-Z/!?]|!\[[^\]]*\]\(|://\w|(?<![A-Za-z])(?:javascript|data):\w|[\u202e\u200b]", shown)


@pytest.mark.parametrize("piece", ["[", "<", "![", "&amp;", "a.b", "<script>", "<!--", "/", "a:/", "[a]("])
def test_fifty_thousand_characters_are_no_trap(piece: str) -> None:
    text = piece * (50_000 // len(piece))
    assert len(harmless(text)) <= 2 * len(text)
