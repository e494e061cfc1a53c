"""A statement that nothing supports, and a figure that no cited passage tells, are marked for eyes and for ears."""

from dataclasses import replace

from assistant.types import Answer, Statement
from assistant.web.answer import answer_html
from assistant.web.messages import negotiate
from index.types import Article
from tests.elements import Elements
from tests.fakes import answer_of, cite

ARTICLE = Article("a", "T", "Germany will send four systems.", "en")


def stated(text: str, *statements: Statement, language: str = "en") -> Answer:
    answer = answer_of("what?", text, [cite(ARTICLE, ARTICLE.text)], language=language)
    return replace(answer, statements=statements)


def test_an_unsupported_statement_carries_a_label_that_is_said_once() -> None:
    answer = stated("Buy gold. (not found in the articles)", Statement("Buy gold.", (), False))
    html = answer_html(answer, "x", negotiate("en"))
    assert (
        '<span class="unsupported">Buy gold. <span class="statement-note">Not found in the articles</span></span>'
        in html
    )
    assert Elements(html).text.lower().count("not found in the articles") == 1


def test_an_unverified_figure_is_underlined_with_a_reason_and_keeps_its_mark() -> None:
    text = "Germany will send 40 systems. [1] (not in the cited passages: 40)"
    answer = stated(text, Statement("Germany will send 40 systems.", (1,), True, ("40",)))
    html = answer_html(answer, "x", negotiate("fr"))
    assert '<span class="unverified" title="absent des passages cités">40<span class="visually-hidden">' in html
    assert html.count('class="citation-mark"') == 1
    assert "not in the cited passages" not in html


def test_only_whole_words_are_underlined() -> None:
    answer = stated("14 of 4 systems.", Statement("14 of 4 systems.", (), True, ("4",)))
    html = answer_html(answer, "x", negotiate("en"))
    assert "14 of <span" in html
    assert html.count('class="unverified"') == 1


def test_a_supported_statement_is_plain() -> None:
    answer = stated("Germany will send four systems. [1]", Statement("Germany will send four systems.", (1,), True))
    html = answer_html(answer, "x", negotiate("en"))
    assert "unsupported" not in html
    assert html.count('class="citation-mark"') == 1


def test_markup_in_a_statement_is_text() -> None:
    hostile = "<img src=x onerror=alert(1)> 7 <b>"
    answer = stated(hostile, Statement(hostile, (), False, ("7",)), Statement("<script>", (), False))
    assert not {"img", "script", "b"} & set(Elements(answer_html(answer, "x", negotiate("en"))).tags)


def test_a_statement_that_the_text_does_not_hold_changes_nothing() -> None:
    answer = stated("Something else. [1]", Statement("Gone.", (), False))
    assert "Something else." in Elements(answer_html(answer, "x", negotiate("en"))).text
