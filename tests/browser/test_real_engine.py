"""The chat over a real index of the starter articles: every citation opens at its quote."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from assistant.settings import load_settings
from assistant.wiring import open_assistant
from tests.browser.conftest import ask, served

pytestmark = pytest.mark.browser
ROOT = Path(__file__).parents[2]
BUILD = "from assistant.cli.app import main; main()"


def test_every_citation_of_an_answer_opens_its_article_at_the_quote(
    open_page: Callable[..., Page], tmp_path: Path
) -> None:
    index = tmp_path / "index"
    command = [sys.executable, "-c", BUILD, "index", "build", "--index", str(index), "seeds"]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    engine = open_assistant(load_settings(index=index))
    question = "Qu'a promis l'Allemagne ?"
    answer = engine.ask(question)
    assert answer.citations
    with served(engine) as url:
        page = open_page(url)
        expect(page.locator(".example")).to_have_count(4)
        ask(page, question)
        expect(page.locator(".answer")).to_be_visible()
        expect(page.locator(".source")).to_have_count(len(answer.citations))
        for position, citation in enumerate(answer.citations):
            page.click(f".source >> nth={position}")
            expect(page.locator(".reader-position")).to_contain_text(str(position + 1))
            article = engine.article(citation.article)
            assert article is not None
            expect(page.locator(".reader h2")).to_have_text(article.title)
            shown = "".join(page.locator(".reader mark").all_text_contents())
            assert shown == article.text[citation.start : citation.end] == citation.quote
