"""The words of those passages that came after the word file was written, in a small FTS5 table of their own.

All passages' words are in `passage_terms`, too. Looking a term up there costs time for every passage that holds it,
here only for the new ones.
"""

import sqlite3
from collections.abc import Sequence

TABLE = "recent_terms"
COLUMNS = "terms, content='', tokenize=\"ascii tokenchars '.'\""
PLACES = "recent_term_places"
"""A view of the same: one row for each place where a term stands."""


def are_kept(connection: sqlite3.Connection) -> bool:
    """Only an index with a word file keeps them."""
    return connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (TABLE,)).fetchone() is not None


def begin(connection: sqlite3.Connection) -> None:
    """From now on they are kept; those that were are forgotten."""
    end(connection)
    connection.execute(f"CREATE VIRTUAL TABLE {TABLE} USING fts5 ({COLUMNS})")
    connection.execute(f"CREATE VIRTUAL TABLE {PLACES} USING fts5vocab ({TABLE}, instance)")


def end(connection: sqlite3.Connection) -> None:
    connection.execute(f"DROP TABLE IF EXISTS {PLACES}")
    connection.execute(f"DROP TABLE IF EXISTS {TABLE}")


def insert(connection: sqlite3.Connection, key: int, terms: Sequence[str]) -> None:
    connection.execute(f"INSERT INTO {TABLE} (rowid, terms) VALUES (?, ?)", (key, " ".join(terms)))


def delete(connection: sqlite3.Connection, key: int, terms: Sequence[str]) -> None:
    """Of a passage that came after the word file, with the terms that it was inserted with; of another one nothing."""
    if connection.execute(f"SELECT 1 FROM {TABLE}_docsize WHERE id = ?", (key,)).fetchone():
        connection.execute(
            f"INSERT INTO {TABLE} ({TABLE}, rowid, terms) VALUES ('delete', ?, ?)", (key, " ".join(terms))
        )
