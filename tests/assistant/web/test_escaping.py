"""Text of articles, questions and answers becomes HTML that shows it as text, whatever it holds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.web import escaping
from tests.elements import Elements

SHOWABLE = st.text(st.characters(exclude_categories=("Cc", "Cs")) | st.sampled_from("\n\t<>&\"'`{}$[]\u202e\u2066"))


@given(SHOWABLE)
def test_the_text_content_is_the_text_and_no_element_but_isolation_comes_of_it(value: str) -> None:
    parsed = Elements(escaping.text(value))
    assert parsed.text == value
    assert set(parsed.tags) <= {"bdi"}


@given(st.text())
def test_an_attribute_cannot_end_early(value: str) -> None:
    parsed = Elements(f'<i title="{escaping.attribute(value)}"></i>')
    assert parsed.tags == ["i"]
    assert parsed.text == ""


def test_each_direction_override_is_isolated_by_itself() -> None:
    assert escaping.text("a\u202eb") == 'a<bdi class="direction-control">\u202e</bdi>b'
    assert "\u202e" not in escaping.attribute("a\u202eb")


def test_characters_that_cannot_be_shown_or_sent_are_replaced() -> None:
    assert escaping.text("a\x00b\ud800c") == "a\ufffdb\ufffdc"


def test_a_long_attribute_is_cut() -> None:
    assert escaping.attribute("x" * 500, limit=10) == "x" * 9 + "…"


@pytest.mark.parametrize("url", ["https://example.org/a?b=1", "http://example.org"])
def test_web_addresses_become_links(url: str) -> None:
    assert escaping.link(url) == url


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " javascript:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "//example.org/a",
        "/a",
        "https://",
        "https:\\\\example.org",
        "http://[",
        "vbscript:x",
    ],
)
def test_everything_else_does_not(url: str | None) -> None:
    assert escaping.link(url) is None


def test_a_link_cannot_leave_its_attribute() -> None:
    assert escaping.link('https://example.org/"onclick="x') == "https://example.org/&quot;onclick=&quot;x"


@pytest.mark.parametrize(("code", "html"), [("fr", ' lang="fr"'), ("und", ""), ('fr" onclick="x', ""), ("", "")])
def test_only_language_codes_become_lang(code: str, html: str) -> None:
    assert escaping.language(code) == html
