"""Checks everything in an index against everything else: database, passages, words, vectors, vector file."""

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index import access, facets, recent_words, store
from index.access import Totals
from index.analysis import passage_terms
from index.database import errors_in_our_words, open_for_reading
from index.derived import embedder_record, recorded_vector_file, recorded_word_file
from index.errors import IndexDamaged
from index.layout import Layout
from index.types import Progress, Span
from index.vector_file import (
    DerivedFile,
    keys_in,
    read_vector_file,
    vector_reader,
    verify_file,
)
from index.word_file import read_word_file, without


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that does not agree, and what mends it."""

    what: str
    next_step: str

    def __str__(self) -> str:
        return f"{self.what} {self.next_step}".strip()


def verify(folder: Path, progress: Progress | None = None) -> list[Fault]:
    """All faults of the index in a folder; none means that it is sound. Reads all of it, changes nothing.

    Raises IndexMissing, IndexTooNew and IndexUnwritable. That the database cannot be read is a fault, too.
    """
    layout = Layout(folder)
    found: list[Fault] = []
    try:
        with errors_in_our_words(folder), closing(open_for_reading(layout)) as connection:
            connection.execute("BEGIN")
            found.extend(_faults(connection, layout, progress))
    except IndexDamaged as error:
        found.append(Fault(str(error), ""))
    return found


def _faults(connection: sqlite3.Connection, layout: Layout, progress: Progress | None) -> Iterator[Fault]:
    rebuild = f"Restore {layout.folder} from a backup, or delete it and build it again: assistant index build PATH..."
    repair = f"Make it anew from the articles: assistant index repair --index {layout.folder}"
    broken = [row[0] for row in connection.execute("PRAGMA integrity_check") if row[0] != "ok"]
    if broken:
        yield Fault(f"The database is damaged: {'; '.join(broken[:3])}.", rebuild)
        return
    if connection.execute("PRAGMA foreign_key_check").fetchone():
        yield Fault("The database holds passages or vectors of articles that it does not hold.", rebuild)
    if store.generation(connection) < 1:
        yield Fault("The database does not record its generation.", rebuild)
    dimension = embedder_record(connection, layout).dimension
    term_counts: Counter[str] = Counter()
    passages: set[int] = set()
    counted: Counter[str] = Counter()
    totals: defaultdict[tuple[str, ...], Totals] = defaultdict(Totals)
    total, _ = store.counts(connection)
    for done, article in enumerate(store.iterate_articles(connection), start=1):
        counted[article.language] += 1
        rows = connection.execute(
            "SELECT passages.key, start, end FROM passages JOIN articles ON articles.key = article WHERE id = ?",
            (article.id,),
        ).fetchall()
        for key, start, end in rows:
            passages.add(key)
            if not 0 <= start < end <= len(article.text):
                yield Fault(f"A passage of {article.id!r} lies outside its text ({start}:{end}).", rebuild)
            term_counts.update(set(passage_terms(article.text[start:end], article.language)))
        names, keys = tuple(access.names_of(article.groups)), [row[0] for row in rows]
        (key,) = connection.execute("SELECT key FROM articles WHERE id = ?", (article.id,)).fetchone()
        placed = Span(min(keys), max(keys) + 1) if keys else Span(0, 0)
        totals[names] = totals[names].with_article(Totals.of(key, article, placed))
        if store.known_hash(connection, article.id) != store.content_hash(article):
            yield Fault(f"The article {article.id!r} is not what was stored.", f"Add it again. {rebuild}")
        if not rows and article.text.strip():
            yield Fault(f"The article {article.id!r} has text and no passages.", rebuild)
        if progress:
            progress(done, total)
    if dict(counted) != store.languages(connection) or len(passages) != store.counts(connection)[1]:
        yield Fault("The numbers of articles and passages that the database records are not those it holds.", rebuild)
    if dict(connection.execute("SELECT term, doc FROM passage_term_counts")) != dict(term_counts):
        yield Fault("The words of the lexical index are not those of the passages.", repair)
    yield from _word_file_faults(connection, layout, term_counts, repair)
    yield from _facet_faults(connection, totals, repair)
    yield from _vector_faults(connection, layout, dimension, passages, rebuild, repair)


def _word_file_faults(
    connection: sqlite3.Connection, layout: Layout, term_counts: Counter[str], repair: str
) -> Iterator[Fault]:
    recorded, vectors = recorded_word_file(connection), recorded_vector_file(connection)
    if recorded is None or vectors is None or recorded.generation != vectors.generation:
        return
    path = layout.word_file(recorded.generation)
    try:
        words = read_word_file(path, recorded)
        verify_file(path, recorded)
    except IndexDamaged as error:
        yield Fault(str(error), repair)
        return
    removed = np.array(store.removed_after(connection, recorded.generation), dtype=np.int64)
    found: Counter[str] = Counter()
    for term, (keys, _) in without(words.all_postings(), removed):
        found[term] += len(keys)
    for term, (keys, _) in store.words_of_all(connection, recent_words.PLACES):
        found[term] += len(keys)
    if +found != term_counts:
        yield Fault(f"The word file {path} does not hold the words that the database holds.", repair)


def _facet_faults(
    connection: sqlite3.Connection, totals: Mapping[tuple[str, ...], Totals], repair: str
) -> Iterator[Fault]:
    if not facets.are_there(connection) or not access.are_there(connection):  # of an earlier version, which is sound
        return
    kept = access.lists(connection)
    rows = connection.execute(
        "SELECT articles.key, articles.id, articles.url, articles.language, articles.date, articles.groups,"
        " (SELECT min(key) FROM passages WHERE article = articles.key),"
        " (SELECT max(key) FROM passages WHERE article = articles.key) FROM articles"
    )
    wanted = {
        (key, language, date, facets.source_of(article_id, url), first or 0, last or -1, _names(groups))
        for key, article_id, url, language, date, groups, first, last in rows
    }
    found = connection.execute("SELECT * FROM article_facets")
    if {(*row[:-1], kept[row[-1]][0] if row[-1] in kept else ()) for row in found} != wanted:
        yield Fault(
            "The languages, dates, sources and access groups that searches use are not those of the articles.", repair
        )
    elif {names: counted for names, counted in kept.values() if counted != Totals()} != totals:
        yield Fault("What tells people that the articles changed is not that of the articles.", repair)


def _names(groups: str) -> tuple[str, ...]:
    return tuple(access.names_of(json.loads(groups)))


def _vector_faults(
    connection: sqlite3.Connection, layout: Layout, dimension: int, passages: set[int], rebuild: str, repair: str
) -> Iterator[Fault]:
    wrong_size = connection.execute(
        "SELECT count(*) FROM vectors WHERE length(vector) <> ?", (dimension * store.STORED_VECTOR.itemsize,)
    ).fetchone()[0]
    if wrong_size:
        yield Fault(f"{wrong_size} vectors do not have {dimension} dimensions.", rebuild)
        return
    if {row[0] for row in connection.execute("SELECT passage FROM vectors")} != passages:
        yield Fault("Some passages have no vector, or some vectors no passage.", rebuild)
    if not passages.isdisjoint(store.removed_after(connection, 0)):
        yield Fault("Some passages are marked as removed and are not.", repair)
    file = recorded_vector_file(connection)
    if file is None:
        return
    try:
        yield from _file_faults(connection, layout, dimension, file, passages, repair)
    except IndexDamaged as error:
        yield Fault(str(error), repair)


def _file_faults(
    connection: sqlite3.Connection, layout: Layout, dimension: int, file: DerivedFile, passages: set[int], repair: str
) -> Iterator[Fault]:
    path = layout.vector_file(file.generation)
    index = read_vector_file(path, file, dimension)
    verify_file(path, file)
    in_file = set(keys_in(index).tolist())
    removed = set(store.removed_after(connection, file.generation))
    if in_file - removed != {key for key in passages if key <= file.last_key}:
        yield Fault(f"The vector file {path} does not hold the passages that the database holds.", repair)
        return
    vector_of = vector_reader(index)
    for keys, vectors in store.vectors_after(connection, 0, dimension):
        inside = keys <= file.last_key
        held = [vector_of(int(key)) for key in keys[inside]]
        if held and not np.array_equal(np.stack(held), vectors[inside]):
            yield Fault(f"Vectors in the file {path} are not those of the database.", repair)
            return
