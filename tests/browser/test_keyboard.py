"""Everything by keyboard alone, in a real browser: no test here touches a mouse or sets the focus itself."""

import pytest
from playwright.sync_api import Locator, Page, expect

from index.errors import IndexBusy
from index.types import Article
from tests.browser.conftest import served
from tests.browser.test_reader import FIRST, SECOND, OpenPage, engine, marked_in_view
from tests.fakes import WordEngine

pytestmark = pytest.mark.browser
MOST_STEPS = 40


def tab_to(page: Page, target: Locator, key: str = "Tab") -> None:
    """Press Tab until `target` has the focus, which must be to be seen."""
    for _ in range(MOST_STEPS):
        page.keyboard.press(key)
        if target.evaluate("part => part === document.activeElement"):
            outline = target.evaluate("part => getComputedStyle(part).outlineStyle")
            assert outline != "none", "the focus cannot be seen"
            return
    raise AssertionError(f"{MOST_STEPS} steps by {key} did not reach {target}")


def test_ask_read_walk_the_citations_and_come_back(open_page: OpenPage) -> None:
    with served(engine()) as url:
        page = open_page(url)
        expect(page.locator("#question textarea")).to_be_focused()
        page.keyboard.type("what did Germany pledge?")
        page.keyboard.press("Enter")
        mark = page.get_by_role("button", name="Citation 2: Ce que Berlin promet, April 11, 2025").first
        expect(mark).to_be_visible()
        tab_to(page, mark, "Shift+Tab")
        expect(page.locator("#quote-card")).to_contain_text(SECOND)
        page.keyboard.press("Escape")
        expect(page.locator("#quote-card")).not_to_be_visible()
        expect(mark).to_be_focused()
        page.keyboard.press("Enter")
        marked_in_view(page, SECOND)
        expect(page.locator(".reader mark")).to_be_focused()
        before = page.evaluate("document.querySelector('.reader-text').scrollTop")
        page.keyboard.press("PageDown")
        page.wait_for_function("before => document.querySelector('.reader-text').scrollTop > before", arg=before)
        tab_to(page, page.get_by_role("button", name="Previous citation"), "Shift+Tab")
        page.keyboard.press("Enter")
        marked_in_view(page, FIRST)
        page.keyboard.press("Enter")  # the first: nothing happens, and the focus stays
        tab_to(page, page.locator(".reader-text"))
        before = page.evaluate("document.querySelector('.reader-text').scrollTop")
        page.keyboard.press("PageDown")
        page.wait_for_function("before => document.querySelector('.reader-text').scrollTop > before", arg=before)
        page.keyboard.press("Escape")
        expect(page.locator("#reader-panel")).not_to_be_visible()
        expect(mark).to_be_focused()
        expect(page.locator("#quote-card")).not_to_be_visible()


def test_an_example_a_stop_a_second_try_and_a_new_conversation(open_page: OpenPage) -> None:
    text = "The harbour of Port Kembla opens in May. Boats of Port Kembla come from Spain."
    asked = WordEngine([Article("a", "Harbour", text, "en")])
    with served(asked) as url:
        page = open_page(url)
        expect(page.locator(".example")).to_have_count(1)
        asked.gate.clear()
        tab_to(page, page.locator(".example"), "Shift+Tab")
        page.keyboard.press("Enter")
        expect(page.locator(".question")).to_be_focused()
        tab_to(page, page.get_by_role("button", name="Stop"))
        page.keyboard.press("Enter")
        expect(page.locator(".stopped")).to_be_visible()
        asked.gate.set()
        asked.error = IndexBusy("It is being written.")
        tab_to(page, page.get_by_role("button", name="Try again"), "Tab")
        page.keyboard.press("Enter")
        expect(page.locator(".failure")).to_contain_text("It is being written.")
        asked.error = None
        expect(page.locator(".question")).to_be_focused()
        tab_to(page, page.get_by_role("button", name="Try again"))
        page.keyboard.press("Space")
        expect(page.locator(".answer-text")).to_contain_text("Port Kembla")
        expect(page.locator(".question")).to_be_focused()
        tab_to(page, page.get_by_role("button", name="New conversation"), "Shift+Tab")
        page.keyboard.press("Enter")
        expect(page.locator(".welcome")).to_be_visible()
        expect(page.locator("#question textarea")).to_be_focused()
