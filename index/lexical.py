"""Search by words: BM25 over the terms of the passages, in SQLite's FTS5, beside the truth in the same transaction."""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice

from index.analysis import query_terms, telling_words, word_stem
from index.selection import Selection
from index.translation import best_meanings
from index.visible_part import VisiblePart
from index.visible_words import best_passages, postings, postings_of_all
from index.word_file import Postings

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
    allowed: Selection | None = None,
) -> dict[int, float]:
    """Keys of at most `k` passages that hold terms of the query, or what stands for them in another language, with
    their BM25 scores (greater is better), best first; only passages that are `allowed`, where that is given.

    `languages` are those of the collection and `language` the query's; `passages` is how many the collection holds.
    """
    terms = telling_terms(connection, sought_terms(query, languages, language), passages)
    if not terms or (allowed is not None and not allowed.passages):
        return {}
    match = " OR ".join(f'"{term}"' for term in terms)
    rows: Iterable[tuple[int, float]]
    if allowed is None:
        rows = connection.execute(
            "SELECT rowid, rank FROM passage_terms WHERE passage_terms MATCH ? ORDER BY rank, rowid LIMIT ?", (match, k)
        )
    else:
        rows = _allowed_rows(connection, match, allowed, k)
    # SQLite gives the score with its sign turned, so that the best comes first.
    return {key: -rank for key, rank in rows}


def search_visible_words(
    connection: sqlite3.Connection,
    query: str,
    part: VisiblePart,
    k: int,
    language: str = "und",
    allowed: Selection | None = None,
) -> dict[int, float]:
    """The same over the part of the collection that somebody may see, as if it held nothing else."""
    sought = sought_terms(query, part.languages, language)
    if not part.selection.passages:
        return {}
    return _best(postings(connection, sought, part), part, allowed, k)


def search_all_words(
    connection: sqlite3.Connection,
    query: str,
    everything: VisiblePart,
    k: int,
    language: str = "und",
    allowed: Selection | None = None,
) -> dict[int, float]:
    """What `search_words` finds, out of the arrays of a large collection."""
    sought = sought_terms(query, everything.languages, language)
    most = most_passages(everything.selection.passages)
    return _best(postings_of_all(connection, sought, everything, most), everything, allowed, k)


def _best(found: Mapping[str, Postings], part: VisiblePart, allowed: Selection | None, k: int) -> dict[int, float]:
    """Scores of the `k` best passages of a part, by those of its terms that tell anything there."""
    telling = telling_of({term: len(keys) for term, (keys, _) in found.items()}, part.selection.passages)
    return dict(best_passages([found[term] for term in telling], part, allowed, k))


def _allowed_rows(
    connection: sqlite3.Connection, match: str, allowed: Selection, k: int
) -> Iterable[tuple[int, float]]:
    """The best `k` of the allowed rows. They are taken in order of rank until there are enough: asking SQLite for them
    by their keys would make it search once for every key. The weight of a term is that in the whole collection."""
    rows: Iterable[tuple[int, float]] = connection.execute(
        "SELECT rowid, rank FROM passage_terms WHERE passage_terms MATCH ? AND rowid BETWEEN ? AND ?"
        " ORDER BY rank, rowid",
        (match, allowed.first, allowed.last),
    )
    return islice((row for row in rows if allowed.holds(row[0])), k)


def sought_terms(query: str, languages: Iterable[str], language: str) -> list[str]:
    """The distinct terms of the query, and what stands for them in another of the collection's languages, sorted."""
    spoken = list(languages)
    return sorted({*query_terms(query, spoken, language), *translated_terms(query, spoken, language)})


def translated_terms(query: str, languages: Iterable[str], language: str) -> list[str]:
    """The distinct terms in any of `languages` that stand for a term of the query, sorted; see `index.translation`."""
    sought = {word_stem(word, language) for word in telling_words(query, language)}
    return sorted({to for target in languages for term in sought for to in best_meanings(term, language, target)})


def telling_terms(connection: sqlite3.Connection, terms: Sequence[str], passages: int) -> list[str]:
    """Those of the terms that stand in some passages but not in too many, the rarest first."""
    return telling_of(document_frequencies(connection, terms), passages)


def telling_of(frequencies: Mapping[str, int], passages: int) -> list[str]:
    """The same of the terms in `frequencies`, each with the number of passages that hold it."""
    most = most_passages(passages)
    telling = [term for term, frequency in frequencies.items() if 0 < frequency <= most]
    return sorted(telling, key=lambda term: (frequencies[term], term))[:MOST_TERMS]


def most_passages(passages: int) -> float:
    """In so many of `passages` a telling term stands at most."""
    return passages if passages < FEW_PASSAGES else COMMON_SHARE * passages


def document_frequencies(connection: sqlite3.Connection, terms: Sequence[str]) -> dict[str, int]:
    """Term -> the number of passages that hold it."""
    found = dict.fromkeys(terms, 0)
    for term in terms:
        row = connection.execute("SELECT doc FROM passage_term_counts WHERE term = ?", (term,)).fetchone()
        if row is not None:
            found[term] = row[0]
    return found
