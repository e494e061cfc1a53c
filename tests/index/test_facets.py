"""Languages, dates and sources of the articles are kept beside them, in step with them."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from index import facets
from index.conditions import in_languages
from index.errors import IndexTooOld
from index.facets import source_of
from index.local_index import LocalIndex
from index.verification import verify
from index.writer import IndexWriter
from tests.fakes import WordEmbedder
from tests.index.conftest import BAKERY, HARBOUR, PLEDGE, write


@pytest.mark.parametrize(
    ("article_id", "url", "source"),
    [
        ("fr/quai.md", "https://www.Kerlann.example:8443/quai", "kerlann.example"),
        ("fr/2024/quai.md", None, "fr"),
        ("fr/quai.md", "not an address", "fr"),
        ("fr/quai.md", "https://[broken", "fr"),
        ("quai.md", None, ""),
        ("https://example.org/a", None, ""),
        ("a", "https://example.org./a", "example.org"),
    ],
)
def test_a_source_is_the_host_or_else_the_first_folder(article_id: str, url: str | None, source: str) -> None:
    assert source_of(article_id, url) == source


def read(folder: Path) -> facets.Facets:
    index = LocalIndex.open(folder, WordEmbedder())
    with index.snapshot() as snapshot:
        found = snapshot.facets()
    index.close()
    return found


def test_they_are_counted_over_the_articles_that_are_there(folder: Path) -> None:
    assert read(folder) == facets.Facets({"en": 2, "fr": 1}, {"example.org": 1}, "2025-06-01", "2025-06-01")
    write(
        folder, [replace(HARBOUR, date="2023-01-31", url="https://example.org/h"), replace(BAKERY, date="2024-05-06")]
    )
    assert read(folder) == facets.Facets({"en": 2, "fr": 1}, {"example.org": 2}, "2023-01-31", "2025-06-01")
    with IndexWriter.open(folder, None) as writer:
        writer.remove(["engagement"])
    assert read(folder) == facets.Facets({"en": 2}, {"example.org": 2}, "2023-01-31", "2024-05-06")


def test_an_index_of_before_can_be_read_and_gets_them_when_it_is_written_to(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "index.sqlite")) as connection:
        connection.execute("DROP TABLE article_facets")
    assert verify(folder) == []
    index = LocalIndex.open(folder, WordEmbedder())
    with index.snapshot() as snapshot:
        assert snapshot.facets() == facets.Facets()
        assert snapshot.search("bakery")[0].passage.article == "bakery"
        with pytest.raises(IndexTooOld, match="assistant index repair"):
            snapshot.search("bakery", allowed=in_languages(["en"]))
    with IndexWriter.open(folder, None):
        pass
    with index.snapshot() as snapshot:
        assert snapshot.facets().languages == {"en": 2, "fr": 1}
        assert [hit.passage.article for hit in snapshot.search("bakery", allowed=in_languages(["fr"]))] == [PLEDGE.id]
    assert verify(folder) == []
    index.close()


def test_what_an_older_version_changed_is_put_right_when_it_is_written_to(folder: Path) -> None:
    """It replaces an article without a word to the table that it does not know."""
    with closing(sqlite3.connect(folder / "index.sqlite")) as connection:
        connection.execute("UPDATE article_facets SET article = 77 WHERE language = 'fr'")
        connection.commit()
    assert [fault.what for fault in verify(folder)] == [
        "The languages, dates, sources and access groups that searches use are not those of the articles."
    ]
    with IndexWriter.open(folder, None):
        pass
    assert verify(folder) == []


def test_an_unchanged_index_is_not_written_to_for_their_sake(folder: Path) -> None:
    with IndexWriter.open(folder, None):
        pass
    index = LocalIndex.open(folder, WordEmbedder())
    with index.snapshot() as snapshot:
        before = snapshot.generation
    with IndexWriter.open(folder, None):
        pass
    with index.snapshot() as snapshot:
        assert snapshot.generation == before
    index.close()


def test_an_article_without_passages_is_counted_and_never_selected(folder: Path) -> None:
    write(folder, [replace(BAKERY, id="empty", text=" ", language="br")])
    index = LocalIndex.open(folder, WordEmbedder())
    with index.snapshot() as snapshot:
        assert snapshot.facets().languages["br"] == 1
        assert snapshot.search("bakery", allowed=in_languages(["br"])) == []
    index.close()
