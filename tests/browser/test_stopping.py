"""The chat while its server ends: an answer that was begun is finished, and a new question is refused in words."""

import threading
from collections.abc import Callable

import pytest
import uvicorn
from playwright.sync_api import Page, expect

from assistant.server.app import create_app
from assistant.server.serve import EndingServer, listen, url_of
from assistant.server.stopping import Stopping
from index.types import Article
from tests.browser.conftest import ask
from tests.fakes import WordEngine
from tests.faults.chat_server import until

pytestmark = pytest.mark.browser

FERRY = Article("ferry.txt", "The ferry", "The ferry to Anholt sails again on Monday. The fare is 12 euros.", "en")


def test_an_answer_is_finished_and_a_question_refused(open_page: Callable[..., Page]) -> None:
    engine, stopping, bound = WordEngine([FERRY]), Stopping(60), listen(port=0)
    app = create_app(engine, stopping=stopping)
    server = EndingServer(uvicorn.Config(stopping.around(app), log_level="critical"), stopping)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]}, daemon=True)
    thread.start()
    asking = open_page(url_of(bound), wanted_errors=("Failed to load", "ERR_", "connection"))
    other = open_page(url_of(bound), wanted_errors=("Failed to load", "ERR_", "connection"))
    engine.gate.clear()
    ask(asking, "when does the ferry sail?")
    until(lambda: bool(engine.asked))
    stopping.begin()
    ask(other, "what is the fare?")
    expect(other.locator("#notice")).to_contain_text("The server is being restarted")
    assert len(engine.asked) == 1
    engine.gate.set()
    expect(asking.locator(".answer-text")).to_contain_text("sails again on Monday")
    thread.join(60)  # both pages are still open
    assert not thread.is_alive()
