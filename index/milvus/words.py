"""Search by words: BM25 as SQLite's FTS5 computes it, over passages whose terms are in Milvus.

Milvus has a BM25 of its own, whose weights come from all passages: somebody who may see only some of them would be told
of the others by the scores (docs/decisions/0131). So a passage's sparse vector holds what its terms weigh in itself, a
question brings how rare each term is among the passages that its asker may see, and the best are scored exactly.
"""

import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from index.milvus.layout import NO_TERM, NOTHING, key_of, term_number
from index.milvus.server import MilvusServer, Row
from index.visible_words import LEAST_WEIGHT, LENGTH_WEIGHT, SATURATION

USUAL_LENGTH = 100.0
"""Terms of a passage, as the weights in sparse vectors take it. Only what is scored exactly depends on it."""

EVERYTHING: tuple[str, ...] = ()
"""Stands for all lists of readers together: no list of readers has no name (`index.access.names_of`)."""

Counts = Counter[tuple[tuple[str, ...], int]]
"""(list of readers, number of a term) -> in how many passages it stands."""


@dataclass(frozen=True, slots=True)
class Scored:
    """How often each of the sought terms stands in a passage, and how many terms the passage has."""

    key: int
    times: Mapping[int, int]
    length: int


def weights(terms: Sequence[int]) -> dict[int, float]:
    """What each term weighs in a passage with these terms, for a sparse vector."""
    if not terms:
        return {NO_TERM: 1.0}
    length = 1 - LENGTH_WEIGHT + LENGTH_WEIGHT * len(terms) / USUAL_LENGTH
    return {term: times * (SATURATION + 1) / (times + SATURATION * length) for term, times in Counter(terms).items()}


def rarity(passages: int, with_term: int) -> float:
    """FTS5's inverse document frequency (https://sqlite.org/fts5.html, "The bm25() function")."""
    return max(math.log((passages - with_term + 0.5) / (with_term + 0.5)), LEAST_WEIGHT)


def best(found: Iterable[Scored], rarities: Mapping[int, float], mean_length: float, k: int) -> dict[int, float]:
    """Keys and BM25 scores of the `k` best of what was found, best first; of equal ones the smaller key comes first."""
    scores = {}
    for passage in found:
        length = SATURATION * (1 - LENGTH_WEIGHT + LENGTH_WEIGHT * passage.length / mean_length)
        scores[passage.key] = sum(
            rarities[term] * times * (SATURATION + 1) / (times + length)
            for term, times in sorted(passage.times.items())
            if term in rarities
        )
    return dict(sorted(scores.items(), key=lambda scored: (-scored[1], scored[0]))[:k])


def scored(row: Row, sought: Mapping[int, float]) -> Scored:
    terms = [int(term) for term in row["terms"]]
    times = Counter(terms)
    return Scored(int(row["key"]), {term: times[term] for term in sought if times[term]}, len(terms))


def count_key(names: tuple[str, ...], term: int) -> int:
    return key_of(f"{json.dumps(names)} {term}")


def frequencies(
    server: MilvusServer, collection: str, terms: Iterable[str], lists: Iterable[tuple[str, ...]]
) -> dict[str, int]:
    """Term -> in how many passages it stands, of those for the lists of readers together."""
    keys = {count_key(names, term_number(term)): term for names in lists for term in terms}
    found = dict.fromkeys(keys.values(), 0)
    for row in server.query_keys(collection, "key", keys, ["key", "times"]):
        found[keys[int(row["key"])]] += int(row["times"])
    return found


def count_in(server: MilvusServer, collection: str, counts: Counts, generation: int, *, once: bool = True) -> None:
    """Adds to the counts what a change brought. Where it was interrupted it is done again: what a generation brought is
    counted in once, unless a generation is counted in pieces."""
    changes = {count_key(names, term): change for (names, term), change in counts.items() if change}
    before = {
        int(row["key"]): (int(row["times"]), int(row["counted"]))
        for row in server.query_keys(collection, "key", changes, ["key", "times", "counted"])
    }
    rows = []
    for key, change in changes.items():
        times, counted = before.get(key, (0, -1))
        if counted < generation or not once:
            rows.append({"key": key, "times": times + change, "counted": generation, "nothing": NOTHING})
    server.write(collection, rows)


def counts_of(passages: Iterable[tuple[tuple[str, ...], Sequence[int]]], sign: int = 1) -> Counts:
    """What passages with these (list of readers, terms) add to the counts."""
    counts: Counts = Counter()
    for names, terms in passages:
        for term in set(terms):
            counts[names, term] += sign
            counts[EVERYTHING, term] += sign
    return counts
