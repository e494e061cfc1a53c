"""Asking in a real browser: what shows when, what the box does, and that nobody sees another's conversation."""

import threading
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from index.errors import IndexBusy
from index.snapshot import Collection
from index.types import Article
from tests.browser.conftest import ask, served
from tests.fakes import WordEngine, answer_of

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Page]

ARTICLES = [
    Article("a", "Harbour", "The harbour of Port Kembla opens in May. Boats of Port Kembla come from Spain.", "en"),
    Article("b", "Gare", "La gare ferme en juin. Les trains passent par Rennes.", "fr", "2025-04-11"),
]


def test_an_example_question_is_asked_by_a_click(open_page: OpenPage) -> None:
    with served(WordEngine(ARTICLES)) as url:
        page = open_page(url)
        expect(page.locator(".collection")).to_have_text("2 articles · English 1, French 1 · April 11, 2025")
        page.click(".example >> nth=0")
        expect(page.locator(".question-text")).to_have_text("What is said about Port Kembla?")
        expect(page.locator(".answer-text")).to_contain_text("Port Kembla")
        expect(page.locator(".welcome")).to_have_count(0)


class SlowToOpen(WordEngine):
    """Describes its collection only when `opened` is set."""

    opened = threading.Event()

    def collection(self) -> Collection:
        assert self.opened.wait(30), "the test never opened it"
        return super().collection()


def test_a_question_that_is_asked_before_the_page_is_ready_is_not_lost(open_page: OpenPage) -> None:
    engine = SlowToOpen(ARTICLES)
    engine.opened.set()
    with served(engine) as url:
        page = open_page(url)
        engine.opened.clear()
        engine.gate.clear()
        page.reload()
        page.wait_for_function("window.articleAssistant")
        ask(page, "when does the harbour open?")
        expect(page.locator("#question textarea")).to_have_value("")
        engine.opened.set()
        expect(page.locator(".question-text")).to_have_text("when does the harbour open?")
        expect(page.locator(".working")).to_be_visible()
        engine.gate.set()
        expect(page.locator(".answer-text")).to_contain_text("opens in May")


def test_the_question_shows_at_once_and_the_box_is_free_while_the_answer_is_made(open_page: OpenPage) -> None:
    engine = WordEngine(ARTICLES)
    with served(engine) as url:
        page = open_page(url)
        engine.gate.clear()
        ask(page, "when does the harbour open?")
        expect(page.locator(".question-text")).to_have_text("when does the harbour open?")
        expect(page.locator(".working")).to_have_text("Searching 2 articles…")
        expect(page.locator("#question textarea")).to_have_value("")
        ask(page, "the next one")  # waits in the box: one question at a time
        expect(page.locator(".notice")).to_contain_text("still being answered")
        engine.gate.set()
        expect(page.locator(".answer-text")).to_contain_text("opens in May")
        expect(page.locator("#question textarea")).to_have_value("the next one")
        page.keyboard.press("Enter")
        expect(page.locator(".exchange")).to_have_count(2)
        expect(page.locator(".notice")).to_have_count(0)


def test_stop_ends_the_question_and_its_late_answer_never_shows(open_page: OpenPage) -> None:
    engine = WordEngine(ARTICLES)
    with served(engine) as url:
        page = open_page(url)
        engine.gate.clear()
        ask(page, "when does the harbour open?")
        page.get_by_role("button", name="Stop").click()
        expect(page.locator(".stopped")).to_contain_text("Stopped")
        engine.gate.set()
        ask(page, "which trains?")
        expect(page.locator(".answer")).to_have_count(1)
        expect(page.locator(".exchange").nth(0)).not_to_contain_text("opens in May")
        expect(page.locator(".exchange").nth(1)).to_contain_text("Rennes")
        expect(page.get_by_role("button", name="Send")).to_be_visible()


def test_shift_enter_breaks_the_line_and_empty_questions_do_nothing(open_page: OpenPage) -> None:
    engine = WordEngine(ARTICLES)
    with served(engine) as url:
        page = open_page(url)
        asked = len(engine.asked)
        page.focus("#question textarea")
        page.keyboard.press("Enter")
        page.keyboard.type("harbour")  # at once: nothing that is typed may be lost
        page.keyboard.press("Shift+Enter")
        page.keyboard.type("in May?")
        expect(page.locator("#question textarea")).to_have_value("harbour\nin May?")
        expect(page.locator(".exchange")).to_have_count(0)
        page.keyboard.press("Enter")
        expect(page.locator(".answer")).to_have_count(1)
        assert [question for question, _ in engine.asked[asked:]] == ["harbour\nin May?"]


def test_what_is_typed_while_a_question_is_sent_and_answered_is_kept(open_page: OpenPage) -> None:
    with served(WordEngine(ARTICLES)) as url:
        page = open_page(url)
        ask(page, "harbour?")
        typed = "the quick brown fox jumps over the lazy dog and goes on to the next question"
        page.keyboard.type(typed, delay=10)
        expect(page.locator(".answer")).to_have_count(1)
        expect(page.locator("#question textarea")).to_have_value(typed)


def test_an_endless_question_is_refused_and_stays_in_the_box(open_page: OpenPage) -> None:
    with served(WordEngine(ARTICLES)) as url:
        page = open_page(url)
        ask(page, "x" * 100_000)
        expect(page.locator(".notice")).to_contain_text("100,000 characters; the limit is 2,000")
        expect(page.locator("#question textarea")).to_have_value("x" * 100_000)
        expect(page.locator(".exchange")).to_have_count(0)


class SlowToTry(WordEngine):
    """Says only when `tries` is set whether it can answer an example question."""

    def __init__(self, articles: list[Article]) -> None:
        super().__init__(articles)
        self.tries = threading.Event()

    def can_answer(self, question: str) -> bool:
        assert self.tries.wait(200), "the test never let it try"  # what comes before is slow on a busy machine
        return super().can_answer(question)


def test_the_page_is_there_before_its_example_questions(open_page: OpenPage) -> None:
    engine = SlowToTry(ARTICLES)
    with served(engine) as url:
        page, other = open_page(url), open_page(url)
        ask(other, "harbour?")
        expect(other.locator(".answer-text")).to_contain_text("opens in May")
        expect(page.locator(".collection")).to_contain_text("2 articles")
        expect(page.locator(".example")).to_have_count(0)
        before = page.locator(".collection").bounding_box()
        engine.tries.set()
        expect(page.locator(".example")).to_have_count(1)
        assert page.locator(".collection").bounding_box() == before  # nothing moves when they come
        expect(
            other.locator(".example").first
        ).not_to_be_visible()  # nor do they come between a question and its answer


def test_an_error_keeps_the_question_and_it_is_tried_again_by_a_button(open_page: OpenPage) -> None:
    engine = WordEngine(ARTICLES)
    with served(engine) as url:
        page = open_page(url)
        engine.error = IndexBusy("Another process writes to <b>the index</b>. Wait for it.")
        ask(page, "harbour?")
        expect(page.locator(".failure")).to_contain_text("Another process writes to <b>the index</b>. Wait for it.")
        expect(page.locator(".question-text")).to_have_text("harbour?")
        engine.error = IndexBusy("It still writes.")
        page.get_by_role("button", name="Try again").click()
        expect(page.locator(".failure")).to_contain_text("It still writes.")
        engine.error = None
        page.get_by_role("button", name="Try again").click()
        expect(page.locator(".answer-text")).to_contain_text("opens in May")
        expect(page.locator(".exchange")).to_have_count(1)
        expect(page.locator(".failure")).to_have_count(0)
        expect(page.locator(".question")).to_be_focused()  # where the button was, and not nowhere


def test_a_question_that_failed_or_was_stopped_can_be_changed_first(open_page: OpenPage) -> None:
    engine = WordEngine(ARTICLES)
    with served(engine) as url:
        page = open_page(url)
        engine.gate.clear()
        ask(page, "harbor?")
        page.get_by_role("button", name="Stop").click()
        page.get_by_role("button", name="Change the question").click()
        expect(page.locator("#question textarea")).to_have_value("harbor?")
        expect(page.locator("#question textarea")).to_be_focused()
        engine.gate.set()
        ask(page, "harbour?")
        expect(page.locator(".answer-text")).to_contain_text("opens in May")


def test_a_question_that_reaches_no_server_is_given_back_and_it_is_said(open_page: OpenPage) -> None:
    with served(WordEngine(ARTICLES)) as url:
        page = open_page(url, wanted_errors=("Failed to load resource", "connection", "fetch"))
        page.context.set_offline(True)
        ask(page, "harbour?")
        expect(page.locator("#unreachable")).to_contain_text("The server cannot be reached.")
        expect(page.locator("#question textarea")).to_have_value("harbour?")
        page.context.set_offline(False)
        expect(page.locator("#unreachable")).to_have_count(0)  # Gradio loads the page anew, which empties the box
        expect(page.locator("#question textarea")).to_have_value("harbour?")
        page.locator("#question textarea").press("Enter")
        expect(page.locator(".answer-text")).to_contain_text("opens in May")
        page.reload()
        expect(page.locator(".welcome")).to_be_visible()
        expect(page.locator("#question textarea")).to_have_value("")  # what arrived does not come back


def test_a_new_conversation_is_empty_and_forgets_the_old_one(open_page: OpenPage) -> None:
    engine = WordEngine(ARTICLES)
    with served(engine) as url:
        page = open_page(url)
        ask(page, "harbour?")
        expect(page.locator(".answer")).to_have_count(1)
        page.click(".citation-mark >> nth=0")
        expect(page.locator(".reader mark")).to_be_visible()
        page.get_by_role("button", name="New conversation").click()
        expect(page.locator(".welcome")).to_be_visible()
        expect(page.locator("#reader-panel")).not_to_be_visible()
        ask(page, "boats?")
        expect(page.locator(".answer")).to_have_count(1)
        assert engine.asked[-1] == ("boats?", ())


def test_a_new_conversation_in_the_middle_of_an_answer_stays_empty(open_page: OpenPage) -> None:
    engine = WordEngine(ARTICLES)
    with served(engine) as url:
        page = open_page(url)
        engine.gate.clear()
        ask(page, "harbour?")
        expect(page.locator(".working")).to_be_visible()
        page.get_by_role("button", name="New conversation").click()
        expect(page.locator(".welcome")).to_be_visible()
        engine.gate.set()
        ask(page, "trains?")
        expect(page.locator(".answer-text")).to_contain_text("Rennes")
        expect(page.locator(".exchange")).to_have_count(1)


def test_two_users_never_see_each_other(open_page: OpenPage) -> None:
    engine = WordEngine(ARTICLES)
    with served(engine) as url:
        first, second = open_page(url), open_page(url)
        engine.gate.clear()
        ask(first, "harbour?")
        ask(second, "trains?")
        expect(second.locator(".working")).to_be_visible()
        engine.gate.set()
        expect(first.locator(".answer-text")).to_contain_text("Port Kembla")
        expect(second.locator(".answer-text")).to_contain_text("Rennes")
        expect(first.locator(".exchange")).to_have_count(1)
        expect(second.locator(".exchange")).to_have_count(1)
        ask(first, "boats?")
        expect(first.locator(".answer")).to_have_count(2)
        assert [turn.question for turn in engine.asked[-1][1]] == ["harbour?"]


def test_an_abstained_answer_looks_different_and_says_what_was_searched_for(open_page: OpenPage) -> None:
    nothing = answer_of("and now?", "The articles do not tell.", abstained=True, searched_for="the harbour now")
    with served(WordEngine(ARTICLES, {"and now?": nothing})) as url:
        page = open_page(url)
        ask(page, "and now?")
        expect(page.locator(".abstained-label")).to_have_text("Not found in the articles")
        expect(page.locator(".searched-for")).to_have_text("Searched for: the harbour now")


def test_the_page_speaks_french_to_a_french_browser(open_page: OpenPage) -> None:
    with served(WordEngine(ARTICLES)) as url:
        page = open_page(url, locale="fr-FR")
        expect(page.locator("h1")).to_have_text("Que voulez-vous savoir ?")
        expect(page.get_by_role("button", name="Envoyer")).to_be_visible()
        expect(page.locator("#question textarea")).to_have_attribute(
            "placeholder", "Posez une question sur les articles"
        )
        assert page.evaluate("[document.documentElement.lang, document.title]") == ["fr", "Assistant d’articles"]


def test_a_french_reader_meets_no_english(open_page: OpenPage) -> None:
    engine = WordEngine(ARTICLES)
    with served(engine) as url:
        page = open_page(url, locale="fr-FR")
        expect(page.locator(".limits")).to_contain_text("lisez la citation")
        expect(page.locator(".collection")).to_have_text("2 articles · anglais 1, français 1 · 11 avril 2025")
        engine.gate.clear()
        ask(page, "la gare ferme quand ?")
        expect(page.locator(".working")).to_have_text("Recherche dans 2 articles…")
        page.get_by_role("button", name="Arrêter").click()
        expect(page.locator(".stopped")).to_have_text("Arrêté. La question est restée sans réponse.")
        engine.gate.set()
        page.get_by_role("button", name="Réessayer").click()
        page.get_by_role("button", name="Citation 1 : Gare, 11 avril 2025").first.click()
        expect(page.locator(".reader mark")).to_have_text("La gare ferme en juin.")
        expect(page.locator(".reader-position")).to_have_text("Citation 1 sur 2")
        page.get_by_role("button", name="Fermer l’article").click()
        engine.error = IndexBusy("")
        ask(page, "et les trains ?")
        expect(page.locator(".failure")).to_contain_text("La question n’a pas pu recevoir de réponse.")
        page.get_by_role("button", name="Nouvelle conversation").click()
        engine.error = None
        ask(page, "x" * 2_001)
        expect(page.locator(".notice")).to_contain_text("Cette question compte 2 001 caractères")


def test_without_an_index_the_page_says_what_to_do(open_page: OpenPage) -> None:
    with served(None, "No index in '<i>x</i>'.") as url:
        page = open_page(url)
        expect(page.locator("code")).to_have_text("assistant index build FOLDER")
        expect(page.locator(".failure")).to_contain_text("No index in '<i>x</i>'.")
        expect(page.locator("#question")).not_to_be_visible()
        expect(page.locator("#drop-zone")).to_have_count(0)
        french = open_page(url, locale="fr-CA")
        expect(french.locator("code")).to_have_text("assistant index build DOSSIER")


@pytest.mark.parametrize(("scheme", "dark"), [("light", False), ("dark", True)])
def test_light_and_dark_follow_the_system(open_page: OpenPage, scheme: str, dark: bool) -> None:
    with served(WordEngine(ARTICLES)) as url:
        page = open_page(url, color_scheme=scheme)
        ask(page, "harbour?")
        expect(page.locator(".answer")).to_be_visible()
        colours = page.evaluate(
            "['body', '.answer-text'].map((name, at) => getComputedStyle(document.querySelector(name))"
            "[at ? 'color' : 'backgroundColor'].match(/\\d+/g).slice(0, 3).reduce((sum, part) => sum + +part, 0))"
        )
        background, ink = colours
        assert (background < ink) is dark
        assert abs(background - ink) > 400
