"""axe-core finds no serious fault in any state of the chat's page: light, dark, wide, on a phone, in both languages."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from index.errors import IndexBusy
from index.types import Article
from tests.browser.accessibility import serious_faults
from tests.browser.conftest import ask, served
from tests.fakes import WordEngine, answer_of, cite

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Page]

HARBOUR = Article(
    "a",
    "Harbour",
    "The harbour of Port Kembla opens in May. Boats of Port Kembla come from Spain." + "\n\nAnd so on. " * 200,
    "en",
    "2025-01-02",
    url="https://example.org/harbour",
)
STATION = Article("b", "Gare " * 60, "La gare ferme en juin. Les trains passent par Rennes.", "fr", "2025-04-11")
PREPARED = {
    "both?": answer_of(
        "both?",
        "“The harbour of Port Kembla opens in May.” [1]\n\n“La gare ferme en juin.” [2]",
        [cite(HARBOUR, "The harbour of Port Kembla opens in May."), cite(STATION, "La gare ferme en juin.", 2)],
        searched_for="harbour and station",
    ),
    "and now?": answer_of(
        "and now?", "The articles do not tell.", [cite(HARBOUR, "And so on.")], abstained=True, searched_for="harbour"
    ),
}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
LOOKS = {
    "light": {},
    "dark": {"color_scheme": "dark"},
    "phone": PHONE,
    "dark phone in French": {**PHONE, "color_scheme": "dark", "locale": "fr-FR"},
}


@pytest.fixture(params=list(LOOKS.values()), ids=list(LOOKS))
def look(request: pytest.FixtureRequest) -> dict[str, object]:
    found: dict[str, object] = request.param
    return found


@pytest.fixture
def engine() -> Iterator[WordEngine]:
    made = WordEngine([HARBOUR, STATION], PREPARED)
    yield made
    made.gate.set()


def test_the_first_visit(engine: WordEngine, open_page: OpenPage, look: dict[str, object]) -> None:
    with served(engine) as url:
        page = open_page(url, **look)
        expect(page.locator(".example").first).to_be_visible()
        assert serious_faults(page) == []


def test_an_answer_its_card_and_its_article(engine: WordEngine, open_page: OpenPage, look: dict[str, object]) -> None:
    with served(engine) as url:
        page = open_page(url, **look)
        ask(page, "both?")
        expect(page.locator(".answer")).to_be_visible()
        assert serious_faults(page) == []
        page.keyboard.press("Shift+Tab")
        page.locator(".citation-mark").first.focus()
        expect(page.locator("#quote-card")).to_be_visible()
        assert serious_faults(page) == []
        page.locator(".citation-mark").nth(1).press("Enter")  # the article with the endless title
        expect(page.locator(".reader mark")).to_be_visible()
        assert serious_faults(page) == []


def test_a_question_that_is_answered_refused_stopped_failed_or_not_told(
    engine: WordEngine, open_page: OpenPage, look: dict[str, object]
) -> None:
    with served(engine) as url:
        page = open_page(url, **look)
        engine.pieces = ["The harbour opens"]
        engine.gate.clear()
        ask(page, "harbour?")
        expect(page.locator("#progress .written")).to_be_visible()
        ask(page, "trains?")
        expect(page.locator(".notice")).to_be_visible()
        assert serious_faults(page) == []
        page.locator("#stop").click()
        expect(page.locator(".stopped")).to_be_visible()
        engine.gate.set()
        engine.error = IndexBusy("Another process writes to the index.")
        page.keyboard.press("Escape")
        page.fill("#question textarea", "")
        ask(page, "boats?")
        expect(page.locator(".failure")).to_be_visible()
        engine.error = None
        ask(page, "and now?")
        expect(page.locator(".abstained-label")).to_be_visible()
        page.locator(".search summary").click()
        assert serious_faults(page) == []


def test_the_page_without_articles(open_page: OpenPage, look: dict[str, object]) -> None:
    with served(None, "No index in 'x'.") as url:
        page = open_page(url, **look)
        expect(page.locator(".setup h1")).to_be_visible()
        assert serious_faults(page) == []


def test_the_check_itself_finds_faults(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content(
        '<html lang="en"><title>T</title><p style="color: #aaa; background: #fff">pale</p><button></button>'
    )
    faults = serious_faults(page)
    page.close()
    assert [fault.partition(" ")[0] for fault in faults] == ["button-name", "color-contrast"]
