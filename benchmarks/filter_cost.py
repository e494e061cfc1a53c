"""What a filter costs a search: selecting the passages once a generation, and searching with the selection.

    python -m benchmarks.filter_cost [--articles 100000] [--vectors 200000]

Over made-up articles of ten passages each: half of them French, one in a hundred of one source, one of them alone.
Prints medians in milliseconds; run it on a machine that does nothing else.
"""

import argparse
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index import facets
from index.conditions import Condition
from index.selection import Selection, select
from index.snapshot import empty_view
from index.types import Article, Span
from index.vector_file import read_vector_file, write_vector_file
from index.vectors import VectorView

PASSAGES = 10
DIMENSION = 256
CONDITIONS = {
    "half of the articles": Condition("language = ?", ("fr",)),
    "one in a hundred": Condition("source = ?", ("s7",)),
    "one article": Condition("article = ?", (77,)),
}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--vectors", type=int, default=200_000)
    given = parser.parse_args()
    connection = _facets(given.articles)
    small = _facets(given.vectors // PASSAGES)
    print(f"{given.articles * PASSAGES} passages of {given.articles} articles; {given.vectors} vectors")
    with tempfile.TemporaryDirectory() as folder:
        view = _view(Path(folder), given.vectors)
        query = np.random.default_rng(1).normal(size=DIMENSION).astype(np.float32)
        print(f"search without a filter: {_milliseconds(lambda: view.search(query, 100)):.1f}")
        for name, condition in CONDITIONS.items():
            selecting = _milliseconds(partial(select, connection, condition))
            held = select(small, condition)
            print(f"{name}: selecting {selecting:.1f}, searching {_searching(view, query, held):.1f}")


def _facets(articles: int) -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    connection.executescript(facets.SCHEMA)
    for key in range(1, articles + 1):
        first = (key - 1) * PASSAGES + 1
        passages = Span(first, first + PASSAGES)
        article = Article(f"s{key % 100}/{key}", "", "", "fr" if key % 2 else "en", "2025-01-01")
        facets.insert(connection, key, article, passages)
    return connection


def _view(folder: Path, count: int) -> VectorView:
    generator = np.random.default_rng(0)
    keys = np.arange(1, count + 1, dtype=np.int64)
    vectors = generator.normal(size=(count, DIMENSION)).astype(np.float32)
    file = write_vector_file(folder / "v.faiss", [(keys, vectors)], DIMENSION, 1)
    empty = empty_view(DIMENSION)
    index = read_vector_file(folder / "v.faiss", file, DIMENSION)
    return VectorView(1, file, index, empty.recent_keys, empty.recent, frozenset(), count)


def _searching(view: VectorView, query: NDArray[np.float32], selection: Selection) -> float:
    return _milliseconds(lambda: view.search(query, 100, selection))


def _milliseconds(work: Callable[[], object], times: int = 7) -> float:
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        work()
        taken.append(1000 * (time.perf_counter() - started))
    return statistics.median(taken)


if __name__ == "__main__":
    main()
