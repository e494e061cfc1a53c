"""A language model's answer in a real browser: seen as it is written, stopped, checked, and searched for otherwise."""

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from assistant.answering import Assistant
from assistant.calibration import load_calibration
from assistant.errors import LanguageModelFailed
from assistant.settings import load_settings
from assistant.types import Message
from assistant.wiring import open_writer
from index.embedders.static import StaticEmbedder
from index.local_index import LocalIndex
from index.types import Article
from tests.browser.conftest import ask, served
from tests.fakes import ScriptedLanguageModel

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Page]
ARTICLES = [
    Article(
        "germany",
        "Germany pledges",
        "Germany pledges\n\nGermany will send four IRIS-T systems to Ukraine. It was Boris Pistorius who said so.",
        "en",
        "2025-04-11",
    ),
    Article("france", "France pledges", "France pledges\n\nFrance will send two radars to Ukraine.", "en"),
]
QUESTION = "what will Germany send to Ukraine?"
CITED = "Germany will send four IRIS-T systems to Ukraine"
IMAGE = '<img src="http://192.0.2.1/leak.png"> ![](http://192.0.2.1/leak.png) [see](http://192.0.2.1/)'


class Paused(Sequence[object]):
    """A script that goes on after its first piece when `gate` is set."""

    def __init__(self, *pieces: str) -> None:
        self._pieces = pieces
        self.gate = threading.Event()

    def __len__(self) -> int:
        return len(self._pieces)

    def __getitem__(self, number: Any) -> Any:
        assert number == 0 or self.gate.wait(30), "the test never opened the gate"
        return self._pieces[number]


class Watched(ScriptedLanguageModel):
    """A scripted model that keeps the events by which its requests are stopped."""

    def __init__(self, *scripts: Sequence[object]) -> None:
        super().__init__(*scripts)
        self.stops: list[threading.Event | None] = []

    def stream(self, messages: Sequence[Message], stop: threading.Event | None = None) -> Iterator[str]:
        self.stops.append(stop)
        return super().stream(messages, stop)


@pytest.fixture(scope="module")
def quoting(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """With the small model for everything: whether it abstains does not matter here."""
    settings = load_settings(index=tmp_path_factory.mktemp("streaming"), embedder="fast")
    with open_writer(settings) as writer:
        list(writer.add(ARTICLES))
    small = StaticEmbedder()
    return Assistant(LocalIndex.open(settings.beside_index, small), small, small, load_calibration())


def writing(quoting: Assistant, script: Sequence[object]) -> tuple[Assistant, Watched]:
    model = Watched(script)
    return replace(quoting, language_model=model), model


def test_the_text_grows_as_plain_text_until_the_checked_answer_takes_its_place(
    quoting: Assistant, open_page: OpenPage
) -> None:
    script = Paused(f"{CITED} [1][7]. Bananas are rich. {IMAGE}", " The end.")
    engine, model = writing(quoting, script)
    with served(engine) as url:
        page = open_page(url)
        assert model.asked == []  # the page, with its examples, was opened without the model
        ask(page, QUESTION)
        expect(page.locator("#progress .written")).to_have_text(f"{CITED} [1][7]. Bananas are rich. {IMAGE}")
        expect(page.locator("#progress .writing")).to_contain_text("checked against the articles when it is complete")
        expect(page.locator("#progress :is(img, a, button)")).to_have_count(0)
        expect(page.get_by_role("button", name="Stop")).to_be_visible()
        ask(page, "and France?")  # is refused, and must not ask the model once more, or end what is being written
        expect(page.locator(".notice")).to_contain_text("still being answered")
        expect(page.locator("#progress .written")).to_be_visible()
        script.gate.set()
        expect(page.locator(".answer-text")).to_contain_text(CITED)
        expect(page.locator(".answer-text .unsupported").first).to_contain_text("Bananas are rich.")
        expect(page.locator(".answer-text .citation-mark").first).to_have_text("1")
        expect(page.locator(".answer-text")).not_to_contain_text("7")
        expect(page.locator("#progress")).not_to_be_visible()
        expect(page.locator("#page :is(img, a)")).to_have_count(0)
        expect(page.locator("#question textarea")).to_have_value("and France?")
        assert len(model.asked) == 1


def test_stop_ends_the_models_work_and_keeps_what_was_written_marked(quoting: Assistant, open_page: OpenPage) -> None:
    engine, model = writing(quoting, [f"{CITED} ", ScriptedLanguageModel.HANGS])
    with served(engine) as url:
        page = open_page(url)
        ask(page, QUESTION)
        expect(page.locator("#progress .written")).to_have_text(CITED)
        page.get_by_role("button", name="Stop").click()
        expect(page.locator(".stopped")).to_contain_text("not checked against the articles")
        expect(page.locator("#page .written")).to_have_text(CITED)
        expect(page.locator(".question-text")).to_have_text(QUESTION)
        expect(page.locator("#progress")).not_to_be_visible()
        expect(page.locator(".answer, .citation-mark")).to_have_count(0)
        assert model.stops[0] is not None
        assert model.stops[0].is_set()
        ask(page, QUESTION)
        expect(page.locator("#progress .written")).to_have_text(CITED)
        page.get_by_role("button", name="New conversation").click()
        expect(page.locator(".welcome")).to_be_visible()
        expect(page.locator("#progress")).not_to_be_visible()
        assert model.stops[1] is not None
        assert model.stops[1].is_set()


def test_a_model_that_fails_midway_is_replaced_by_quotes_and_it_is_said(
    quoting: Assistant, open_page: OpenPage
) -> None:
    engine, _ = writing(quoting, ["Bananas are ", LanguageModelFailed("gone")])
    with served(engine) as url:
        page = open_page(url)
        ask(page, QUESTION)
        expect(page.locator(".answer-notice")).to_contain_text("quoted sentences are shown instead")
        expect(page.locator(".answer")).to_contain_text(CITED)
        expect(page.locator(".answer")).not_to_contain_text("Bananas")


def test_a_follow_up_is_searched_for_with_what_it_leaves_out_and_otherwise_if_the_user_says_so(
    quoting: Assistant, open_page: OpenPage
) -> None:
    with served(quoting) as url:
        page = open_page(url)
        ask(page, QUESTION)
        expect(page.locator(".answer")).to_have_count(1)
        expect(page.locator(".search")).to_have_count(0)
        ask(page, "and France?")
        last = page.locator(".exchange").nth(1)
        expect(last.locator(".searched-for")).to_contain_text("Searched for: and France? ")
        expect(last.locator(".searched-for")).to_contain_text("send")
        expect(last.locator(".answer")).to_contain_text("two radars")
        last.locator("summary").click()
        box = last.get_by_label("Search for", exact=True)
        expect(box).to_have_value(last.locator(".searched-for").inner_text().removeprefix("Searched for: "))
        box.fill("Boris Pistorius said so")
        last.get_by_role("button", name="Search again").click()
        again = page.locator(".exchange").nth(2)
        expect(again.locator(".question-text")).to_have_text("and France?")
        expect(again.locator(".searched-for")).to_have_text("Searched for: Boris Pistorius said so")
        expect(again.locator(".answer")).to_contain_text("Boris Pistorius")
        again.locator("summary").click()
        again.get_by_label("Search for", exact=True).fill("x" * 3_000)
        page.keyboard.press("Enter")
        expect(page.locator(".notice")).to_contain_text("3,000 characters; the limit is 2,000")
        expect(page.locator("#question textarea")).to_have_value("")
        expect(page.locator(".exchange")).to_have_count(3)
