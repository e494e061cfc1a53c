"""Search by words: BM25 over the terms of the passages, in SQLite's FTS5, beside the truth in the same transaction."""

import sqlite3
from collections.abc import Iterable, Sequence

from index.analysis import query_terms

COMMON_SHARE = 0.2
"""A term that stands in more than this share of the passages tells them apart too little to be worth its cost."""

FEW_PASSAGES = 1_000
"""Below this number of passages nothing is left out as common."""

MOST_TERMS = 64
"""A longer query is searched for by its rarest terms."""


def search_words(
    connection: sqlite3.Connection,
    query: str,
    languages: Iterable[str],
    passages: int,
    k: int,
    language: str = "und",
) -> list[int]:
    """Keys of at most `k` passages that hold terms of the query, best first by BM25.

    `languages` are those of the collection and `language` the query's; `passages` is how many the collection holds.
    """
    terms = telling_terms(connection, query_terms(query, languages, language), passages)
    if not terms:
        return []
    match = " OR ".join(f'"{term}"' for term in terms)
    return [
        row[0]
        for row in connection.execute(
            "SELECT rowid FROM passage_terms WHERE passage_terms MATCH ? ORDER BY rank, rowid LIMIT ?", (match, k)
        )
    ]


def telling_terms(connection: sqlite3.Connection, terms: Sequence[str], passages: int) -> list[str]:
    """Those of the terms that stand in some passages but not in too many, the rarest first."""
    frequencies = document_frequencies(connection, terms)
    most = passages if passages < FEW_PASSAGES else COMMON_SHARE * passages
    telling = [term for term in terms if 0 < frequencies[term] <= most]
    return sorted(telling, key=lambda term: (frequencies[term], term))[:MOST_TERMS]


def document_frequencies(connection: sqlite3.Connection, terms: Sequence[str]) -> dict[str, int]:
    """Term -> the number of passages that hold it."""
    found = dict.fromkeys(terms, 0)
    for term in terms:
        row = connection.execute("SELECT doc FROM passage_term_counts WHERE term = ?", (term,)).fetchone()
        if row is not None:
            found[term] = row[0]
    return found
