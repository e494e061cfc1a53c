"""Whatever articles, questions and messages hold shows as text in a real browser: nothing runs, nothing is loaded, and
the page stays as it is."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

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
