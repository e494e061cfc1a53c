"""Markdown: front matter is taken off, the body stays as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.index.readers.conftest import Shelf


def test_front_matter_gives_everything_and_the_body_stays_verbatim(shelf: Shelf) -> None:
    body = "# Une *autre* chose\n\n- un  point\n\n> cité\n"
    article = shelf.article(
        shelf.write(
            "a.md",
            "---\nid: depeche-7\ntitle: Quatre systèmes\ndate: 2025-04-11\nlang: fr-FR\n"
            "author: [A. Un, B. Deux]\nlink: https://example.org/7\ngroups: [redaction, direction]\n---\n\n" + body,
        )
    )
    assert article.text == body
    assert article.id == "depeche-7"
    assert article.title == "Quatre systèmes"
    assert article.date == "2025-04-11"
    assert article.language == "fr"
    assert article.author == "A. Un, B. Deux"
    assert article.url == "https://example.org/7"
    assert article.groups == ("redaction", "direction")


def test_title_without_front_matter_is_the_first_heading_of_either_form(shelf: Shelf) -> None:
    hashes = shelf.article(shelf.write("a.md", "Intro line.\n\n```\n# no heading\n```\n\n## The heading ##\n\nText."))
    assert hashes.title == "The heading"
    underlined = shelf.article(shelf.write("b.md", "The heading\n===========\n\nText.\n\n# Later\n"))
    assert underlined.title == "The heading"
    none = shelf.article(shelf.write("c.md", "Only a line | Section\n\nText."))
    assert none.title == "Only a line"


def test_toml_front_matter_is_read(shelf: Shelf) -> None:
    article = shelf.article(shelf.write("a.md", '+++\ntitle = "Vier Systeme"\ndate = 2025-04-11\n+++\nDer Text.\n'))
    assert (article.title, article.date, article.text) == ("Vier Systeme", "2025-04-11", "Der Text.\n")


def test_a_rule_at_the_top_is_no_front_matter(shelf: Shelf) -> None:
    content = "---\n\nJust some words between two rules\n\n---\n\nAnd more.\n"
    assert shelf.article(shelf.write("a.md", content)).text == content


def test_malformed_front_matter_is_a_problem_because_it_may_hold_access_groups(shelf: Shelf) -> None:
    problem = shelf.problem(shelf.write("a.md", "---\ntitle: [open\ngroups: secret\n---\nText."))
    assert "front matter" in problem.what


def test_groups_that_are_no_list_of_names_refuse_the_article(shelf: Shelf) -> None:
    problem = shelf.problem(shelf.write("a.md", "---\ngroups: {a: 1}\n---\nText."))
    assert "groups" in problem.what


def test_front_matter_without_body_is_empty(shelf: Shelf) -> None:
    assert "no text" in shelf.problem(shelf.write("a.md", "---\ntitle: Only that\n---\n")).what
