"""What became of the articles is written down with each change, and only what was committed."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from index import article_changes
from index.article_changes import read_changes
from index.errors import IndexMissing
from index.writer import IndexWriter
from tests.index.conftest import BAKERY, HARBOUR, PLEDGE, write


def kinds(folder: Path, since: int = 0) -> list[tuple[str, str, str]]:
    return [(each.kind, each.article, each.title) for each in read_changes(folder, since)]


def test_each_change_is_listed_the_newest_first(folder: Path) -> None:
    write(folder, [HARBOUR, replace(BAKERY, title="Another title")])
    with IndexWriter.open(folder, None) as writer:
        writer.remove(["engagement", "unknown"])
    assert kinds(folder) == [
        ("removed", "engagement", "Un engagement"),
        ("replaced", "bakery", "Another title"),
        ("added", "bakery", "A bakery"),
        ("added", "engagement", "Un engagement"),
        ("added", "harbour", "The harbour"),
    ]


def test_changes_since_a_generation_are_those_after_it(folder: Path) -> None:
    first = read_changes(folder)[0].generation
    write(folder, [replace(PLEDGE, text="Un autre texte.")])
    assert kinds(folder, since=first) == [("replaced", "engagement", "Un engagement")]
    assert read_changes(folder)[0].generation > first
    assert len(read_changes(folder, limit=2)) == 2


def test_a_change_that_was_undone_is_not_listed(folder: Path) -> None:
    before = kinds(folder)
    wrong: Any = ("removed", None, "")
    with IndexWriter.open(folder, None) as writer, pytest.raises(sqlite3.Error), writer._change() as generation:
        article_changes.record(writer.connection, generation, [("removed", "harbour", ""), wrong])
    assert kinds(folder) == before


def test_an_index_of_before_lists_nothing_until_it_is_changed(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "index.sqlite")) as connection:
        connection.execute("DROP TABLE article_changes")
    assert kinds(folder) == []
    write(folder, [replace(HARBOUR, title="New")])
    assert kinds(folder) == [("replaced", "harbour", "New")]


def test_only_so_many_are_kept(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(article_changes, "KEPT", 2)
    write(folder, [replace(HARBOUR, title="New")])
    assert kinds(folder) == [("replaced", "harbour", "New"), ("added", "bakery", "A bakery")]


def test_without_an_index_there_is_nothing_to_list(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing):
        read_changes(tmp_path)
