"""The articles of an index as a list, without their texts: searched by title and id, narrowed, a page at a time."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from index import access, facets, store, visible_state
from index.conditions import Condition, readers
from index.database import errors_in_our_words, open_for_reading
from index.errors import IndexTooOld
from index.facets import Facets, source_of
from index.layout import Layout


@dataclass(frozen=True, slots=True)
class ListedArticle:
    """What a list says of an article; `passages` is how many it has."""

    id: str
    title: str
    language: str
    date: str | None
    source: str
    file: str | None
    passages: int


@dataclass(frozen=True, slots=True)
class ArticleList:
    """One page of a list. `total` counts all articles that were asked for; `facets` are of all that may be seen, and
    `generation` is as in `index.snapshot`."""

    articles: tuple[ListedArticle, ...]
    total: int
    generation: int
    facets: Facets


def list_articles(
    folder: Path, words: str = "", condition: Condition | None = None, *, first: int = 0, count: int = 200
) -> ArticleList:
    """The articles whose title or id holds all of `words`, in any case, and which `condition` selects; those added last
    come first.

    Needs no embedder. Raises IndexMissing, IndexTooNew, IndexDamaged, IndexUnwritable; IndexTooOld for a condition.
    """
    with errors_in_our_words(folder), closing(open_for_reading(Layout(folder))) as connection:
        connection.execute("BEGIN")
        sql, parameters = _where(connection, words, condition)
        (total,) = connection.execute(f"SELECT count(*) FROM articles{sql}", parameters).fetchone()
        rows = connection.execute(
            "SELECT id, title, language, date, url, file,"
            " (SELECT count(*) FROM passages WHERE article = articles.key)"
            f" FROM articles{sql} ORDER BY key DESC LIMIT ? OFFSET ?",
            (*parameters, count, first),
        )
        articles = tuple(
            ListedArticle(article_id, title, language, date, source_of(article_id, url), file, passages)
            for article_id, title, language, date, url, file, passages in rows
        )
        groups = readers(condition)
        if groups is None:
            return ArticleList(articles, total, store.generation(connection), facets.read(connection))
        state = visible_state.told(access.totals(connection, groups).shown)
        return ArticleList(articles, total, state, facets.read(connection, access.open_to(groups)))


def files_of(folder: Path, article_ids: list[str] | None = None) -> dict[str, list[str]]:
    """File -> the ids of the articles that were read from it; of these articles, or of all. Raises what `list_articles`
    raises."""
    found: dict[str, list[str]] = {}
    with errors_in_our_words(folder), closing(open_for_reading(Layout(folder))) as connection:
        connection.execute("BEGIN")
        wanted = None if article_ids is None else set(article_ids)
        for article_id, file in connection.execute("SELECT id, file FROM articles WHERE file IS NOT NULL ORDER BY key"):
            found.setdefault(file, []).append(article_id)
        if wanted is None:
            return found
        return {file: ids for file, ids in found.items() if not wanted.isdisjoint(ids)}


def _where(
    connection: sqlite3.Connection, words: str, condition: Condition | None
) -> tuple[str, tuple[str | int, ...]]:
    clauses: list[str] = []
    parameters: list[str | int] = []
    for word in words.casefold().split():
        clauses.append("holds(?, title, id)")
        parameters.append(word)
    if clauses:
        # SQLite itself knows upper and lower case of ASCII letters only.
        connection.create_function("holds", 3, _holds, deterministic=True)
    if condition is not None:
        if not facets.are_there(connection):
            raise IndexTooOld(
                "This index was made by an earlier version of the program and cannot be narrowed yet. "
                "Bring it up to date: assistant index repair"
            )
        if "access_lists" in condition.sql:
            access.check(connection)
        clauses.append(f"key IN (SELECT article FROM article_facets WHERE {condition.sql})")
        parameters += condition.parameters
    return (f" WHERE {' AND '.join(clauses)}" if clauses else ""), tuple(parameters)


def _holds(word: str, title: str, article_id: str) -> bool:
    return word in title.casefold() or word in article_id.casefold()
