"""Whatever articles, questions and messages hold shows as text in a real browser: nothing runs, nothing is loaded, and
the page stays as it is."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from assistant.answering import Assistant
from assistant.calibration import load_calibration
from assistant.settings import load_settings
from assistant.wiring import open_writer
from index.embedders.static import StaticEmbedder
from index.local_index import LocalIndex
from index.types import Article
from tests.browser.conftest import ask, served
from tests.fakes import WordEngine, answer_of, cite

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Page]

ATTACKS = [
    "<script>window.pwned = 1</script>",
    "<img src=x onerror='window.pwned = 1'>",
    "<img src='http://192.0.2.1/leak.png'>",
    "<a href='javascript:window.pwned = 1'>click</a>",
    "</div></aside><h1>Owned</h1><style>* { display: none }</style>",
    "<iframe srcdoc='<script>parent.pwned = 1</script>'></iframe>",
    "${window.pwned = 1} {{window.pwned}} {{#each value}} `${alert(1)}`",
    "![](http://192.0.2.1/leak.png) [x](javascript:alert(1)) **bold** `code`",
    "$$\\frac{1}{2}$$ $x^2$ \\(y\\)",
    '&lt;b&gt; &amp; &#60;script&#62; " onmouseover="window.pwned = 1',
    "\u202eright to left override \u2067 never ended",
    "@children ${value} {{{value}}}",
]
TEXT = "\n\n".join(ATTACKS)
ARTICLE = Article(
    "x' onclick=\"window.pwned = 1", ("<b>Title</b> \u202e" + "W" * 490)[:500], TEXT, "en", "<u>never</u>"
)
ARTICLE_LINKED = Article("j", "Linked", "Plain text.", "en", url="javascript:window.pwned=1")


def page_is_unharmed(page: Page) -> None:
    assert page.evaluate("window.pwned") is None
    assert (
        page.locator("#page img, #page script, #page iframe, #page style, #page a, .reader img, .reader a").count() == 0
    )
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_an_article_full_of_markup_shows_as_text_everywhere(open_page: OpenPage) -> None:
    answer = answer_of("what?", f"{TEXT} [1]", [cite(ARTICLE, TEXT)], searched_for=TEXT)
    with served(WordEngine([ARTICLE], {"what?": answer})) as url:
        page = open_page(url)
        ask(page, "what?")
        expect(page.locator(".answer")).to_be_visible()
        assert page.locator(".answer-text .quoted").text_content() == TEXT
        assert page.locator(".source-title").text_content() == ARTICLE.title
        assert page.locator(".source-quote").first.text_content() == TEXT
        page_is_unharmed(page)
        page.locator(".citation-mark").focus()
        expect(page.locator("#quote-card")).to_contain_text("<b>Title</b>")
        page.click(".source >> nth=0")
        expect(page.locator(".reader mark").first).to_be_visible()
        assert "".join(page.locator(".reader mark").all_text_contents()) == TEXT
        assert page.locator(".reader h2").text_content() == ARTICLE.title
        page_is_unharmed(page)


RIGHT_TO_LEFT = "الميناء الجديد يفتح في مايو، وتكلفته اثنا عشر مليون يورو. הנמל החדש ייפתח במאי."
NEEDLE = "The needle <script>window.pwned = 1</script> costs ‮12 million‬ euros in Port Kembla."
EVERYTHING = Article(
    "all<b>",
    ("<h1>Owned</h1>‮\"'><svg onload='window.pwned = 1'> " + "W" * 500)[:500],
    "\n\n".join([f"{TEXT}\n\n{RIGHT_TO_LEFT}"] * 1_500 + [NEEDLE] + [f"{RIGHT_TO_LEFT}\n\n{TEXT}"] * 1_500),
    "ar",
    "<i>now</i>",
    "<b>author</b>",
    "javascript:window.pwned = 1",
)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """A real index of the article with everything in it, with the small model: what it answers does not matter here."""
    assert len(EVERYTHING.text) > 2_000_000
    assert len(EVERYTHING.title) == 500
    settings = load_settings(index=tmp_path_factory.mktemp("hostile"), embedder="fast")
    with open_writer(settings) as writer:
        list(writer.add([EVERYTHING]))
    small = StaticEmbedder()
    return Assistant(LocalIndex.open(settings.beside_index, small), small, small, load_calibration())


@pytest.mark.parametrize("wide", [True, False], ids=["wide", "phone"])
def test_two_megabytes_of_everything_at_once_stay_text_in_a_page_that_stays_right(
    hostile: Assistant, open_page: OpenPage, wide: bool
) -> None:
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    with served(hostile) as url:
        page = open_page(url, **({} if wide else phone))
        page_is_unharmed(page)
        ask(page, "what does the needle in Port Kembla cost?")
        expect(page.locator(".answer")).to_be_visible()
        page_is_unharmed(page)
        found = page.locator(".source", has_text="The needle")
        assert found.locator(".source-title").first.text_content() == EVERYTHING.title
        found.first.click()
        expect(page.locator(".reader mark").first).to_be_visible()
        quote = "".join(page.locator(".reader mark").all_text_contents())
        assert quote in EVERYTHING.text
        assert "The needle" in quote
        assert page.locator(".reader h2").text_content() == EVERYTHING.title
        expect(page.locator(".reader-details")).to_contain_text("<b>author</b>")
        expect(page.locator(".reader-details a")).to_have_count(0)
        shown = page.locator(".reader-text").text_content() or ""
        assert 10_000 < len(shown) < 100_000  # not the two megabytes
        at = page.evaluate(
            "() => { const text = document.querySelector('.reader-text').getBoundingClientRect();"
            " const mark = document.querySelector('.reader mark').getBoundingClientRect();"
            " return [mark.top - text.top, text.bottom - mark.bottom, text.height]; }"
        )
        assert at[0] >= 0
        assert at[1] >= 0
        assert at[2] > 300  # the title leaves room for the text
        page_is_unharmed(page)


def test_right_to_left_text_reads_from_the_right_and_turns_nothing_around_it(open_page: OpenPage) -> None:
    article = Article("r", f"الميناء {ATTACKS[0]}", RIGHT_TO_LEFT, "ar", "2025-04-11")
    answer = answer_of("what?", f"“{RIGHT_TO_LEFT}” [1]\n\nIt says 12 (twelve).", [cite(article, RIGHT_TO_LEFT)])
    with served(WordEngine([article], {"what?": answer})) as url:
        page = open_page(url)
        ask(page, "what?")
        expect(page.locator(".quoted")).to_have_attribute("lang", "ar")
        direction = "part => getComputedStyle(part).direction"
        assert page.locator(".quoted").evaluate(direction) == "rtl"
        assert page.locator(".source-quote").evaluate(direction) == "rtl"
        assert page.locator(".source-details").evaluate(direction) == "ltr"
        page.locator(".citation-mark").click()
        expect(page.locator(".reader mark")).to_have_text(RIGHT_TO_LEFT)
        assert page.locator(".reader-text").evaluate(direction) == "rtl"
        assert page.locator(".reader h2").evaluate(direction) == "rtl"
        assert page.locator(".reader-bar").evaluate(direction) == "ltr"
        page_is_unharmed(page)


def test_a_question_full_of_markup_shows_as_text(open_page: OpenPage) -> None:
    with served(WordEngine([ARTICLE_LINKED])) as url:
        page = open_page(url)
        for number, attack in enumerate(ATTACKS, start=1):
            ask(page, attack)
            expect(page.locator(".answer")).to_have_count(number)
            assert page.locator(".question-text").last.text_content() == attack
            page_is_unharmed(page)


def test_what_a_model_writes_shows_as_text_while_it_is_written_and_when_it_was_stopped(open_page: OpenPage) -> None:
    engine = WordEngine([ARTICLE_LINKED])
    engine.pieces = [f"{attack}\n\n" for attack in ATTACKS]
    engine.gate.clear()
    with served(engine) as url:
        page = open_page(url)
        ask(page, "plain text?")
        expect(page.locator("#progress .written")).to_contain_text(ATTACKS[-1])
        assert page.locator("#progress .written").text_content() == TEXT
        assert page.locator("#progress :is(img, script, iframe, style, a)").count() == 0
        page_is_unharmed(page)
        page.get_by_role("button", name="Stop").click()
        expect(page.locator(".stopped")).to_be_visible()
        assert page.locator("#page .written").text_content() == TEXT
        page_is_unharmed(page)


def test_only_web_addresses_are_linked(open_page: OpenPage) -> None:
    with served(WordEngine([ARTICLE_LINKED])) as url:
        page = open_page(url)
        ask(page, "plain text?")
        page.click(".citation-mark >> nth=0")
        expect(page.locator(".reader mark")).to_have_text("Plain text.")
        page_is_unharmed(page)


def test_override_characters_do_not_turn_the_words_beside_them(open_page: OpenPage) -> None:
    article = Article("o", "T", "before \u202e abc after", "en")
    answer = answer_of("what?", f"{article.text} [1] tail", [cite(article, article.text)])
    with served(WordEngine([article], {"what?": answer})) as url:
        page = open_page(url)
        ask(page, "what?")
        expect(page.locator(".answer")).to_be_visible()
        order = page.evaluate(
            "() => { const node = document.querySelector('.answer-text .quoted').lastChild;"
            " const left = at => { const range = document.createRange(); range.setStart(node, at);"
            " range.setEnd(node, at + 1); return range.getBoundingClientRect().left; };"
            " return [left(node.data.indexOf('a')), left(node.data.indexOf('c'))]; }"
        )
        assert order[0] < order[1]
