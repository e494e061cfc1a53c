"""Articles, passages and vectors in SQLite: the truth that everything else is derived from.

Every function takes an open connection and does one thing inside the caller's transaction.
"""

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple

import numpy as np
from numpy.typing import NDArray

from index import facets, recent_words
from index.analysis import passage_terms
from index.conditions import Condition
from index.types import Article, Passage, Span
from index.word_file import Postings, postings_of

STORED_VECTOR = np.dtype("<f2")
"""Vectors are stored in half precision: for vectors of length 1 an inner product changes by less than 0.001."""


def get_meta(connection: sqlite3.Connection, key: str) -> str | None:
    row = connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    return None if row is None else str(row[0])


def set_meta(connection: sqlite3.Connection, key: str, value: str) -> None:
    connection.execute(
        "INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value", (key, value)
    )


def damaged(what: str) -> sqlite3.DatabaseError:
    """The error of a database that SQLite can read and that holds what was never written to it."""
    return sqlite3.DatabaseError(what)


def generation(connection: sqlite3.Connection) -> int:
    """Counts up by one with every committed change; 0 before the first."""
    recorded = get_meta(connection, "generation") or "0"
    if not recorded.isdecimal():
        raise damaged(f"its generation is {recorded!r}")
    return int(recorded)


def content_hash(article: Article) -> bytes:
    """Of everything that an article says, so that an unchanged one need not be embedded again."""
    return hashlib.sha256(json.dumps(astuple(article), ensure_ascii=False).encode()).digest()


def known_hash(connection: sqlite3.Connection, article_id: str) -> bytes | None:
    row = connection.execute("SELECT content_hash FROM articles WHERE id = ?", (article_id,)).fetchone()
    return None if row is None else bytes(row[0])


def insert_article(
    connection: sqlite3.Connection, article: Article, spans: Sequence[Span], vectors: NDArray[np.float32]
) -> None:
    """Stores an article whose id is not stored yet; `vectors` has one row for each of `spans`."""
    article_key = connection.execute(
        "INSERT INTO articles (id, title, language, date, author, url, file, groups, content_hash, text)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            article.id,
            article.title,
            article.language,
            article.date,
            article.author,
            article.url,
            article.file,
            json.dumps(article.groups),
            content_hash(article),
            article.text,
        ),
    ).lastrowid
    _count(connection, article.language, 1, len(spans))
    keys = []
    recent = recent_words.are_kept(connection)
    for span, vector in zip(spans, vectors.astype(STORED_VECTOR), strict=True):
        key = connection.execute(
            "INSERT INTO passages (article, start, end) VALUES (?, ?, ?)", (article_key, span.start, span.end)
        ).lastrowid
        connection.execute("INSERT INTO vectors VALUES (?, ?)", (key, vector.tobytes()))
        keys.append(int(key or 0))
        terms = passage_terms(article.text[span.start : span.end], article.language)
        _insert_terms(connection, keys[-1], terms)
        if recent:
            recent_words.insert(connection, keys[-1], terms)
    passages = Span(keys[0], keys[-1] + 1) if keys else Span(0, 0)
    facets.insert(connection, int(article_key or 0), article, passages)


def delete_article(connection: sqlite3.Connection, article_id: str, at_generation: int) -> bool:
    """Removes an article with its passages; False when there is none of that id.

    The removed passages' keys are kept until the vector file is made anew, since it still holds them.
    """
    article = get_article(connection, article_id)
    if article is None:
        return False
    (article_key,) = connection.execute("SELECT key FROM articles WHERE id = ?", (article_id,)).fetchone()
    passages = connection.execute("SELECT key, start, end FROM passages WHERE article = ?", (article_key,)).fetchall()
    _count(connection, article.language, -1, -len(passages))
    recent = recent_words.are_kept(connection)
    for key, start, end in passages:
        terms = passage_terms(article.text[start:end], article.language)
        if recent:
            recent_words.delete(connection, key, terms)
        connection.execute("INSERT INTO removed_passages VALUES (?, ?)", (key, at_generation))
        connection.execute(
            "INSERT INTO passage_terms (passage_terms, rowid, terms) VALUES ('delete', ?, ?)",
            (key, " ".join(terms)),
        )
        connection.execute("DELETE FROM vectors WHERE passage = ?", (key,))
    connection.execute("DELETE FROM passages WHERE article = ?", (article_key,))
    facets.delete(connection, article_key, article)
    connection.execute("DELETE FROM articles WHERE key = ?", (article_key,))
    return True


_ARTICLE_COLUMNS = "id, title, text, language, date, author, url, file, groups"


def _article(row: tuple[str, str, str, str, str | None, str | None, str | None, str | None, str]) -> Article:
    try:
        groups = tuple(json.loads(row[8]))
    except (ValueError, TypeError) as error:
        raise damaged(f"the groups of the article {row[0]!r} are {row[8]!r}") from error
    return Article(*row[:8], groups=groups)


def get_article(connection: sqlite3.Connection, article_id: str) -> Article | None:
    row = connection.execute(f"SELECT {_ARTICLE_COLUMNS} FROM articles WHERE id = ?", (article_id,)).fetchone()
    return None if row is None else _article(row)


def iterate_articles(connection: sqlite3.Connection) -> Iterator[Article]:
    """All articles in the order in which they were added, one in memory at a time."""
    for row in connection.execute(f"SELECT {_ARTICLE_COLUMNS} FROM articles ORDER BY key"):
        yield _article(row)


def article_ids(connection: sqlite3.Connection, condition: Condition | None = None) -> list[str]:
    """All of them, or those that the condition selects, in the order in which they were added."""
    where = f" WHERE key IN (SELECT article FROM article_facets WHERE {condition.sql})" if condition else ""
    parameters = condition.parameters if condition else ()
    return [row[0] for row in connection.execute(f"SELECT id FROM articles{where} ORDER BY key", parameters)]


def titles(connection: sqlite3.Connection, wanted: Iterable[str]) -> dict[str, str]:
    """Id -> title of those of the articles that are stored."""
    found = {}
    for article_id in wanted:
        row = connection.execute("SELECT title FROM articles WHERE id = ?", (article_id,)).fetchone()
        if row is not None:
            found[article_id] = row[0]
    return found


def file_of(connection: sqlite3.Connection, article_id: str) -> str | None:
    row = connection.execute("SELECT file FROM articles WHERE id = ?", (article_id,)).fetchone()
    return None if row is None else row[0]


def ids_of_file(connection: sqlite3.Connection, file: str) -> list[str]:
    return [row[0] for row in connection.execute("SELECT id FROM articles WHERE file = ? ORDER BY key", (file,))]


def files(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    """(article id, file) of every article that was read from a file."""
    return list(connection.execute("SELECT id, file FROM articles WHERE file IS NOT NULL ORDER BY key"))


def get_passages(connection: sqlite3.Connection, keys: Iterable[int]) -> dict[int, Passage]:
    """The passages of these keys; a key that is no longer stored is left out."""
    wanted = [int(key) for key in keys]
    found = {}
    for first in range(0, len(wanted), 500):
        part = wanted[first : first + 500]
        marks = ",".join("?" * len(part))
        for key, article, language, start, end, text in connection.execute(
            "SELECT passages.key, articles.id, language, start, end, substr(text, start + 1, end - start)"
            f" FROM passages JOIN articles ON articles.key = passages.article WHERE passages.key IN ({marks})",
            part,
        ):
            found[key] = Passage(article, start, end, text, language)
    return found


def passages_of(connection: sqlite3.Connection, article_id: str) -> list[Span]:
    return [
        Span(start, end)
        for start, end in connection.execute(
            "SELECT start, end FROM passages JOIN articles ON articles.key = passages.article"
            " WHERE articles.id = ? ORDER BY passages.key",
            (article_id,),
        )
    ]


def counts(connection: sqlite3.Connection) -> tuple[int, int]:
    """How many articles and passages are stored."""
    articles, passages = connection.execute(
        "SELECT coalesce(sum(articles), 0), coalesce(sum(passages), 0) FROM languages"
    ).fetchone()
    return articles, passages


def _count(connection: sqlite3.Connection, language: str, articles: int, passages: int) -> None:
    connection.execute(
        "INSERT INTO languages VALUES (?, ?, ?) ON CONFLICT (language) DO UPDATE"
        " SET articles = articles + excluded.articles, passages = passages + excluded.passages",
        (language, articles, passages),
    )


def languages(connection: sqlite3.Connection) -> dict[str, int]:
    """Language -> number of articles, the most frequent first."""
    return dict(
        connection.execute(
            "SELECT language, articles FROM languages WHERE articles > 0 ORDER BY articles DESC, language"
        )
    )


def vectors_after(
    connection: sqlite3.Connection, key: int, dimension: int, batch: int = 8192
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float32]]]:
    """Keys and vectors of the passages whose key is above `key`, ascending, in batches of shape (n,) and (n, d)."""
    cursor = connection.execute("SELECT passage, vector FROM vectors WHERE passage > ? ORDER BY passage", (key,))
    while rows := cursor.fetchmany(batch):
        keys = np.fromiter((row[0] for row in rows), dtype=np.int64, count=len(rows))
        try:
            stored = np.frombuffer(b"".join(row[1] for row in rows), dtype=STORED_VECTOR).reshape(len(rows), dimension)
        except (TypeError, ValueError) as error:
            raise damaged(f"of the vectors {keys[0]} to {keys[-1]} some do not have {dimension} dimensions") from error
        yield keys, stored.astype(np.float32)


def removed_after(connection: sqlite3.Connection, generation_before: int) -> list[int]:
    """Keys of passages that were removed in a generation later than the one given, and that a vector file may hold."""
    return [
        row[0]
        for row in connection.execute("SELECT key FROM removed_passages WHERE generation > ?", (generation_before,))
    ]


def changes_since(connection: sqlite3.Connection, last_key: int) -> int:
    """How many passages a vector file that ends at `last_key` lacks, and how many it still holds that are removed."""
    (added,) = connection.execute("SELECT count(*) FROM passages WHERE key > ?", (last_key,)).fetchone()
    (removed,) = connection.execute("SELECT count(*) FROM removed_passages").fetchone()
    return int(added + removed)


def remake_terms(connection: sqlite3.Connection) -> None:
    """Makes the lexical index anew from the articles' texts."""
    connection.execute("INSERT INTO passage_terms (passage_terms) VALUES ('delete-all')")
    for article in iterate_articles(connection):
        for key, start, end in connection.execute(
            "SELECT passages.key, start, end FROM passages JOIN articles ON articles.key = passages.article"
            " WHERE articles.id = ?",
            (article.id,),
        ):
            _insert_terms(connection, key, passage_terms(article.text[start:end], article.language))


def remake_recent_words(connection: sqlite3.Connection, after: int) -> None:
    """Begins to keep the words of those passages whose key is above `after`."""
    recent_words.begin(connection)
    for key, text, language in connection.execute(
        "SELECT passages.key, substr(text, start + 1, end - start), language FROM passages"
        " JOIN articles ON articles.key = article WHERE passages.key > ? ORDER BY passages.key",
        (after,),
    ):
        recent_words.insert(connection, key, passage_terms(text, language))


def sample_of_vectors(connection: sqlite3.Connection, count: int, dimension: int) -> NDArray[np.float32]:
    """At most `count` vectors, spread by chance over all of them and the same every time; shape (n, d)."""
    keys = np.array([row[0] for row in connection.execute("SELECT key FROM passages ORDER BY key")], dtype=np.int64)
    chosen = np.sort(np.random.default_rng(0).permutation(keys)[:count])
    sample = np.empty((len(chosen), dimension), dtype=np.float32)
    for row, key in enumerate(chosen.tolist()):
        (vector,) = connection.execute("SELECT vector FROM vectors WHERE passage = ?", (key,)).fetchone()
        sample[row] = np.frombuffer(vector, dtype=STORED_VECTOR)
    return sample


def words_of_all(connection: sqlite3.Connection, table: str = "passage_term_places") -> Iterator[tuple[str, Postings]]:
    """Each term, in the order of its UTF-8, with the passages that hold it, as an FTS5 vocabulary tells it."""
    for term, places in connection.execute(f"SELECT term, group_concat(doc, ' ') FROM {table} GROUP BY term"):
        yield term, postings_of(places)


def _insert_terms(connection: sqlite3.Connection, key: int, terms: Sequence[str]) -> None:
    connection.execute("INSERT INTO passage_terms (rowid, terms) VALUES (?, ?)", (key, " ".join(terms)))
