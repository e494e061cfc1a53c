"""Search by words."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from index import store
from index.database import open_for_writing
from index.layout import Layout
from index.lexical import MOST_TERMS, document_frequencies, search_words, telling_terms
from index.types import Article, Span

TEXTS = {
    1: ("en", "The harbour is old and the boats in the harbour are older."),
    2: ("fr", "L'Allemagne a promis 10 000 obus d’artillerie."),
    3: ("en", "The boats leave at six."),
    4: ("de", "Die Häuser am Hafen sind alt."),
}


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = open_for_writing(Layout(tmp_path))
    for key, (language, text) in TEXTS.items():
        vector = np.zeros((1, 1), dtype=np.float32)
        store.insert_article(connection, Article(str(key), "", text, language), [Span(0, len(text))], vector)
    yield connection
    connection.close()


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("harbour boats", [1, 3]),
        ("boat", [3, 1]),
        ("ALLEMAGNE", [2]),
        ("10,000", [2]),
        ("haus", [4]),
        ("haeuser", [4]),
        ("nothing of it", []),
        ("?!", []),
        ('"harbour" OR NEAR(boats', [1, 3]),
    ],
)
def test_it_finds_the_passages_that_hold_the_words_best_first(
    query: str, expected: list[int], connection: sqlite3.Connection
) -> None:
    """Of two that hold a word once, the shorter one is better."""
    assert list(search_words(connection, query, ["en", "fr", "de"], 4, 10)) == expected


def test_no_more_than_k_are_given(connection: sqlite3.Connection) -> None:
    assert list(search_words(connection, "harbour boats", ["en"], 4, 1)) == [1]


def test_the_rarest_terms_come_first_and_too_common_ones_not_at_all(connection: sqlite3.Connection) -> None:
    assert document_frequencies(connection, ["boat", "harbour", "none"]) == {"boat": 2, "harbour": 1, "none": 0}
    assert telling_terms(connection, ["boat", "harbour", "none"], 4) == ["harbour", "boat"]
    assert telling_terms(connection, ["boat", "harbour"], 1_000_000) == ["harbour", "boat"]
    connection.executemany(
        "INSERT INTO passage_terms (rowid, terms) VALUES (?, 'boat')", [(key,) for key in range(100, 400)]
    )
    assert telling_terms(connection, ["boat", "harbour"], 1_000) == ["harbour"]


def test_of_a_long_query_the_rarest_terms_are_searched(connection: sqlite3.Connection) -> None:
    many = [f"word{n}" for n in range(2 * MOST_TERMS)]
    connection.execute("INSERT INTO passage_terms (rowid, terms) VALUES (50, ?)", (" ".join(many),))
    assert len(telling_terms(connection, many, 5)) == MOST_TERMS
