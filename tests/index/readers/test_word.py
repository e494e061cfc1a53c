"""Word documents: paragraphs and tables in order."""

from __future__ import annotations

import datetime
import io
import zipfile
from typing import TYPE_CHECKING

import docx
import pytest

from index.readers import ReadLimits

if TYPE_CHECKING:
    from tests.index.readers.conftest import Shelf


def make_docx(author: str = "A. Un", title: str = "") -> bytes:
    document = docx.Document()
    document.core_properties.author = author
    document.core_properties.title = title
    document.core_properties.created = datetime.datetime(2025, 4, 11, 12, tzinfo=datetime.UTC)
    document.add_paragraph("Dépêche interne")
    document.add_heading("Quatre systèmes", level=1)
    document.add_paragraph("Le ministre a parlé vendredi.")
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip(table._cells, ["Pays", "Aide", "Allemagne", "quatre systèmes"], strict=True):
        cell.text = text
    document.add_paragraph("La réunion est finie.")
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def test_paragraphs_and_tables_are_read_in_order(shelf: Shelf) -> None:
    article = shelf.article(shelf.write("a.docx", make_docx()))
    assert article.text == (
        "Dépêche interne\n\nQuatre systèmes\n\nLe ministre a parlé vendredi.\n\n"
        "Pays | Aide\nAllemagne | quatre systèmes\n\nLa réunion est finie."
    )
    assert article.title == "Quatre systèmes"
    assert article.author == "A. Un"
    assert article.date == "2025-04-11"
    assert article.language == "fr"


def test_the_title_of_the_properties_comes_first(shelf: Shelf) -> None:
    assert shelf.article(shelf.write("a.docx", make_docx(title="Le titre"))).title == "Le titre"


def test_the_properties_of_a_template_are_not_taken(shelf: Shelf) -> None:
    article = shelf.article(shelf.write("a.docx", make_docx(author="python-docx", title="Word Document")))
    assert (article.title, article.author, article.date) == ("Quatre systèmes", None, None)


def test_a_merged_cell_is_there_once(shelf: Shelf) -> None:
    document = docx.Document()
    table = document.add_table(rows=1, cols=2)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "Une seule fois"
    file = io.BytesIO()
    document.save(file)
    assert shelf.article(shelf.write("a.docx", file.getvalue())).text == "Une seule fois"


@pytest.mark.parametrize("content", [b"PK\x03\x04 cut off", b"nothing", make_docx()[:3_000]])
def test_a_broken_file_is_a_problem(shelf: Shelf, content: bytes) -> None:
    assert "broken" in shelf.problem(shelf.write("a.docx", content)).what


def test_another_archive_is_a_problem(shelf: Shelf) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a.txt", "text")
    assert "no Word document" in shelf.problem(shelf.write("a.docx", file.getvalue())).what


def test_a_protected_or_old_document_is_told_to_be_saved_again(shelf: Shelf) -> None:
    problem = shelf.problem(shelf.write("a.docx", bytes.fromhex("d0cf11e0a1b11ae1") + bytes(1_000)))
    assert "password" in problem.what


def test_a_document_without_text_is_a_problem(shelf: Shelf) -> None:
    file = io.BytesIO()
    docx.Document().save(file)
    assert "no text" in shelf.problem(shelf.write("a.docx", file.getvalue())).what


def test_an_archive_that_unpacks_beyond_the_limit_is_not_unpacked(shelf: Shelf) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", bytes(3_000_000))
    path = shelf.write("a.docx", file.getvalue())
    assert path.stat().st_size < 10_000
    assert "limit" in shelf.problem(path, limits=ReadLimits(max_document_bytes=1_000_000)).what
