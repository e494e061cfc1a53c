"""What is stored is what was given, and what is deleted is gone."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from index import store
from index.database import open_for_writing
from index.layout import Layout
from index.types import Article, Passage, Span

ARTICLE = Article(
    "id 1", "Title", "Émile sees. 🚀 Anna hears.", "fr", "2025-01-31", "A. Roy", "https://x.org", "/f", ("a", "b")
)
SPANS = [Span(0, 11), Span(12, 26)]
VECTORS = np.array([[0.5, 0.25], [0.125, -1.0]], dtype=np.float32)


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = open_for_writing(Layout(tmp_path))
    store.insert_article(connection, ARTICLE, SPANS, VECTORS)
    yield connection
    connection.close()


def test_an_article_comes_back_as_it_was(connection: sqlite3.Connection) -> None:
    bare = Article("bare", "", "text")
    store.insert_article(connection, bare, [], VECTORS[:0])
    assert store.get_article(connection, "id 1") == ARTICLE
    assert list(store.iterate_articles(connection)) == [ARTICLE, bare]
    assert store.get_article(connection, "id 2") is None


def test_a_passage_is_the_articles_text_at_its_place(connection: sqlite3.Connection) -> None:
    """Positions count characters, not bytes: there is an emoji before the second passage's words."""
    stored = store.get_passages(connection, [1, 2, 3])
    assert sorted(stored) == [1, 2]
    assert stored[2] == Passage("id 1", 12, 26, ARTICLE.text[12:26], "fr")
    assert store.passages_of(connection, "id 1") == SPANS


def test_vectors_come_back_in_half_precision_and_in_batches(connection: sqlite3.Connection) -> None:
    batches = list(store.vectors_after(connection, 0, 2, batch=1))
    assert [keys.tolist() for keys, _ in batches] == [[1], [2]]
    assert np.concatenate([vectors for _, vectors in batches]).tolist() == VECTORS.tolist()
    assert [keys.tolist() for keys, _ in store.vectors_after(connection, 1, 2)] == [[2]]


def test_a_vector_of_another_length_is_damage(connection: sqlite3.Connection) -> None:
    connection.execute("UPDATE vectors SET vector = x'00' WHERE passage = 2")
    with pytest.raises(sqlite3.DatabaseError, match="1 to 2 some do not have 2 dimensions"):
        list(store.vectors_after(connection, 0, 2))


def test_the_hash_depends_on_everything_an_article_says() -> None:
    changes = {
        "id": "x",
        "title": "x",
        "text": "x",
        "language": "x",
        "date": "x",
        "author": "x",
        "url": "x",
        "file": "x",
    }
    hashes = {store.content_hash(replace(ARTICLE, **{name: value})) for name, value in changes.items()}  # type: ignore[arg-type]
    assert len({*hashes, store.content_hash(ARTICLE), store.content_hash(replace(ARTICLE, groups=("a",)))}) == 10


def test_what_is_deleted_leaves_nothing_but_the_keys_of_its_passages(connection: sqlite3.Connection) -> None:
    assert store.counts(connection) == (1, 2)
    assert store.delete_article(connection, "id 1", at_generation=5)
    assert not store.delete_article(connection, "id 1", at_generation=6)
    for table in ("articles", "passages", "vectors", "passage_term_counts"):
        assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,), table
    assert store.counts(connection) == (0, 0)
    assert store.languages(connection) == {}
    assert store.removed_after(connection, 4) == [1, 2]
    assert store.removed_after(connection, 5) == []


def test_keys_are_never_given_again(connection: sqlite3.Connection) -> None:
    """A vector file may still hold the old ones."""
    store.delete_article(connection, "id 1", at_generation=1)
    store.insert_article(connection, ARTICLE, SPANS, VECTORS)
    assert sorted(store.get_passages(connection, range(1, 9))) == [3, 4]
    assert store.changes_since(connection, 2) == 4  # two more, two less


def test_terms_made_anew_are_the_same(connection: sqlite3.Connection) -> None:
    before = connection.execute("SELECT * FROM passage_term_counts").fetchall()
    store.remake_terms(connection)
    assert connection.execute("SELECT * FROM passage_term_counts").fetchall() == before != []


def test_files_lead_to_their_articles(connection: sqlite3.Connection) -> None:
    assert store.ids_of_file(connection, "/f") == ["id 1"]
    assert store.files(connection) == [("id 1", "/f")]
    assert store.file_of(connection, "id 1") == "/f"
