"""What searches are narrowed by: language, date, source and readers of every article, and which passages are its own.

The table is as narrow as it can be, so that going through it for a hundred thousand articles takes milliseconds: the
articles' own table holds their texts. It is derived from that table, and made anew where it does not agree with it.
"""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from index import access
from index.access import Totals
from index.conditions import Condition
from index.layout import FORMAT
from index.types import Article, Span

SCHEMA = f"""{access.SCHEMA}
CREATE TABLE IF NOT EXISTS article_facets (
    article INTEGER PRIMARY KEY,
    language TEXT NOT NULL,
    date TEXT,
    source TEXT NOT NULL,
    first_passage INTEGER NOT NULL,
    last_passage INTEGER NOT NULL,
    readers INTEGER NOT NULL
);
"""
"""`readers` is the key of a list of access groups. `first_passage` to `last_passage` are the keys of an article's
passages, which follow one another; an article without passages has 0 and -1."""

SOURCES_LISTED = 200


@dataclass(frozen=True, slots=True)
class Facets:
    """What there is to choose from. `languages` and `sources` map to their number of articles, the most frequent first,
    of the sources at most `SOURCES_LISTED`; the dates are the first and the last, None where no article has one."""

    languages: Mapping[str, int] = field(default_factory=dict)
    sources: Mapping[str, int] = field(default_factory=dict)
    earliest: str | None = None
    latest: str | None = None


def source_of(article_id: str, url: str | None) -> str:
    """Where an article comes from: the host of its URL without "www."; without a URL, the first folder of its id; ""
    where there is neither."""
    host = _host(url) if url else ""
    if host:
        return host.removeprefix("www.")
    folder, slash, _ = article_id.partition("/")
    return folder if slash and not folder.endswith(":") else ""


def _host(url: str) -> str:
    try:
        return (urlsplit(url.strip()).hostname or "").rstrip(".")
    except ValueError:  # an address that is none
        return ""


def insert(
    connection: sqlite3.Connection,
    article_key: int,
    article: Article,
    passages: Span,
) -> None:
    """`passages` are the keys of the article's passages."""
    first, last = (passages.start, passages.end - 1) if passages.end > passages.start else (0, -1)
    readers, source = access.list_of(connection, article.groups), source_of(article.id, article.url)
    row = (article_key, article.language, article.date, source, first, last, readers)
    connection.execute("INSERT INTO article_facets VALUES (?, ?, ?, ?, ?, ?, ?)", row)
    access.count(connection, readers, Totals.of(article_key, article, Span(first, last + 1)), 1)


def delete(connection: sqlite3.Connection, article_key: int, article: Article) -> None:
    """`article` is what was inserted under this key."""
    deleted = connection.execute(
        "DELETE FROM article_facets WHERE article = ? RETURNING first_passage, last_passage, readers", (article_key,)
    ).fetchall()
    for first, last, readers in deleted:
        access.count(connection, readers, Totals.of(article_key, article, Span(first, last + 1)), -1)


def are_there(connection: sqlite3.Connection) -> bool:
    """Whether the index has them: one that was made by a version before them has none until it is written to."""
    found = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'article_facets'").fetchone()
    return found is not None


def are_whole(connection: sqlite3.Connection) -> bool:
    """Whether they are those of the articles; an older version, which does not know them, leaves them behind."""
    if not are_there(connection) or not access.are_there(connection):
        return False
    articles = connection.execute("SELECT count(*), max(key) FROM articles").fetchone()
    return bool(articles == connection.execute("SELECT count(*), max(article) FROM article_facets").fetchone())


def remake(connection: sqlite3.Connection) -> None:
    """Makes them anew from the articles and their passages, inside the caller's transaction; an index of an earlier
    format is of the newest one then."""
    connection.execute("DROP TABLE IF EXISTS article_facets")
    connection.execute("DROP TABLE IF EXISTS access_lists")
    for statement in filter(str.strip, SCHEMA.split(";")):
        connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {FORMAT}")
    spans = {
        key: Span(first, last + 1)
        for key, first, last in connection.execute("SELECT article, min(key), max(key) FROM passages GROUP BY article")
    }
    columns = "key, id, title, text, language, date, author, url, groups"
    for key, article_id, title, text, language, date, author, url, groups in connection.execute(
        f"SELECT {columns} FROM articles ORDER BY key"
    ):
        article = Article(article_id, title, text, language, date, author, url, groups=tuple(json.loads(groups)))
        insert(connection, key, article, spans.get(key, Span(0, 0)))


def read(connection: sqlite3.Connection, condition: Condition | None = None) -> Facets:
    """Of all articles, or of those that the condition selects. Empty where the index has none yet."""
    if not are_there(connection):
        return Facets()
    where, parameters = (condition.sql, condition.parameters) if condition else ("true", ())
    earliest, latest = connection.execute(
        f"SELECT min(date), max(date) FROM article_facets WHERE {where}", parameters
    ).fetchone()
    languages, sources = (
        dict(
            connection.execute(
                f"SELECT {column}, count(*) FROM article_facets WHERE {column} <> '' AND ({where})"
                f" GROUP BY {column} ORDER BY count(*) DESC, {column} LIMIT ?",
                (*parameters, SOURCES_LISTED),
            )
        )
        for column in ("language", "source")
    )
    return Facets(languages, sources, earliest, latest)
