"""Web pages: the article without its surroundings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.index.readers.conftest import Shelf

PAGE = """<!DOCTYPE html><html lang="fr-FR"><head><meta charset="{charset}">
<title>Quatre systèmes pour Kiev | Le Journal</title>
<meta property="og:title" content="Quatre systèmes pour Kiev"><meta name="author" content="Service étranger">
{date}<link rel="canonical" href="https://example.org/a/1"></head><body>
<nav><ul><li><a href="/">Accueil</a></li><li><a href="/sport">Sport</a></li></ul></nav>
<aside><a href="/jeu">Grand jeu de l'été</a></aside>
<article>{heading}<p>Le ministre a annoncé vendredi une livraison de quatre systèmes de défense aérienne, destinés à
protéger les grandes villes.</p><p>La livraison doit commencer avant la fin de l'année, selon le ministère, qui n'a pas
donné plus de détails.</p><h2>Et après</h2><p>Un lecteur écrit : &lt;script&gt;alert(1)&lt;/script&gt;.</p></article>
<script>var secret = "tracking";</script>
<footer>Copyright 2019 Le Journal - Mentions légales</footer></body></html>"""
HEADING = "<h1>Quatre systèmes pour Kiev</h1>"
DATE = '<meta property="article:published_time" content="2025-04-11T18:00:00+02:00">'


def page(charset: str = "utf-8", heading: str = HEADING, date: str = DATE) -> bytes:
    return PAGE.format(charset=charset, heading=heading, date=date).encode(charset)


def test_menus_go_and_title_date_author_address_and_language_stay(shelf: Shelf) -> None:
    article = shelf.article(shelf.write("a.html", page()))
    assert article.title == "Quatre systèmes pour Kiev"
    assert article.date == "2025-04-11"
    assert article.author == "Service étranger"
    assert article.url == "https://example.org/a/1"
    assert article.language == "fr"
    assert "quatre systèmes de défense aérienne" in article.text
    assert "<script>alert(1)</script>" in article.text
    for gone in ("Accueil", "Sport", "Grand jeu", "tracking", "Mentions légales"):
        assert gone not in article.text


def test_text_starts_with_the_title_once(shelf: Shelf) -> None:
    with_heading = shelf.article(shelf.write("a.html", page())).text
    assert with_heading.startswith("Quatre systèmes pour Kiev\n")
    assert with_heading.count("Quatre systèmes pour Kiev") == 1
    without = shelf.article(shelf.write("b.htm", page(heading=""))).text
    assert without.startswith("Quatre systèmes pour Kiev\n\nLe ministre a annoncé")


def test_the_year_in_the_footer_is_not_taken_for_the_date(shelf: Shelf) -> None:
    assert shelf.article(shelf.write("a.html", page(date=""))).date is None


@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-1", "windows-1252", "iso-8859-15"])
def test_the_declared_encoding_is_believed(shelf: Shelf, charset: str) -> None:
    article = shelf.article(shelf.write("a.html", page(charset)))
    assert "quatre systèmes de défense aérienne" in article.text
    assert article.author == "Service étranger"


def test_a_wrong_declaration_does_not_break_utf_8(shelf: Shelf) -> None:
    content = page().replace(b'charset="utf-8"', b'charset="iso-8859-1"')
    assert "défense aérienne" in shelf.article(shelf.write("a.html", content)).text


def test_a_fragment_is_read(shelf: Shelf) -> None:
    assert shelf.article(shelf.write("a.html", "<p>Bonjour à tous.</p>")).text == "Bonjour à tous."


def test_xhtml_with_an_xml_declaration_is_read(shelf: Shelf) -> None:
    content = b'<?xml version="1.0" encoding="iso-8859-1"?>\n' + page("iso-8859-1")
    assert "défense aérienne" in shelf.article(shelf.write("a.xhtml", content)).text


@pytest.mark.parametrize("content", ["<html><body><script>load()</script></body></html>", "<html></html>"])
def test_a_page_without_article_is_a_problem(shelf: Shelf, content: str) -> None:
    assert "No article text" in shelf.problem(shelf.write("a.html", content)).what
