"""What became of the articles, change by change: added, replaced or removed, when, and in which generation."""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from index.database import errors_in_our_words, open_for_reading
from index.layout import Layout

Kind = Literal["added", "replaced", "removed"]

SCHEMA = """
CREATE TABLE IF NOT EXISTS article_changes (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    generation INTEGER NOT NULL,
    at TEXT NOT NULL,
    kind TEXT NOT NULL,
    article TEXT NOT NULL,
    title TEXT NOT NULL
)
"""

KEPT = 100_000
"""Older changes are forgotten."""


@dataclass(frozen=True, slots=True)
class ArticleChange:
    """`at` is in UTC, ISO 8601; `title` is the one that the article had."""

    generation: int
    at: str
    kind: Kind
    article: str
    title: str


def record(connection: sqlite3.Connection, generation: int, changed: Iterable[tuple[Kind, str, str]]) -> None:
    """Writes down (kind, article id, title) of each changed article, inside the caller's transaction."""
    at = datetime.now(UTC).isoformat(timespec="seconds")
    connection.execute(SCHEMA)  # an index of an earlier version has no such table yet
    connection.executemany(
        "INSERT INTO article_changes (generation, at, kind, article, title) VALUES (?, ?, ?, ?, ?)",
        [(generation, at, kind, article, title) for kind, article, title in changed],
    )
    connection.execute("DELETE FROM article_changes WHERE key <= (SELECT max(key) FROM article_changes) - ?", (KEPT,))


def read_changes(folder: Path, since: int = 0, limit: int = 1_000) -> Sequence[ArticleChange]:
    """The last changes of the index in a folder, of generations after `since`, the newest first.

    Raises IndexMissing, IndexTooNew, IndexDamaged and IndexUnwritable.
    """
    connection = open_for_reading(Layout(folder))
    try:
        with errors_in_our_words(folder):
            if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'article_changes'").fetchone():
                return []
            return [
                ArticleChange(*row)
                for row in connection.execute(
                    "SELECT generation, at, kind, article, title FROM article_changes WHERE generation > ?"
                    " ORDER BY key DESC LIMIT ?",
                    (since, limit),
                )
            ]
    finally:
        connection.close()
