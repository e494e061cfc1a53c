"""Filters in a real browser: chosen, shown, removed, kept in the link, and what they let through."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from assistant.filters import EVERYTHING, Filters
from index.types import Article
from tests.browser.accessibility import serious_faults
from tests.browser.conftest import ask, served
from tests.fakes import WordEngine

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Page]
ARTICLES = [
    Article("north/harbour", "The harbour", "The harbour has two cranes.", "en", "2024-03-02"),
    Article("sud/port", "Le port", "The harbour du sud a trois grues.", "fr", "2025-01-15"),
    Article("web", "Web", "The harbour in the web.", "fr", "2023-05-06", url="https://www.example.org/web"),
]


def engine() -> WordEngine:
    return WordEngine(ARTICLES)


def query(page: Page) -> str:
    return page.url.partition("?")[2]


def choose(page: Page, field: str, label: str) -> None:
    page.locator(f"#filter-{field} input").click()
    page.get_by_role("option", name=label).click()
    page.keyboard.press("Escape")


def open_filters(page: Page) -> None:
    page.locator("#filters").get_by_role("button", name="Filters").click()
    expect(page.locator("#filter-language input")).to_be_visible()


def test_a_language_is_chosen_shown_kept_in_the_link_and_asked_in(open_page: OpenPage) -> None:
    asked = engine()
    with served(asked) as url:
        page = open_page(url)
        open_filters(page)
        choose(page, "language", "French (2)")
        expect(page.locator(".filter-chip bdi")).to_have_text(["French"])
        page.wait_for_url("**/?language=fr")
        ask(page, "the harbour")
        expect(page.locator(".filtered-to")).to_have_text("Only in: French")
        expect(page.locator(".sources .source-title")).to_have_text(["Le port", "Web"])
        assert asked.filtered == [Filters(("fr",))]
        assert serious_faults(page) == []


def test_a_link_with_filters_opens_with_them_and_each_can_be_removed(open_page: OpenPage) -> None:
    asked = engine()
    with served(asked) as url:
        page = open_page(f"{url}/?language=fr&from=2024-01-01&to=2025-06-30&source=sud&theme=x")
        expect(page.locator(".filter-chip bdi")).to_have_text(
            ["French", "from January 1, 2024", "to June 30, 2025", "sud"]
        )
        ask(page, "the harbour")
        expect(page.locator(".sources .source-title")).to_have_text(["Le port"])
        for left in (["French", "to June 30, 2025", "sud"], ["French", "sud"], ["French"], []):
            removed = page.locator(".filter-chip button").nth({3: 1, 2: 1, 1: 1, 0: 0}[len(left)])
            removed.click()
            expect(page.locator(".filter-chip bdi")).to_have_text(left)
        page.wait_for_url("**/?theme=x")
        expect(page.locator("#question textarea")).to_be_focused()
        ask(page, "harbour")
        expect(page.locator(".exchange")).to_have_count(2)
        expect(page.locator(".exchange").nth(1).locator(".source-title")).to_have_count(2)
        assert asked.filtered == [Filters(("fr",), "2024-01-01", "2025-06-30", ("sud",)), EVERYTHING]


def test_dates_and_sources_are_chosen_in_fields_with_labels(open_page: OpenPage) -> None:
    asked = engine()
    with served(asked) as url:
        page = open_page(url)
        open_filters(page)
        choose(page, "source", "example.org (1)")
        page.wait_for_url("**/?source=example.org")
        page.get_by_label("From").fill("2023-01-01")
        page.wait_for_url("**/?from=2023-01-01&source=example.org")
        ask(page, "the harbour")
        expect(page.locator(".sources .source-title")).to_have_text(["Web"])
        assert asked.filtered == [Filters((), "2023-01-01", None, ("example.org",))]
        assert serious_faults(page) == []


def test_a_filter_that_cannot_be_used_is_told_and_narrows_nothing(open_page: OpenPage) -> None:
    asked = engine()
    with served(asked) as url:
        page = open_page(f"{url}/?from=yesterday")
        expect(page.locator("#filter-bar [role=alert]")).to_contain_text("'from' is 'yesterday', and that is no date")
        ask(page, "the harbour")
        expect(page.locator(".sources .source-title")).to_have_count(2)
        assert asked.filtered == [EVERYTHING]


def test_a_hostile_link_stays_text(open_page: OpenPage) -> None:
    with served(engine()) as url:
        page = open_page(f"{url}/?source=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E&language=%22%3E%3Cb%3Ex")
        expect(page.locator(".filter-chip bdi")).to_have_text(['"><b>x', "<img src=x onerror=alert(1)>"])
        expect(page.locator("#filter-bar :is(img, b)")).to_have_count(0)


def test_the_french_page_names_everything_in_french(open_page: OpenPage) -> None:
    with served(engine()) as url:
        page = open_page(f"{url}/?language=en&from=2024-01-01", locale="fr-FR")
        expect(page.locator(".filter-chip bdi")).to_have_text(["anglais", "à partir du 1 janvier 2024"])
        remove = page.get_by_role("button", name="Retirer le filtre : anglais")
        remove.focus()
        page.keyboard.press("Enter")
        expect(page.locator(".filter-chip bdi")).to_have_text(["à partir du 1 janvier 2024"])
        expect(page.locator(".filter-chip button")).to_be_focused()
        expect(page.locator("#filters").get_by_role("button", name="Filtres")).to_be_visible()


def test_a_collection_of_one_kind_offers_no_filters(open_page: OpenPage) -> None:
    with served(WordEngine([Article("a", "A", "The harbour.", "en")])) as url:
        page = open_page(url)
        expect(page.locator("#question textarea")).to_be_visible()
        expect(page.locator("#filters")).to_have_count(0)
