"""Thumbs in a real browser: kept with a reason and the right passage, changed, taken back, and made into test cases."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from assistant.keeping.feedback import RightPassage, all_feedback
from assistant.keeping.feedback_cases import cases_of
from assistant.keeping.keepsakes import Keepsakes
from index.types import Article
from tests.browser.accessibility import serious_faults
from tests.browser.conftest import ask, served
from tests.fakes import WordEngine

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Page]
ARTICLES = [
    Article("harbour", "The harbour", "The harbour has two cranes.\n\nBoth cranes were built\nin Marlow.", "en"),
    Article("bridge", "The bridge", "The bridge is closed.", "en"),
]


@pytest.fixture
def keepsakes(tmp_path: Path) -> Keepsakes:
    return Keepsakes(tmp_path / "kept.sqlite")


def test_a_good_answer_is_kept_with_its_question_and_can_be_taken_back(
    open_page: OpenPage, keepsakes: Keepsakes
) -> None:
    with served(WordEngine(ARTICLES), keepsakes=keepsakes) as url:
        page = open_page(url)
        ask(page, "how many cranes has the harbour?")
        good = page.get_by_role("button", name="This answer is good")
        expect(good).to_have_attribute("aria-pressed", "false")
        good.click()
        expect(page.locator("#feedback-report")).to_contain_text("Your opinion is kept")
        expect(good).to_have_attribute("aria-pressed", "true")
        assert serious_faults(page) == []
        [kept] = all_feedback(keepsakes)
        assert (kept.good, kept.reason, kept.answer.question) == (True, None, "how many cranes has the harbour?")
        ask(page, "and the bridge?")  # the page is drawn anew, and remembers
        expect(page.locator(".exchange")).to_have_count(2)
        expect(page.locator(".feedback")).to_have_count(2)
        first = page.locator('[data-verdict="good"]').first
        expect(first).to_have_attribute("aria-pressed", "true")
        first.click()
        expect(page.locator("#feedback-report")).to_contain_text("Your opinion was removed")
        expect(first).to_have_attribute("aria-pressed", "false")
        assert list(all_feedback(keepsakes)) == []


def test_a_bad_answer_is_kept_with_reason_remark_and_the_passage_where_it_stands(
    open_page: OpenPage, keepsakes: Keepsakes
) -> None:
    with served(WordEngine(ARTICLES), keepsakes=keepsakes) as url:
        page = open_page(url)
        ask(page, "where were the cranes of the harbour built?")
        bad = page.get_by_role("button", name="This answer is not good")
        bad.click()
        expect(bad).to_have_attribute("aria-expanded", "true")
        expect(page.get_by_label("It is wrong")).to_be_focused()
        expect(page.get_by_label("The articles do tell", exact=True)).to_have_count(0)  # it did answer
        assert serious_faults(page) == []
        page.get_by_label("Something is missing").check()
        page.get_by_label("The right passage").fill("Both cranes were built in Marlow.")
        page.get_by_label("Remark").fill("It does not say <b>where</b>.")
        page.locator(".feedback-form button[type=submit]").click()
        expect(page.locator("#feedback-report")).to_contain_text("The passage was found in: The harbour")
        expect(page.locator(".feedback-form")).to_be_hidden()
        expect(bad).to_have_attribute("aria-pressed", "true")
        expect(bad).to_be_focused()
        [kept] = all_feedback(keepsakes)
        start = ARTICLES[0].text.index("Both")
        assert kept.right_passage == RightPassage(
            "Both cranes were built\nin Marlow.", "harbour", start, len(ARTICLES[0].text)
        )
        assert (kept.good, kept.reason, kept.remark) == (False, "incomplete", "It does not say <b>where</b>.")
        [case] = cases_of([kept]).cases
        assert case["gold"] == [{"article": "harbour", "quote": "Both cranes were built\nin Marlow."}]


def test_with_the_keyboard_alone_and_escape_leaves_everything_as_it_was(
    open_page: OpenPage, keepsakes: Keepsakes
) -> None:
    with served(WordEngine(ARTICLES), keepsakes=keepsakes) as url:
        page = open_page(url)
        ask(page, "the harbour")
        expect(page.locator(".feedback")).to_have_count(1)
        page.locator(".citation-mark").first.click()
        expect(page.locator("#reader-panel mark")).to_be_visible()
        bad = page.get_by_role("button", name="This answer is not good")
        bad.focus()
        page.keyboard.press("Enter")
        expect(page.get_by_label("It is wrong")).to_be_focused()
        page.keyboard.press("Escape")
        expect(page.locator(".feedback-form")).to_be_hidden()
        expect(bad).to_be_focused()
        expect(page.locator("#reader-panel mark")).to_be_visible()  # Escape closed only the form
        page.keyboard.press("Enter")
        page.keyboard.press("Space")
        page.keyboard.press("Tab")
        page.keyboard.type("The bridge is")
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator("#feedback-report")).to_contain_text("Thank you. The passage was found in: The bridge")
        [kept] = all_feedback(keepsakes)
        assert (kept.reason, kept.right_passage and kept.right_passage.article) == ("wrong", "bridge")


def test_a_passage_that_no_article_holds_is_kept_as_it_was_written(open_page: OpenPage, keepsakes: Keepsakes) -> None:
    with served(WordEngine(ARTICLES), keepsakes=keepsakes) as url:
        page = open_page(url, locale="fr-FR")
        ask(page, "something about balloons")
        page.get_by_role("button", name="Cette réponse n’est pas bonne").click()
        page.get_by_label("Les articles le disent").check()
        page.get_by_label("Le bon passage").fill("Balloons fly over Marlow.")
        page.locator(".feedback-form button[type=submit]").click()
        expect(page.locator("#feedback-report")).to_contain_text("n’a pas été trouvé mot pour mot")
        [kept] = all_feedback(keepsakes)
        assert (kept.reason, kept.right_passage) == ("told", RightPassage("Balloons fly over Marlow."))


def test_what_cannot_be_kept_is_told_and_the_thumb_stays_up(open_page: OpenPage, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with served(WordEngine(ARTICLES), keepsakes=Keepsakes(tmp_path / "file" / "kept.sqlite")) as url:
        page = open_page(url)
        ask(page, "the harbour")
        page.get_by_role("button", name="This answer is good").click()
        expect(page.locator("#feedback-report")).to_contain_text("cannot be read from or written to")
        expect(page.get_by_role("button", name="This answer is good")).to_have_attribute("aria-pressed", "false")


def test_without_a_file_to_keep_it_in_nobody_is_asked(open_page: OpenPage) -> None:
    with served(WordEngine(ARTICLES)) as url:
        page = open_page(url)
        ask(page, "the harbour")
        expect(page.locator(".sources")).to_be_visible()
        expect(page.locator(".feedback, .answer-actions")).to_have_count(0)
