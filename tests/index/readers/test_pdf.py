"""PDF: the text of the pages, and clear words where there is none."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from pypdf import PageObject, PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.index.readers.conftest import Shelf


def make_pdf(pages: list[str], properties: Mapping[str, str] | None = None, password: str | None = None) -> bytes:
    """A PDF with one line of text on each page; an empty text makes a page without a text layer."""
    writer = PdfWriter()
    for text in pages:
        page = writer.add_blank_page(300, 200)
        if text:
            _put_text(writer, page, text)
    if properties:
        writer.add_metadata(dict(properties))
    if password is not None:
        writer.encrypt(password, owner_password="owner", algorithm="RC4-128")
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def _put_text(writer: PdfWriter, page: PageObject, text: str) -> None:
    font = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
            NameObject("/Encoding"): NameObject("/WinAnsiEncoding"),
        }
    )
    fonts = DictionaryObject({NameObject("/F1"): font})
    page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
    content = DecodedStreamObject()
    content.set_data(b"BT /F1 12 Tf 20 100 Td (" + text.encode("cp1252") + b") Tj ET")
    page[NameObject("/Contents")] = writer._add_object(content)


def test_pages_are_joined_by_an_empty_line(shelf: Shelf) -> None:
    article = shelf.article(shelf.write("a.pdf", make_pdf(["Le ministre a parlé.", "", "La réunion est finie."])))
    assert article.text == "Le ministre a parlé.\n\nLa réunion est finie."
    assert article.title == "Le ministre a parlé."
    assert article.language == "fr"
    assert article.date is None


def test_sane_properties_give_title_author_and_date(shelf: Shelf) -> None:
    properties = {"/Title": "Quatre systèmes", "/Author": "A. Un", "/CreationDate": "D:20250411180000+02'00'"}
    article = shelf.article(shelf.write("a.pdf", make_pdf(["Le texte."], properties)))
    assert (article.title, article.author, article.date) == ("Quatre systèmes", "A. Un", "2025-04-11")


@pytest.mark.parametrize("title", ["Microsoft Word - final2.doc", "untitled", "scan.pdf", "x"])
def test_insane_properties_are_not_taken(shelf: Shelf, title: str) -> None:
    properties = {"/Title": title, "/CreationDate": "D:19700101000000"}
    article = shelf.article(shelf.write("a.pdf", make_pdf(["Le texte."], properties)))
    assert (article.title, article.date) == ("Le texte.", None)


def test_a_scan_is_told_to_be_recognised_first(shelf: Shelf) -> None:
    problem = shelf.problem(shelf.write("a.pdf", make_pdf(["", ""])))
    assert "scan" in problem.what
    assert "ocrmypdf" in problem.next_step


def test_an_encrypted_file_needs_a_copy_without_password(shelf: Shelf) -> None:
    problem = shelf.problem(shelf.write("a.pdf", make_pdf(["Secret."], password="secret")))
    assert "password" in problem.what


def test_a_file_that_only_restricts_printing_is_read(shelf: Shelf) -> None:
    assert shelf.article(shelf.write("a.pdf", make_pdf(["Open."], password=""))).text == "Open."


@pytest.mark.parametrize("content", [b"%PDF-1.7\nnothing that follows", b"no pdf at all", b"%PDF-1.4\n" + bytes(500)])
def test_a_broken_file_is_a_problem(shelf: Shelf, content: bytes) -> None:
    assert "broken" in shelf.problem(shelf.write("a.pdf", content)).what


def test_a_truncated_file_is_read_or_a_problem_but_never_an_error(shelf: Shelf) -> None:
    whole = make_pdf(["Un.", "Deux."])
    for size in range(20, len(whole), 97):
        path = shelf.write("a.pdf", whole[:size])
        articles, problems = shelf.read(path)
        assert articles or problems


def test_one_page_that_cannot_be_parsed_does_not_cost_the_others(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    extract = PageObject.extract_text

    def extract_or_fail(page: PageObject) -> str:
        text = str(extract(page))
        if "two" in text:
            raise ZeroDivisionError("bad font matrix")
        return text

    monkeypatch.setattr(PageObject, "extract_text", extract_or_fail)
    articles, problems = shelf.read(shelf.write("a.pdf", make_pdf(["Page one.", "Page two.", "Page three."])))
    assert [a.text for a in articles] == ["Page one.\n\nPage three."]
    assert problems[0].where.endswith("a.pdf, page 2")
    assert "bad font matrix" in problems[0].what
