"""The reader shows the article around the passage, and highlights exactly the quote."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.web.messages import negotiate
from assistant.web.reader import CHARACTERS_AROUND, Place, matches, notice_html, paragraphs, reader_html, window
from index.types import Article, Span
from tests.elements import Elements
from tests.fakes import answer_of, cite

ENGLISH = negotiate("en")
ARTICLE = Article("a", "A title", "First line.\n\nSecond <b>one</b> here.\nThird.", "en", "2025-04-11", "A. Writer")


def place_of(article: Article, *quotes: str, open_number: int = 1) -> Place:
    citations = [cite(article, quote, number) for number, quote in enumerate(quotes, 1)]
    return Place("x1", citations[open_number - 1], answer_of("what?", "x", citations))


def highlighted(html: str) -> str:
    return "".join(
        Elements(part).text for part in re.findall(r'<mark class="cited" tabindex="-1">(.*?)</mark>', html, re.DOTALL)
    )


def shown_text(html: str) -> str:
    body = html[html.index('<div class="reader-text"') :]
    return Elements(re.sub(r"<button.*?</button>", "", body, flags=re.DOTALL)).text


@given(st.text("ab.\n <&\u202e", min_size=1, max_size=60), st.data())
def test_exactly_the_quote_is_highlighted_and_the_whole_text_is_there(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    article = Article("a", "A title", text, "en")
    citation = replace(cite(article, text), start=start, end=end, quote=text[start:end])
    html = reader_html(article, Place("x1", citation, answer_of("what?", "x", [citation])), ENGLISH)
    assert highlighted(html) == text[start:end]
    assert shown_text(html) == text


def test_paragraphs_join_to_the_text_and_break_where_the_article_breaks() -> None:
    spans = paragraphs(ARTICLE.text, Span(0, len(ARTICLE.text)))
    assert "".join(ARTICLE.text[start:end] for start, end in spans) == ARTICLE.text
    long_line = "word " * 40
    text = f"{long_line}\n{long_line}"
    assert len(paragraphs(text, Span(0, len(text)))) == 2
    wrapped = "short lines\nof one paragraph\n\nand another"
    assert [wrapped[start:end] for start, end in paragraphs(wrapped, Span(0, len(wrapped)))] == [
        "short lines\nof one paragraph\n\n",
        "and another",
    ]


def test_a_citation_matches_only_word_for_word() -> None:
    citation = cite(ARTICLE, "Third.")
    assert matches(ARTICLE, citation)
    assert not matches(replace(ARTICLE, text=ARTICLE.text.replace("Third", "Thirst")), citation)
    assert not matches(replace(ARTICLE, text="short"), citation)
    assert not matches(ARTICLE, replace(citation, start=-6, end=0))
    assert not matches(ARTICLE, replace(citation, start=5, end=5, quote=""))


@given(st.integers(0, 90_000), st.integers(1, 5_000), st.integers(-10, 120_000), st.integers(-10, 120_000))
def test_a_window_holds_the_passage_and_stays_inside_the_text(start: int, length: int, asked: int, to: int) -> None:
    text = "some words \n" * 8_000
    around = Span(start, min(len(text), start + length))
    for shown in (window(text, around), window(text, around, Span(asked, to))):
        assert 0 <= shown.start <= around.start < around.end <= shown.end <= len(text)


def test_a_long_article_shows_a_part_and_offers_the_rest() -> None:
    text = "x" * 1_000_000 + "\nthe passage\n" + "y" * 1_000_000
    article = Article("a", "Long", text, "en")
    place = place_of(article, "the passage")
    html = reader_html(article, place, ENGLISH)
    assert len(html) < 3 * CHARACTERS_AROUND
    assert highlighted(html) == "the passage"
    earlier = re.search(r'class="reader-more" [^>]*data-start="(\d+)" data-end="(\d+)">Show earlier text', html)
    assert earlier is not None
    wider = Span(int(earlier.group(1)), int(earlier.group(2)))
    assert shown_text(reader_html(article, place, ENGLISH, wider)) == text[wider.start : wider.end]
    assert "Show more text" in html


def test_a_short_article_offers_no_more() -> None:
    assert "reader-more" not in reader_html(ARTICLE, place_of(ARTICLE, "Third."), ENGLISH)


def test_the_head_names_title_date_author_and_position_among_the_citations() -> None:
    html = reader_html(ARTICLE, place_of(ARTICLE, "First line.", "Third.", open_number=2), ENGLISH)
    head = html[: html.index('<div class="reader-text"')]
    text = Elements(head).text
    for words in ("Citation 2 of 2", "A title", "April 11, 2025", "A. Writer"):
        assert words in text
    assert re.search(r'class="reader-step" data-exchange="x1" data-cite="1" aria-label="Previous citation', head)
    assert re.search(r'class="reader-step" aria-disabled="true" aria-label="Next citation"', head)


@pytest.mark.parametrize(("url", "linked"), [("https://example.org/a", True), ("javascript:alert(1)", False)])
def test_only_web_addresses_are_linked(url: str, linked: bool) -> None:
    html = reader_html(replace(ARTICLE, url=url), place_of(ARTICLE, "Third."), ENGLISH)
    assert ("<a " in html) is linked
    if linked:
        assert 'rel="noopener noreferrer nofollow"' in html


def test_a_first_line_that_repeats_the_title_is_not_shown_twice_unless_it_is_cited() -> None:
    article = Article("a", "A title", "A title\n\nThe body of it.", "en")
    assert "repeats-title" in reader_html(article, place_of(article, "The body of it."), ENGLISH)
    assert "repeats-title" not in reader_html(article, place_of(article, "A title"), ENGLISH)


def test_a_notice_shows_no_text_of_the_article() -> None:
    html = notice_html("gone <b>", ENGLISH, place_of(ARTICLE, "Third."))
    assert "gone &lt;b&gt;" in html
    assert "<mark" not in html
    assert "reader-text" not in html
