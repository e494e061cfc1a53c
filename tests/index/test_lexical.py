"""Search by words."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from index import store
from index.database import open_for_writing
from index.layout import Layout
from index.lexical import MOST_TERMS, search_words, telling_of
from index.types import Article, Span
from index.visible_part import VisibleParts

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
    assert list(search_words(connection, query, VisibleParts().everything(connection, []), 10)) == expected


def test_no_more_than_k_are_given(connection: sqlite3.Connection) -> None:
    assert list(search_words(connection, "harbour boats", VisibleParts().everything(connection, []), 1)) == [1]


def test_scores_are_those_of_fts5(connection: sqlite3.Connection) -> None:
    scores = search_words(connection, "harbour boats", VisibleParts().everything(connection, []), 10)
    rows = connection.execute(
        "SELECT rowid, -rank FROM passage_terms WHERE passage_terms MATCH 'harbour OR boat' ORDER BY rank, rowid"
    ).fetchall()
    assert list(scores) == [key for key, _ in rows] == [1, 3]
    assert list(scores.values()) == pytest.approx([score for _, score in rows])


def test_what_came_or_went_counts_with_the_next_generation(connection: sqlite3.Connection) -> None:
    before = VisibleParts()
    assert list(search_words(connection, "boats", before.everything(connection, []), 10)) == [3, 1]
    store.delete_article(connection, "3", at_generation=1)
    store.insert_article(connection, Article("5", "", "Boats!", "en"), [Span(0, 6)], np.zeros((1, 1), dtype=np.float32))
    after = before.of_next_generation(None).everything(connection, [3])
    assert list(search_words(connection, "boats", after, 10)) == [5, 1]


def test_the_rarest_terms_come_first_and_too_common_ones_not_at_all() -> None:
    assert telling_of({"boat": 2, "harbour": 1, "none": 0}, 4) == ["harbour", "boat"]
    assert telling_of({"boat": 2, "harbour": 1}, 1_000_000) == ["harbour", "boat"]
    assert telling_of({"boat": 302, "harbour": 1}, 1_000) == ["harbour"]


def test_of_a_long_query_the_rarest_terms_are_searched() -> None:
    frequencies = {f"word{n:03}": n + 1 for n in range(2 * MOST_TERMS)}
    assert telling_of(frequencies, 999) == [f"word{n:03}" for n in range(MOST_TERMS)]
