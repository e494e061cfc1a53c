"""Which access groups may see which articles, as a search reads it.

Few collections have many different lists of groups, however many articles: each different list is kept once, and the
articles' facets name it by its number, so that choosing what somebody may see goes through one narrow table only.
"""

import json
import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from index import visible_state
from index.conditions import Condition, OpenTo
from index.errors import IndexTooOld
from index.types import Article, Span

EVERYBODY = ""
NOBODY = "\n"
"""Stand in the place of a group for an article without groups, and for one whose groups have no names. No group has
these names: those of groups are not blank."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS access_lists (
    key INTEGER PRIMARY KEY,
    names TEXT NOT NULL UNIQUE,
    shown INTEGER NOT NULL DEFAULT 0,
    placed INTEGER NOT NULL DEFAULT 0
);
CREATE VIRTUAL TABLE IF NOT EXISTS passage_term_places USING fts5vocab (passage_terms, instance);
"""
"""`names` is a JSON list in order; `shown` and `placed` are the totals of the list's articles (`index.visible_state`).
The second table stores nothing: it shows in which passages each term stands."""


@dataclass(frozen=True, slots=True)
class Totals:
    """Of articles, by `index.visible_state`. Two that are equal stand for the same articles in the same places, also
    in two generations of an index."""

    shown: int = 0
    placed: int = 0

    @classmethod
    def of(cls, article_key: int, article: Article, passages: Span) -> "Totals":
        """Of one article; `passages` are their keys, 0 to 0 where it has none."""
        return cls(visible_state.shown(article), visible_state.placed(article_key, passages))

    def with_article(self, article: "Totals", sign: int = 1) -> "Totals":
        """With one article more (`sign` 1) or less (-1)."""
        return Totals(
            visible_state.total([self.shown, sign * article.shown]),
            visible_state.total([self.placed, sign * article.placed]),
        )


def may_see(groups: Collection[str] | None, of_article: Sequence[str]) -> bool:
    """Whether somebody who is in `groups` may see an article with the groups `of_article`; None is the right to see
    everything."""
    return groups is None or not of_article or any(group in groups for group in of_article if group.strip())


def open_to(groups: Collection[str]) -> Condition:
    """Articles that everybody may see, and those that one of the groups may see: the same as `may_see`."""
    named = frozenset(group for group in groups if group.strip())
    names = json.dumps([EVERYBODY, *sorted(named)])
    return Condition(
        "readers IN (SELECT access_lists.key FROM access_lists, json_each(access_lists.names) AS name"
        " WHERE name.value IN (SELECT value FROM json_each(?)))",
        (names,),
        (OpenTo(named),),
    )


def sees(connection: sqlite3.Connection, groups: Collection[str], article_id: str) -> bool:
    """The same of a stored article; False where there is none. Does the same work for one that is hidden as for one
    that is not there, in whose place another is looked up, and reads no text: how long it takes tells nothing."""
    found, names = connection.execute(
        "SELECT (SELECT count(*) FROM articles WHERE id = ?1), (SELECT names FROM access_lists WHERE key = ("
        "SELECT readers FROM article_facets WHERE article = coalesce((SELECT key FROM articles WHERE id = ?1),"
        " (SELECT max(article) FROM article_facets))))",
        (article_id,),
    ).fetchone()
    readers = {EVERYBODY, *(group for group in groups if group.strip())}
    return bool(found) and not readers.isdisjoint(json.loads(names))


def names_of(groups: Sequence[str]) -> list[str]:
    """What is kept for an article's groups: their names in order, or what stands in their place."""
    named = {group for group in groups if group.strip()} or {NOBODY}
    return sorted(named) if groups else [EVERYBODY]


def list_of(connection: sqlite3.Connection, groups: Sequence[str]) -> int:
    """The key of the list of these groups, which is made when it is new."""
    names = json.dumps(names_of(groups))
    connection.execute("INSERT INTO access_lists (names) VALUES (?) ON CONFLICT DO NOTHING", (names,))
    (key,) = connection.execute("SELECT key FROM access_lists WHERE names = ?", (names,)).fetchone()
    return int(key)


def count(connection: sqlite3.Connection, list_key: int, article: Totals, sign: int) -> None:
    """Counts an article in (`sign` 1) or out (-1) at the list that it belongs to."""
    (before,) = connection.execute("SELECT shown, placed FROM access_lists WHERE key = ?", (list_key,)).fetchall()
    after = Totals(*before).with_article(article, sign)
    connection.execute(
        "UPDATE access_lists SET shown = ?, placed = ? WHERE key = ?", (after.shown, after.placed, list_key)
    )


def lists(connection: sqlite3.Connection) -> dict[int, tuple[tuple[str, ...], Totals]]:
    """Key -> names and totals of every list."""
    rows = connection.execute("SELECT key, names, shown, placed FROM access_lists")
    return {key: (tuple(json.loads(names)), Totals(shown, placed)) for key, names, shown, placed in rows}


def totals(connection: sqlite3.Connection, groups: Collection[str]) -> Totals:
    """Of the articles that somebody in `groups` may see. Goes through the lists, not the articles. Raises
    IndexTooOld."""
    check(connection)
    visible = open_to(groups)
    rows = connection.execute(
        "SELECT shown, placed FROM (SELECT key AS readers, shown, placed FROM access_lists) WHERE " + visible.sql,
        visible.parameters,
    ).fetchall()
    return Totals(*(visible_state.total(each) for each in zip(*rows, strict=True))) if rows else Totals()


def are_there(connection: sqlite3.Connection) -> bool:
    """Whether the index keeps access groups for searches: one that was made by a version before them does not until it
    is written to."""
    (found,) = connection.execute(
        "SELECT (SELECT count(*) FROM sqlite_master WHERE name = 'passage_term_places')"
        " + (SELECT count(*) FROM pragma_table_info('access_lists') WHERE name IN ('shown', 'placed'))"
    ).fetchone()
    return bool(found == 3)


def check(connection: sqlite3.Connection) -> None:
    """Raises IndexTooOld where they are not there."""
    if not are_there(connection):
        raise IndexTooOld(
            "This index was made by an earlier version of the program, which kept no access groups for searches. "
            "Bring it up to date: assistant index repair"
        )
