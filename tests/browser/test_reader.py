"""Reading a source in a real browser: a click or a key opens the article at the quote, and only the quote is marked."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from index.types import Article
from tests.browser.conftest import ask, served
from tests.fakes import WordEngine, answer_of, cite

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Page]

FIRST = "Berlin enverra quatre systèmes de défense."
SECOND = "Dix mille munitions suivront."
FRENCH = Article(
    "f",
    "Ce que Berlin promet",
    "\n".join(["Une ligne avant. " * 30] * 20 + [FIRST, SECOND] + ["Une ligne après. " * 30] * 20),
    "fr",
    "2025-04-11",
    url="https://example.org/article",
)
QUESTION = "what did Germany pledge?"
ANSWER = answer_of(QUESTION, f"{FIRST} [1]\n{SECOND} [2]", [cite(FRENCH, FIRST, 1), cite(FRENCH, SECOND, 2)])


def engine() -> WordEngine:
    return WordEngine([FRENCH], {QUESTION: ANSWER})


def asked(page: Page) -> Page:
    ask(page, QUESTION)
    expect(page.locator(".answer")).to_be_visible()
    return page


MARKED_IN_VIEW = """quote => {
    const marks = [...document.querySelectorAll(".reader mark")];
    if (!marks.length) return false;
    const shown = document.querySelector(".reader-text").getBoundingClientRect();
    const inside = mark => [...mark.getClientRects()].every(at =>
        at.top >= shown.top && at.bottom <= Math.min(shown.bottom, innerHeight) && at.left >= shown.left
        && at.right <= shown.right && at.height > 0
        && mark.contains(document.elementFromPoint((at.left + at.right) / 2, (at.top + at.bottom) / 2)));
    return marks.map(mark => mark.textContent).join("") === quote && marks.every(inside);
}"""


def marked_in_view(page: Page, quote: str) -> None:
    """The highlighted text is `quote`, every line of it is inside the reader, and nothing lies over it."""
    page.wait_for_function(MARKED_IN_VIEW, arg=quote)


def test_a_click_opens_the_article_scrolled_to_the_highlighted_quote(open_page: OpenPage) -> None:
    with served(engine()) as url:
        page = asked(open_page(url))
        page.click(".citation-mark >> nth=0")
        expect(page.locator(".reader mark")).to_have_text(FIRST)
        expect(page.locator(".reader h2")).to_have_text("Ce que Berlin promet")
        expect(page.locator(".reader-position")).to_have_text("Citation 1 of 2")
        expect(page.locator(".reader-details")).to_contain_text("April 11, 2025")
        link = page.locator(".reader a")
        expect(link).to_have_attribute("href", "https://example.org/article")
        expect(link).to_have_attribute("rel", "noopener noreferrer nofollow")
        marked_in_view(page, FIRST)
        assert page.evaluate("document.querySelector('.reader-text').scrollTop") > 0
        page.get_by_role("button", name="Next citation").click()
        marked_in_view(page, SECOND)
        expect(page.locator(".citation-mark").nth(1)).to_have_attribute("aria-current", "true")
        page.get_by_role("button", name="Next citation").click(force=True)  # the last one: nothing happens
        expect(page.locator(".reader-position")).to_have_text("Citation 2 of 2")


def test_the_same_citation_opens_again_after_closing(open_page: OpenPage) -> None:
    with served(engine()) as url:
        page = asked(open_page(url))
        for _ in range(2):
            page.click(".source >> nth=1")
            expect(page.locator(".reader mark")).to_have_text(SECOND)
            expect(page.locator(".reader mark")).to_be_visible()
            page.get_by_role("button", name="Close the article").click()
            expect(page.locator("#reader-panel")).not_to_be_visible()


def test_hovering_a_mark_shows_quote_title_and_date(open_page: OpenPage) -> None:
    with served(engine()) as url:
        page = asked(open_page(url))
        expect(page.locator("#quote-card")).not_to_be_visible()
        page.wait_for_timeout(600)  # until the page has scrolled to the answer
        page.hover(".citation-mark >> nth=0")
        card = page.locator("#quote-card")
        expect(card).to_be_visible()
        for words in (FIRST, "Ce que Berlin promet", "April 11, 2025", "in French"):
            expect(card).to_contain_text(words)
        page.mouse.move(5, 5)
        expect(card).not_to_be_visible()


def test_the_card_stays_under_the_pointer_and_escape_takes_only_the_card_away(open_page: OpenPage) -> None:
    with served(engine()) as url:
        page = asked(open_page(url))
        page.wait_for_timeout(600)
        page.click(".citation-mark >> nth=0")
        expect(page.locator(".reader mark")).to_have_text(FIRST)
        page.mouse.move(5, 5)
        page.hover(".citation-mark >> nth=1")
        card = page.locator("#quote-card")
        expect(card).to_contain_text(SECOND)
        page.hover("#quote-card .source-quote")
        page.wait_for_timeout(600)  # longer than it takes a card to go
        expect(card).to_be_visible()
        page.keyboard.press("Escape")
        expect(card).not_to_be_visible()
        expect(page.locator(".reader mark")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.locator("#reader-panel")).not_to_be_visible()


def test_quotes_carry_their_language(open_page: OpenPage) -> None:
    with served(engine()) as url:
        page = asked(open_page(url))
        expect(page.locator(".quoted").first).to_have_attribute("lang", "fr")
        expect(page.locator(".source-quote").first).to_have_attribute("lang", "fr")
        expect(page.locator(".language-note").first).to_have_text("in French")
        page.click(".citation-mark >> nth=0")
        expect(page.locator(".reader-text")).to_have_attribute("lang", "fr")


def test_a_changed_or_vanished_article_is_never_shown_as_a_source(open_page: OpenPage) -> None:
    over = engine()
    with served(over) as url:
        page = asked(open_page(url))
        over.articles["f"] = replace(FRENCH, text=FRENCH.text.replace("quatre", "cinq"))
        page.click(".citation-mark >> nth=0")
        expect(page.locator(".reader-notice")).to_contain_text("has changed since the answer")
        expect(page.locator(".reader mark, .reader-text")).to_have_count(0)
        del over.articles["f"]
        page.click(".citation-mark >> nth=1")
        expect(page.locator(".reader-notice")).to_contain_text("no longer in the collection")


def test_two_megabytes_open_at_the_passage_and_more_can_be_shown(open_page: OpenPage) -> None:
    filler = "A line of text that fills the article up to its size, and then some more.\n" * 13_600
    article = Article("long", "Long", f"{filler}The needle is here.\n{filler}", "en")
    assert len(article.text) > 2_000_000
    prepared = answer_of("needle?", "The needle is here. [1]", [cite(article, "The needle is here.")])
    with served(WordEngine([article], {"needle?": prepared})) as url:
        page = open_page(url)
        ask(page, "needle?")
        page.click(".citation-mark >> nth=0")
        expect(page.locator(".reader mark")).to_have_text("The needle is here.")
        marked_in_view(page, "The needle is here.")
        shown = len(page.locator(".reader-text").inner_text())
        assert shown < 100_000
        before = page.evaluate("document.querySelector('.reader mark').getBoundingClientRect().top")
        page.evaluate("document.querySelector('.reader-more').click()")
        page.wait_for_function(
            "length => document.querySelector('.reader-text').innerText.length > length", arg=shown + 30_000
        )
        after = page.evaluate("document.querySelector('.reader mark').getBoundingClientRect().top")
        assert abs(after - before) < 3  # the reader's eye stays on the passage


def test_on_a_phone_the_reader_covers_the_chat_and_closes_again(open_page: OpenPage) -> None:
    with served(engine()) as url:
        page = asked(open_page(url, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True))
        page.tap(".citation-mark >> nth=0")
        expect(page.locator(".reader mark")).to_be_visible()
        expect(page.locator("#quote-card")).not_to_be_visible()  # a touch opens the article, and no card beside it
        page.wait_for_timeout(400)  # until it has slid in
        marked_in_view(page, FIRST)
        box = page.locator("#reader-panel").bounding_box()
        assert box is not None
        assert (round(box["x"]), round(box["width"])) == (0, 390)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        panel = page.get_by_role("dialog", name="Ce que Berlin promet")
        expect(panel).to_have_attribute("aria-modal", "true")
        for _ in range(12):  # what lies behind cannot be reached
            page.keyboard.press("Tab")
            assert page.evaluate("!document.activeElement.closest('#page, #composer, #top-bar')")
        page.get_by_role("button", name="Next citation").tap()
        marked_in_view(page, SECOND)
        page.get_by_role("button", name="Close the article").tap()
        expect(page.locator("#reader-panel")).not_to_be_visible()
        expect(page.locator(".citation-mark").first).to_be_focused()
        ask(page, "and then?")  # the chat is back in use
        expect(page.locator(".exchange")).to_have_count(2)
