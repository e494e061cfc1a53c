"""The report of an evaluation in a real browser: its filter works, and hostile articles stay text."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from eval.report.files import REPORT, write_results
from tests.evaluations import ARTICLES, outcome, quoting, right, single, write_run, wrong

pytestmark = pytest.mark.browser

HOSTILE = "<script>document.title='taken'</script><img src=x onerror=\"document.title='taken'\">"


@pytest.fixture
def page(tmp_path: Path, browser: Browser) -> Iterator[Page]:
    """The report, which may ask for nothing but itself and must meet no error."""
    asked = single("hostile", question=f"Où ? {HOSTILE}", language="fr")
    hostile = outcome(asked, replace(quoting("q"), text=HOSTILE))
    write_run(tmp_path, [right("a"), wrong("b"), right("c", language="de"), hostile])
    write_results(tmp_path, ARTICLES.get)
    address = (tmp_path / REPORT).as_uri()
    told: list[str] = []
    with browser.new_context() as context:
        made = context.new_page()
        made.on("request", lambda request: told.append(request.url))
        made.on("pageerror", lambda error: told.append(str(error)))
        made.on("console", lambda line: told.append(line.text))
        made.goto(address)
        yield made
    assert told == [address]


def test_questions_are_filtered_by_words_and_by_properties(page: Page) -> None:
    shown = page.locator("details.question:visible")
    expect(shown).to_have_count(4)
    page.get_by_label("outcome").select_option("wrong")
    expect(shown).to_have_count(1)
    expect(page.locator("output")).to_have_text("1 of 4 questions")
    page.get_by_label("outcome").select_option("")
    page.get_by_label("language").select_option("de")
    expect(shown).to_have_count(1)
    page.get_by_label("language").select_option("")
    page.get_by_label("Contains").fill("Taken où")
    expect(shown).to_have_count(1)


def test_a_question_opens_with_its_answer_and_passages(page: Page) -> None:
    first = page.locator("details.question").first
    expect(first.get_by_text("Passages")).to_be_hidden()
    first.locator("summary").click()
    expect(first.get_by_text("Passages")).to_be_visible()
    expect(first.locator("li.gold").first).to_contain_text("12 millions")


def test_what_articles_hold_does_not_run(page: Page) -> None:
    expect(page).to_have_title("quay: evaluation")
    last = page.locator("details.question").last
    last.locator("summary").click()
    expect(last.locator(".answer")).to_have_text(HOSTILE)
    assert page.evaluate("document.images.length") == 0
    expect(page).to_have_title("quay: evaluation")
