"""Tables: one article in each row."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import pytest

from index.readers import ReadLimits

if TYPE_CHECKING:
    from tests.index.readers.conftest import Shelf


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_the_one_under_which_the_columns_are_known(shelf: Shelf, delimiter: str) -> None:
    rows = [
        ["Id", "Title", "Content", "Date"],
        ["7", "Quatre systèmes", '"Un, deux; trois | et ""quatre""\nlignes"', "11/04/2025"],
    ]
    path = shelf.write("a.csv", "\r\n".join(delimiter.join(row) for row in rows) + "\r\n")
    article = shelf.article(path)
    assert article.id == "7"
    assert article.title == "Quatre systèmes"
    assert article.text == 'Un, deux; trois | et "quatre"\nlignes'
    assert article.date is None, "11/04/2025 is April in Europe and November in America"


def test_problem_rows_are_named_by_line_and_the_others_are_read(shelf: Shelf) -> None:
    path = shelf.write("a.csv", 'id,text\na,"two\nlines"\nb,one,too many\nc\nd,Fine.\n')
    articles, problems = shelf.read(path)
    assert [(a.id, a.text) for a in articles] == [("a", "two\nlines"), ("d", "Fine.")]
    assert [p.where for p in problems] == [f"{path}, line 4", f"{path}, line 5"]
    assert "3 columns, the header 2" in problems[0].what


def test_a_missing_id_is_the_file_and_the_line(shelf: Shelf) -> None:
    articles, _ = shelf.read(shelf.write("a.csv", "text\nUn.\nDeux.\n"))
    assert [a.id for a in articles] == ["a.csv#2", "a.csv#3"]


def test_a_table_without_the_text_column_says_what_it_has(shelf: Shelf) -> None:
    problem = shelf.problem(shelf.write("a.csv", "name,price\nx,1\n"))
    assert "name, price" in problem.what
    assert "text" in problem.next_step


def test_a_field_above_the_default_limit_of_the_csv_module_is_read(shelf: Shelf) -> None:
    text = "Un mot. " * 30_000
    articles, problems = shelf.read(shelf.write("a.csv", f'id,text\na,"{text}"\nb,Court.\n'))
    assert problems == []
    assert [len(a.text) for a in articles] == [240_000, 6]


@pytest.mark.parametrize("text", ["Une ligne.\n" * 500, "Une ligne sans fin. " * 500, 'Dit: ""oui"".\n' * 500])
def test_a_field_above_the_limit_is_named_and_the_other_rows_are_read(shelf: Shelf, text: str) -> None:
    path = shelf.write("a.csv", f'id,text\na,Avant.\nb,"{text}"\nc,Après.\n')
    before = csv.field_size_limit()
    articles, problems = shelf.read(path, limits=ReadLimits(max_bytes=1_000))
    assert [a.id for a in articles] == ["a", "c"]
    assert [p.where for p in problems] == [f"{path}, line 3"]
    assert "limit" in problems[0].what
    assert csv.field_size_limit() == before


def test_a_quotation_mark_that_is_never_closed_is_named(shelf: Shelf) -> None:
    path = shelf.write("a.csv", 'id,text\na,Avant.\nb,"open\n' + "c,Texte.\n" * 500)
    articles, problems = shelf.read(path, limits=ReadLimits(max_bytes=1_000))
    assert [a.id for a in articles] == ["a"]
    assert [p.where for p in problems] == [f"{path}, line 3"]
    assert "quotation mark" in problems[0].next_step


def test_an_empty_table_is_a_problem(shelf: Shelf) -> None:
    assert "no text" in shelf.problem(shelf.write("a.csv", "")).what
