"""The answer's HTML: a button for every citation mark, its sources below, all text as text."""

import re
from dataclasses import replace

from assistant.web.answer import answer_html
from assistant.web.messages import negotiate
from index.types import Article
from tests.elements import Elements
from tests.fakes import answer_of, cite

ENGLISH = negotiate("en")
FRENCH_ARTICLE = Article(
    "a", "Berlin <b>livre</b>", "Berlin enverra quatre systèmes. [2] Puis rien.", "fr", "2025-04-11"
)
QUOTE = "Berlin enverra quatre systèmes."


def html_of(text: str, quote: str = QUOTE, **more: object) -> str:
    answer = answer_of("what?", text, [cite(FRENCH_ARTICLE, quote)], **more)  # type: ignore[arg-type]
    return answer_html(answer, "x1", ENGLISH)


def test_a_mark_is_a_button_that_says_what_it_cites() -> None:
    html = html_of(f"{QUOTE} [1]")
    label = "Citation 1: Berlin &lt;b&gt;livre&lt;/b&gt;, April 11, 2025"
    mark = re.search(r'<button type="button" class="citation-mark"[^>]*>1</button>', html)
    assert mark is not None
    assert f'aria-label="{label}"' in mark.group()
    assert 'data-exchange="x1" data-cite="1"' in mark.group()
    described = re.search(r'aria-describedby="([^"]+)"', mark.group())
    assert described is not None
    assert f'id="{described.group(1)}"' in html


def test_brackets_that_are_no_citation_stay_text() -> None:
    html = html_of("See [2] and [x] and [0001].")
    assert html.count('class="citation-mark"') == 1  # [0001] is number 1
    assert "See [2] and [x] and" in html


def test_brackets_inside_a_quote_are_the_articles_own() -> None:
    article = Article("a", "T", "It was so [1] they said.", "en")
    answer = answer_of("what?", "It was so [1] they said. [1]", [cite(article, article.text)])
    html = answer_html(answer, "x1", ENGLISH)
    assert html.count('class="citation-mark"') == 1
    assert '<span class="quoted">It was so [1] they said.</span>' in html


def test_a_quote_in_another_language_carries_it_and_a_note_says_so() -> None:
    html = html_of(f"{QUOTE} [1]")
    assert f'<span class="quoted" lang="fr" dir="auto">{QUOTE}</span>' in html
    assert '<span class="language-note">in French</span>' in html
    same = answer_html(answer_of("quoi ?", f"{QUOTE} [1]", [cite(FRENCH_ARTICLE, QUOTE)], language="fr"), "x", ENGLISH)
    assert "language-note" not in same


def test_what_was_searched_for_shows_only_when_it_differs_and_can_be_changed() -> None:
    assert "Searched for" not in html_of("x", searched_for=" what? ")
    html = html_of("x", searched_for='and "Berlin"?')
    assert "Searched for: and &quot;Berlin&quot;?" in html
    assert '<form data-search="x1">' in html
    assert 'value="and &quot;Berlin&quot;?"' in html


def test_notices_are_said_above_the_answer() -> None:
    answer = replace(answer_of("what?", "x"), notices=("The model <failed>.",))
    html = answer_html(answer, "x1", ENGLISH)
    assert '<p class="answer-notice" role="status">The model &lt;failed&gt;.</p>' in html
    assert html.index("answer-notice") < html.index("answer-text")


def test_an_abstained_answer_shows_its_passages_as_the_nearest_ones() -> None:
    html = html_of("The articles do not tell.", abstained=True)
    assert 'class="answer abstained"' in html
    assert "Not found in the articles" in html
    assert "Nearest passages" in html
    assert ">Sources<" not in html


def test_an_answer_full_of_html_shows_as_text() -> None:
    article = Article("a", "<script>alert(1)</script>", "<img src=x onerror=alert(1)> said.", "en")
    answer = answer_of("what?", f"</div><script>x</script> {article.text} [1]", [cite(article, article.text)])
    parsed = Elements(answer_html(answer, "x1", ENGLISH))
    assert not {"script", "img"} & set(parsed.tags)
    assert "</div><script>x</script> <img src=x onerror=alert(1)> said." in parsed.text


def test_a_quote_of_several_lines_is_found_on_one_line_too() -> None:
    article = Article("a", "T", "Une ligne [3]\net une autre.", "fr")
    answer = answer_of("what?", "It says: Une ligne [3] et une autre. [1]", [cite(article, article.text)])
    assert '<span class="quoted" lang="fr" dir="auto">Une ligne [3] et une autre.</span>' in answer_html(
        answer, "x1", ENGLISH
    )


def test_an_abstained_answer_does_not_repeat_its_passages_above_the_list() -> None:
    html = html_of(f"The articles do not tell.\n\n{QUOTE} [1]", abstained=True)
    assert html.count(QUOTE) == 1
    assert "The articles do not tell." in html
