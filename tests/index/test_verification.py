"""Each kind of fault is found; a sound index has none."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from index.errors import IndexMissing
from index.verification import verify
from index.writer import IndexWriter
from tests.index.conftest import BAKERY, HARBOUR, write


def _harm(folder: Path, statement: str) -> list[str]:
    with closing(sqlite3.connect(folder / "index.sqlite")) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute(statement)
        connection.commit()
    return [str(fault) for fault in verify(folder)]


def test_a_sound_index_has_no_fault_at_any_time(folder: Path) -> None:
    """With and without a vector file for what was added last, and after removals."""
    seen: list[tuple[int, int | None]] = []
    assert verify(folder, lambda *each: seen.append(each)) == []
    assert seen == [(1, 3), (2, 3), (3, 3)]
    with IndexWriter.open(folder, None) as writer:
        writer.remove(["harbour"])
        assert verify(folder) == []
    write(folder, [HARBOUR])
    assert verify(folder) == []


@pytest.mark.parametrize(
    ("statement", "words", "mended_by"),
    [
        ("UPDATE articles SET title = 'Other' WHERE id = 'bakery'", "'bakery' is not what was stored", "build"),
        ("UPDATE passages SET end = 10000 WHERE key = 1", "'harbour' lies outside its text (0:10000)", "build"),
        ("DELETE FROM passages WHERE key = 1", "'harbour' has text and no passages", "build"),
        ("DELETE FROM articles WHERE id = 'harbour'", "articles that it does not hold", "build"),
        ("DELETE FROM vectors WHERE passage = 2", "no vector", "build"),
        ("UPDATE vectors SET vector = x'0000' WHERE passage = 2", "1 vectors do not have 64 dimensions", "build"),
        (
            "UPDATE vectors SET vector = (SELECT vector FROM vectors WHERE passage = 1)",
            "not those of the database",
            "repair",
        ),
        ("UPDATE languages SET passages = 77 WHERE language = 'fr'", "numbers of articles and passages", "build"),
        ("INSERT INTO passage_terms (rowid, terms) VALUES (9, 'ghost')", "words of the lexical index", "repair"),
        ("INSERT INTO removed_passages VALUES (1, 999)", "marked as removed and are not", "repair"),
        ("UPDATE meta SET value = 'x' WHERE key = 'generation'", "'x'", "build"),
        ("UPDATE meta SET value = '{}' WHERE key = 'embedder'", "its embedder is", "build"),
        ("UPDATE meta SET value = '[1' WHERE key = 'vector_file'", "its vector file is", "build"),
        ("UPDATE articles SET groups = '[' WHERE id = 'bakery'", "groups of the article 'bakery'", "build"),
    ],
)
def test_what_does_not_agree_is_found_and_says_what_mends_it(
    statement: str, words: str, mended_by: str, folder: Path
) -> None:
    found = [fault for fault in _harm(folder, statement) if words in fault]
    assert len(found) == 1
    assert f"assistant index {mended_by}" in found[0]


def test_what_repair_mends_is_mended(folder: Path) -> None:
    assert _harm(folder, "INSERT INTO passage_terms (rowid, terms) VALUES (9, 'ghost')")
    assert _harm(folder, "INSERT INTO removed_passages VALUES (1, 1)")
    (vector_file,) = folder.glob("vectors-*.faiss")
    vector_file.write_bytes(vector_file.read_bytes()[::-1])
    assert len(verify(folder)) >= 3
    with IndexWriter.open(folder, None) as writer:
        writer.remake_terms()
        writer.remake_vector_file()
    assert verify(folder) == []


def test_a_vector_file_that_lacks_a_passage_is_found(folder: Path) -> None:
    """The record of another index's file, put under this one's name."""
    write(folder.parent / "other", [BAKERY])
    (theirs,) = (folder.parent / "other").glob("vectors-*.faiss")
    with closing(sqlite3.connect(folder.parent / "other" / "index.sqlite")) as connection:
        (record,) = connection.execute("SELECT value FROM meta WHERE key = 'vector_file'").fetchone()
    (ours,) = folder.glob("vectors-*.faiss")
    ours.write_bytes(theirs.read_bytes())
    faults = _harm(folder, f"UPDATE meta SET value = '{record}' WHERE key = 'vector_file'")
    assert len(faults) == 1
    assert str(ours) in faults[0]


def test_no_index_is_told(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing):
        verify(tmp_path)
