"""Links, copies and saved conversations in a real browser."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from assistant.filters import Filters
from assistant.keeping.keepsakes import Keepsakes
from assistant.keeping.shared_answers import find_shared, share
from index.types import Article
from tests.browser.accessibility import serious_faults
from tests.browser.conftest import ask, served
from tests.fakes import WordEngine, answer_of, cite

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Page]
ARTICLES = [
    Article("harbour", "The harbour", "The harbour has two cranes.", "en", "2024-03-02", url="https://example.org/h"),
    Article("bridge", "The bridge", "The bridge of the harbour is closed.", "en"),
]
QUESTION = "how many cranes has the harbour?"


@pytest.fixture
def keepsakes(tmp_path: Path) -> Keepsakes:
    return Keepsakes(tmp_path / "kept.sqlite")


def test_a_link_opens_the_answer_again_and_says_that_nothing_changed(open_page: OpenPage, keepsakes: Keepsakes) -> None:
    with served(WordEngine(ARTICLES), keepsakes=keepsakes) as url:
        page = open_page(f"{url}/?language=en", permissions=["clipboard-read", "clipboard-write"])
        expect(page.locator(".filter-chip")).to_have_count(1)
        ask(page, QUESTION)
        page.get_by_role("button", name="Link", exact=True).click()
        link = page.get_by_role("textbox", name="Link to this answer")
        expect(link).to_have_value(re.compile(rf"^{re.escape(url)}/\?answer=[\w-]{{22}}$"))
        expect(page.locator(".sharing-said")).to_have_text("The link was copied.")
        assert page.evaluate("navigator.clipboard.readText()") == link.input_value()
        assert serious_faults(page) == []
        kept = find_shared(keepsakes, link.input_value().partition("=")[2])
        assert kept is not None
        assert (kept.answer.question, kept.filters) == (QUESTION, Filters(("en",)))

        other = open_page(link.input_value())
        expect(other.locator(".question-text")).to_have_text(QUESTION)
        expect(other.locator(".answer-notice")).to_contain_text("The articles have not changed since (state 1).")
        expect(other.locator(".filtered-to")).to_have_text("Only in: English")
        other.locator(".citation-mark").first.click()
        expect(other.locator("#reader-panel mark")).to_have_text("The harbour has two cranes.")
        assert serious_faults(other) == []
        ask(other, "is the bridge closed?")  # the conversation goes on from it
        expect(other.locator(".exchange")).to_have_count(2)
        other.locator("[data-share]").first.click()  # what was opened by a link has that link
        expect(other.get_by_role("textbox", name="Link to this answer")).to_have_value(link.input_value())


def test_quotes_that_no_longer_stand_are_not_shown(open_page: OpenPage, keepsakes: Keepsakes) -> None:
    text = "The harbour has two cranes. [1]\n\nThe bridge of the harbour is closed. [2]"
    citations = [cite(ARTICLES[0], "The harbour has two cranes.", 1), cite(ARTICLES[1], ARTICLES[1].text, 2)]
    shared = share(keepsakes, answer_of(QUESTION, text, citations))
    engine = WordEngine([ARTICLES[0], replace(ARTICLES[1], text="The bridge is open again.")])
    engine.generation = 7
    with served(engine, keepsakes=keepsakes) as url:
        page = open_page(f"{url}/?answer={shared.id}")
        expect(page.locator(".answer-notice")).to_contain_text("from state 1 of the articles; they are now in state 7")
        expect(page.locator(".answer-notice")).to_contain_text("1 of its 2 quotes no longer stand")
        expect(page.locator(".source-title")).to_have_text(["The harbour"])
        expect(page.locator("#page")).not_to_contain_text("is closed")
        engine.articles.clear()
        page.reload()
        expect(page.locator(".answer-notice")).to_contain_text("2 of its 2 quotes no longer stand")
        expect(page.locator(".source-title")).to_have_count(0)
        expect(page.locator("#page")).not_to_contain_text("two cranes")


@pytest.mark.parametrize("answer", ["A" * 22, "", "%3Cimg%20src%3Dx%3E"])
def test_a_link_to_nothing_says_so_and_leaves_the_chat(open_page: OpenPage, keepsakes: Keepsakes, answer: str) -> None:
    with served(WordEngine(ARTICLES), keepsakes=keepsakes) as url:
        page = open_page(f"{url}/?answer={answer}", locale="fr-FR")
        expect(page.locator("#sharing [role=alert]")).to_contain_text("Aucune réponse ne correspond")
        ask(page, QUESTION)
        expect(page.locator(".source-title").first).to_have_text("The harbour")


def test_an_answer_is_copied_with_its_citations(open_page: OpenPage, keepsakes: Keepsakes) -> None:
    with served(WordEngine(ARTICLES), keepsakes=keepsakes) as url:
        page = open_page(url, permissions=["clipboard-read", "clipboard-write"])
        ask(page, QUESTION)
        page.get_by_role("button", name="Copy", exact=True).click()
        expect(page.locator(".sharing-said")).to_have_text("Copied, with its citations.")
        text = page.evaluate("navigator.clipboard.readText()")
        assert text.startswith("The harbour has two cranes. [1]")
        assert "[1] The harbour, March 2, 2024\n    The harbour has two cranes.\n    https://example.org/h" in text
        page.get_by_role("button", name="Copy as Markdown").click()
        page.wait_for_function("navigator.clipboard.readText().then((text) => text.includes('## Sources'))")
        markdown = page.evaluate("navigator.clipboard.readText()")
        assert "1. [The harbour](<https://example.org/h>), March 2, 2024" in markdown


def test_the_conversation_is_saved_as_markdown_and_json(open_page: OpenPage, keepsakes: Keepsakes) -> None:
    with served(WordEngine(ARTICLES), keepsakes=keepsakes) as url:
        page = open_page(url)
        expect(page.get_by_role("button", name="JSON")).to_be_hidden()  # there is nothing to save yet
        ask(page, QUESTION)
        expect(page.locator(".sources")).to_have_count(1)
        ask(page, "<b>is</b> the bridge closed?")
        expect(page.locator(".sources")).to_have_count(2)
        with page.expect_download() as download:
            page.get_by_role("button", name="JSON").click()
        assert download.value.suggested_filename == "conversation.json"
        record = json.loads(Path(download.value.path()).read_text(encoding="utf-8"))
        assert [each["question"] for each in record["conversation"]] == [QUESTION, "<b>is</b> the bridge closed?"]
        assert record["conversation"][0]["answer"]["citations"][0]["quote"] == "The harbour has two cranes."
        with page.expect_download() as download:
            page.get_by_role("button", name="Markdown", exact=True).click()
        assert download.value.suggested_filename == "conversation.md"
        markdown = Path(download.value.path()).read_text(encoding="utf-8")
        assert "## \\<b\\>is\\</b\\> the bridge closed?" in markdown


def test_what_cannot_be_kept_is_told(open_page: OpenPage, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with served(WordEngine(ARTICLES), keepsakes=Keepsakes(tmp_path / "file" / "kept.sqlite")) as url:
        page = open_page(url)
        ask(page, QUESTION)
        page.get_by_role("button", name="Link", exact=True).click()
        expect(page.locator("#sharing [role=alert]")).to_contain_text("cannot be read from or written to")


def test_on_a_phone_everything_can_be_reached(open_page: OpenPage, keepsakes: Keepsakes) -> None:
    with served(WordEngine(ARTICLES), keepsakes=keepsakes) as url:
        page = open_page(url, viewport={"width": 375, "height": 700}, has_touch=True)
        ask(page, QUESTION)
        for name in ("Copy", "Copy as Markdown", "Link", "JSON"):
            button = page.get_by_role("button", name=name, exact=True)
            button.scroll_into_view_if_needed()
            box = button.bounding_box()
            assert box is not None
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= 375
            assert min(box["width"], box["height"]) >= 24  # WCAG 2.2, 2.5.8
        assert page.evaluate("document.documentElement.scrollWidth") <= 375
