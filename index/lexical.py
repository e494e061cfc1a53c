"""Search by words: BM25 over the terms of the passages.

SQLite's FTS5 holds the terms, beside the truth in the same transaction. It is asked where a term stands, and not
to rank them: that takes it more than a microsecond for every passage, numpy a hundredth of one (decision 0135).
"""

import sqlite3
from collections.abc import Iterable, Mapping

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
    part: VisiblePart,
    k: int,
    language: str = "und",
    allowed: Selection | None = None,
) -> dict[int, float]:
    """Keys of at most `k` passages of a part that hold terms of the query, or what stands for them in another language,
    with their BM25 scores (greater is better), best first; only passages that are `allowed`, where that is given.

    They are ranked as if the collection held nothing but the part. `language` is the query's.
    """
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
    """The same over all of a large collection, which has its words as arrays in a file."""
    sought = sought_terms(query, everything.languages, language)
    most = most_passages(everything.selection.passages)
    return _best(postings_of_all(connection, sought, everything, most), everything, allowed, k)


def _best(found: Mapping[str, Postings], part: VisiblePart, allowed: Selection | None, k: int) -> dict[int, float]:
    """Scores of the `k` best passages of a part, by those of its terms that tell anything there."""
    telling = telling_of({term: len(keys) for term, (keys, _) in found.items()}, part.selection.passages)
    return dict(best_passages([found[term] for term in telling], part, allowed, k))


def sought_terms(query: str, languages: Iterable[str], language: str) -> list[str]:
    """The distinct terms of the query, and what stands for them in another of the collection's languages, sorted."""
    spoken = list(languages)
    return sorted({*query_terms(query, spoken, language), *translated_terms(query, spoken, language)})


def translated_terms(query: str, languages: Iterable[str], language: str) -> list[str]:
    """The distinct terms in any of `languages` that stand for a term of the query, sorted; see `index.translation`."""
    sought = {word_stem(word, language) for word in telling_words(query, language)}
    return sorted({to for target in languages for term in sought for to in best_meanings(term, language, target)})


def telling_of(frequencies: Mapping[str, int], passages: int) -> list[str]:
    """Those of the terms in `frequencies`, each with the number of passages that hold it, that stand in some passages
    but not in too many, the rarest first."""
    most = most_passages(passages)
    telling = [term for term, frequency in frequencies.items() if 0 < frequency <= most]
    return sorted(telling, key=lambda term: (frequencies[term], term))[:MOST_TERMS]


def most_passages(passages: int) -> float:
    """In so many of `passages` a telling term stands at most."""
    return passages if passages < FEW_PASSAGES else COMMON_SHARE * passages
