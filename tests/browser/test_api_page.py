"""The page of the API shows every address with examples, tries them, and asks no other machine for anything."""

import pytest
from playwright.sync_api import Browser, expect

from index.types import Article
from tests.browser.conftest import served
from tests.fakes import WordEngine

pytestmark = pytest.mark.browser


def test_the_page_of_the_api_works_without_another_machine(browser: Browser) -> None:
    with (
        served(WordEngine([Article("a", "The quay", "The quay costs five pounds.", "en")])) as url,
        browser.new_context() as context,
    ):
        page = context.new_page()
        page.set_default_timeout(60_000)
        asked: list[str] = []
        errors: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
        page.goto(f"{url}/api/v1/docs")
        operation = page.locator("#operations-questions-ask_api_v1_ask_post")
        operation.locator("button").first.click()
        expect(operation.locator("textarea, .body-param__example").first).to_contain_text("what did Germany pledge?")
        operation.get_by_role("button", name="Try it out").click()
        operation.locator("textarea").fill('{"question": "what does the quay cost?"}')
        operation.get_by_role("button", name="Execute").click()
        answer = operation.locator(".live-responses-table tbody .response-col_description").first
        expect(answer).to_contain_text("The quay costs five pounds.")
        assert [address for address in asked if not address.startswith((f"{url}/", "data:", "blob:"))] == []
        assert errors == []
