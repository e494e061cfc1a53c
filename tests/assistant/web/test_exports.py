"""What is copied or exported holds the answer with its citations, and text of articles stays text in it."""

import html
import json
import re
from dataclasses import replace

import pytest
from markdown_it import MarkdownIt

from assistant.types import Answer, Statement
from assistant.web.conversation import Exchange, Failure, Stopped
from assistant.web.exports import (
    answer_as_markdown,
    answer_as_text,
    conversation_as_json,
    conversation_as_markdown,
)
from assistant.web.messages import available
from index.types import Article
from tests.fakes import answer_of, cite

ENGLISH, FRENCH = available()["en"], available()["fr"]
QUAY = Article(
    "quai", "Un nouveau  quai", "Les travaux\ncoûtent 12 M.", "fr", "2024-03-02", url="https://kerlann.example/quai"
)
BARE = Article("notes/pont", "", "Le pont ferme.")
ANSWER = answer_of(
    "How much?",
    "“Les travaux coûtent 12 M.” [1]\n\n“Le pont ferme.” [2]",
    [cite(QUAY, QUAY.text, 1), cite(BARE, BARE.text, 2)],
)


def test_text_holds_each_source_with_all_that_identifies_it() -> None:
    assert answer_as_text(ANSWER, ENGLISH) == (
        "“Les travaux coûtent 12 M.” [1]\n\n“Le pont ferme.” [2]\n\nSources:\n\n"
        "[1] Un nouveau quai, March 2, 2024\n    Les travaux coûtent 12 M.\n    https://kerlann.example/quai\n\n"
        "[2] notes/pont\n    Le pont ferme.\n"
    )


def test_an_answer_without_sources_is_its_text() -> None:
    assert answer_as_text(answer_of("q", "Nothing. "), ENGLISH) == "Nothing.\n"
    assert answer_as_markdown(answer_of("q", "Nothing. "), ENGLISH) == "Nothing.\n"


def test_markdown_links_the_sources_and_keeps_the_numbers() -> None:
    assert answer_as_markdown(ANSWER, FRENCH) == (
        "“Les travaux coûtent 12 M.” \\[1\\]\n\n“Le pont ferme.” \\[2\\]\n\n## Sources\n\n"
        "1. [Un nouveau quai](<https://kerlann.example/quai>), 2 mars 2024\n   > Les travaux coûtent 12 M.\n"
        "2. notes/pont\n   > Le pont ferme.\n"
    )


def test_passages_that_do_not_answer_are_called_nearest() -> None:
    assert "\nNearest passages:\n" in answer_as_text(replace(ANSWER, abstained=True), ENGLISH)


HOSTILE = [
    "<img src=x onerror=alert(1)> & &lt; &amp;copy;",
    "[a](http://192.0.2.1) ![b](http://192.0.2.1/c.png) <http://192.0.2.1>",
    "# no heading\n## none\n- no list\n+ none\n1. none\n2) none\n> no quote\n    no code\n\tnone\n---\n===\n***",
    "`code` *emphasis* __strong__ ~~struck~~ | table | $x$ \\ backslash \\* [1] [7]",
    "```\nfence\n```\n~~~\nfence",
]


def shown(markdown: str) -> str:
    """The text that a reader sees, on one line."""
    return " ".join(
        html.unescape(re.sub(r"<[^>]*>", " ", MarkdownIt("gfm-like", {"linkify": False}).render(markdown))).split()
    )


@pytest.mark.parametrize("text", HOSTILE)
def test_markdown_shows_hostile_text_as_text(text: str) -> None:
    article = Article("a", text, text, url='https://example.org/a(b)<c>"d"')
    answer = answer_of(text, text, [cite(article, text)])
    rendered = MarkdownIt("gfm-like", {"linkify": False}).render(answer_as_markdown(answer, ENGLISH))
    assert set(re.findall(r"<(\w+)", rendered)) <= {"p", "h2", "ol", "li", "a", "blockquote", "br"}
    assert re.findall(r'href="([^"]*)"', rendered) in ([], ["https://example.org/a(b)%3Cc%3E%22d%22"])
    flat = " ".join(text.split())
    assert shown(answer_as_markdown(answer, ENGLISH)).count(flat) == 3


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "https://", "//example.org", "a b"])
def test_only_web_addresses_become_links(url: str) -> None:
    answer = answer_of("q", "t", [cite(replace(QUAY, url=url), "Les")])
    assert "](" not in answer_as_markdown(answer, ENGLISH)


CONVERSATION = (
    Exchange("a", "How *much*?", ANSWER),
    Exchange("b", "And then?", Failure("The index is damaged.")),
    Exchange("c", "Well?", Stopped("half an answer")),
    Exchange("d", "Nothing?", answer_of("Nothing?", "No.")),
)


def test_a_conversation_in_markdown_holds_its_answers_in_order() -> None:
    text = conversation_as_markdown(CONVERSATION, ENGLISH)
    assert [line for line in text.splitlines() if line.startswith("#")] == [
        "# Article assistant",
        "## How \\*much\\*?",
        "### Sources",
        "## Nothing?",
    ]
    assert "half an answer" not in text


def test_a_conversation_in_json_holds_every_question_and_whole_answers() -> None:
    record = json.loads(conversation_as_json(CONVERSATION))
    assert [(each["question"], each["answered"]) for each in record["conversation"]] == [
        ("How *much*?", True),
        ("And then?", False),
        ("Well?", False),
        ("Nothing?", True),
    ]
    first = record["conversation"][0]["answer"]
    assert [citation["quote"] for citation in first["citations"]] == ["Les travaux\ncoûtent 12 M.", "Le pont ferme."]
    assert first["index_generation"] == 1


def test_statements_of_a_language_model_are_exported_with_what_is_said_of_them() -> None:
    answer: Answer = replace(
        ANSWER,
        text="It costs 12 M. [1] It flies. (Not found in the articles.)",
        statements=(Statement("It costs 12 M.", (1,), True), Statement("It flies.", (), False)),
    )
    assert answer_as_markdown(answer, ENGLISH).startswith(
        "It costs 12 M. \\[1\\] It flies. (Not found in the articles.)"
    )
