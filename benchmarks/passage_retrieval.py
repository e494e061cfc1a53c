"""How often the passage that answers is found: by vectors alone, by words alone, and by the whole search.

    nice -n 15 python -m benchmarks.passage_retrieval --data ../shared --embedder fast --embedder teacher
    python -m benchmarks.passage_retrieval --only administrative --show

Four collections: questions of citizens over 500 French administrative passages; the questions over `seeds/` and those
over the user's article, both with these passages as distractors; and the neighbours of one question over the user's
article alone. A passage is right that holds a whole gold sentence. A cell is hit@1 / hit@5 / nDCG@10, with the 95 %
bootstrap interval of hit@5 in brackets. Tune on "dev", the default; the held-out halves are for a last look.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from statistics import fmean

import numpy as np
from numpy.typing import NDArray

from benchmarks.embedder_quality import Score, score
from benchmarks.passage_collections import Asked, Collection, collections
from index import store
from index.embedders import load_embedder
from index.language import detect
from index.local_index import LocalIndex
from index.snapshot import Snapshot
from index.training.teacher import teacher_folder
from index.types import Embedder, Progress, Span
from index.writer import IndexWriter

WAYS = ("vectors", "words", "whole search")
DEPTH = 10
RESAMPLES = 2_000


@dataclass(frozen=True, slots=True)
class Found:
    """What the ways of searching brought for one question among so many passages: places of passages, best first;
    `right` are the gold."""

    asked: Asked
    ranked: dict[str, list[int]]
    right: frozenset[int]
    passages: int

    def rank(self, way: str) -> int:
        """Of the first right passage, from 1; 0 when none is among the first ten."""
        return next((rank for rank, place in enumerate(self.ranked[way], 1) if place in self.right), 0)

    def score(self, way: str) -> Score:
        row = np.full(self.passages + DEPTH, -np.inf, dtype=np.float32)
        row[self.passages :] = 0.0  # a short ranking is filled up with what is never right
        for rank, place in enumerate(self.ranked[way], 1):
            row[place] = 1 / rank
        return score(row[None], [self.right])


@dataclass(frozen=True, slots=True)
class Result:
    """What one embedder made of one collection."""

    collection: str
    found: list[Found]


class Remembering:
    """An embedder that embeds no passage twice, since the collections share their distractors."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._known: dict[str, NDArray[np.float32]] = {}

    @property
    def name(self) -> str:
        return self._embedder.name

    @property
    def dimension(self) -> int:
        return self._embedder.dimension

    @property
    def fingerprint(self) -> str:
        return self._embedder.fingerprint

    def embed_passages(self, texts: Sequence[str], progress: Progress | None = None) -> NDArray[np.float32]:
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        if new:
            self._known.update(zip(new, self._embedder.embed_passages(new, progress), strict=True))
        return np.array([self._known[text] for text in texts], dtype=np.float32).reshape(-1, self.dimension)

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._embedder.embed_queries(texts)


def search_all(collection: Collection, embedder: Embedder) -> Result:
    """Asks every question in every way of an index that is made for it."""
    with tempfile.TemporaryDirectory() as folder:
        with IndexWriter.open(Path(folder), embedder) as writer:
            for _ in writer.add(collection.articles):
                pass
        index = LocalIndex.open(Path(folder), embedder)
        with index.snapshot() as snapshot:
            spans = [
                (article.id, span)
                for article in collection.articles
                for span in store.passages_of(snapshot.connection, article.id)
            ]
            places = {(article, span.start): place for place, (article, span) in enumerate(spans)}
            found = [
                Found(asked, _ranked(snapshot, asked.question, places), _right(asked, spans), len(spans))
                for asked in collection.asked
            ]
        index.close()
    return Result(collection.name, found)


def _right(asked: Asked, passages: Sequence[tuple[str, Span]]) -> frozenset[int]:
    return frozenset(
        place
        for place, (article, span) in enumerate(passages)
        for holder, gold in asked.gold
        if holder == article and span.start <= gold.start and gold.end <= span.end
    )


def _ranked(snapshot: Snapshot, question: str, places: dict[tuple[str, int], int]) -> dict[str, list[int]]:
    """The places of the first ten passages, for each of WAYS."""
    language = detect(question)
    by_vector, _ = snapshot.view.search(snapshot.embedder.embed_queries([question])[0], DEPTH)
    by_words = snapshot.search_words(question, DEPTH, language)
    stored = store.get_passages(snapshot.connection, {*by_vector, *by_words})
    hits = [hit.passage for hit in snapshot.search(question, DEPTH, language)]
    return {
        "vectors": [places[stored[key].article, stored[key].start] for key in by_vector],
        "words": [places[stored[key].article, stored[key].start] for key in by_words],
        "whole search": [places[passage.article, passage.start] for passage in hits],
    }


def interval(hits: Sequence[float], seed: int = 0) -> tuple[float, float]:
    """The 2.5 and 97.5 % points of the mean over questions drawn with replacement (Efron 1979, percentile method)."""
    drawn = np.random.default_rng(seed).integers(len(hits), size=(RESAMPLES, len(hits)))
    low, high = np.quantile(np.asarray(hits)[drawn].mean(axis=1), (0.025, 0.975))
    return float(low), float(high)


def cell(found: Sequence[Found], way: str) -> str:
    """`hit@1 / hit@5 (its interval) / nDCG@10`."""
    scores = [one.score(way) for one in found]
    first, five, gain = (fmean(values) for values in zip(*(astuple(one) for one in scores), strict=True))
    low, high = interval([one.hit_at_5 for one in scores])
    return f"{first:.2f} / **{five:.2f}** ({low:.2f}-{high:.2f}) / {gain:.2f}"


def table(results: dict[str, list[Result]]) -> Iterator[str]:
    """Markdown rows: a row for each collection, language of the question and way; a column for each embedder."""
    yield "| collection | asked in | questions | passages | ranking |" + "".join(f" {name} |" for name in results)
    yield "|---" * (5 + len(results)) + "|"
    for same in zip(*results.values(), strict=True):
        for language in sorted({one.asked.language for one in same[0].found}):
            chosen = [[one for one in result.found if one.asked.language == language] for result in same]
            for way in WAYS:
                start = f"| {same[0].collection} | {language} | {len(chosen[0])} | {chosen[0][0].passages} | {way} | "
                yield start + " | ".join(cell(found, way) for found in chosen) + " |"


def ranks_table(results: dict[str, list[Result]], wanted: Callable[[Result, Found], bool]) -> Iterator[str]:
    """The rank of the first right passage in every way, for the questions that are wanted."""
    yield f"| embedder | collection | question | {' | '.join(WAYS)} |"
    yield "|---" * (3 + len(WAYS)) + "|"
    for name, columns in results.items():
        for result in columns:
            for one in result.found:
                if wanted(result, one):
                    shown = " | ".join(str(one.rank(way) or "-") for way in WAYS)
                    yield f"| {name} | {result.collection} | {one.asked.question} | {shown} |"


def is_neighbour(result: Result, found: Found) -> bool:
    del found
    return result.collection == "neighbours"


def is_lost(result: Result, found: Found) -> bool:
    """Whether vectors or words alone bring a right passage among the first five, and the whole search does not."""
    del result
    vectors, words, whole = (0 < found.rank(way) <= 5 for way in WAYS)
    return (vectors or words) and not whole


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.passage_retrieval", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--data", type=Path, default=Path("../shared"), help="the folder with data/ and seeds/")
    parser.add_argument("--embedder", action="append", help='a name, a folder, or "teacher"; may be repeated')
    parser.add_argument("--only", default="", help="only the collections whose names contain this")
    parser.add_argument("--split", choices=("dev", "heldout"), default="dev")
    parser.add_argument("--show", action="store_true", help="name the dev questions that the fusion loses")
    options = parser.parse_args(arguments)
    if options.show and options.split == "heldout":
        parser.error("--show would give the held-out questions away; use it with --split dev")
    todo = [one for one in collections(options.data, options.split) if options.only in one.name]
    results: dict[str, list[Result]] = {}
    for name in options.embedder or ["fast"]:
        started = time.monotonic()
        embedder = Remembering(load_embedder(str(teacher_folder()) if name == "teacher" else name))
        results[name] = [search_all(one, embedder) for one in todo]
        sys.stderr.write(f"{name}: {embedder.fingerprint}, {time.monotonic() - started:.0f} s\n")
    if not todo:
        return 0
    print(f"Split {options.split}; hit@1 / **hit@5** (95 % interval) / nDCG@10\n")
    print("\n".join(table(results)))
    if any(one.name == "neighbours" for one in todo):
        print("\nRank of the passage that tells what Germany gives; - is below ten\n")
        print("\n".join(ranks_table(results, is_neighbour)))
    if options.show:
        print("\nAmong the first five by vectors or by words, not by the whole search: ranks\n")
        print("\n".join(ranks_table(results, is_lost)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
