"""The steps of `benchmarks.index_scale` that need a process of their own: open, search, recall, add, remove, stages.

    python -m benchmarks.index_scale_steps STEP INDEX FILE

Each prints one JSON object of seconds (latencies in milliseconds). FILE holds the step's input: queries, or articles.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # what is imported when is measured
    from index.conditions import Condition
    from index.local_index import LocalIndex
    from index.types import Embedder


def main() -> None:
    step, index, given = sys.argv[1:]
    print(json.dumps(STEPS[step](Path(index), Path(given))))


def percentiles(milliseconds: Iterable[float]) -> dict[str, float]:
    """The median and the 95th percentile (nearest rank)."""
    ordered = sorted(milliseconds)
    return {
        f"p{share}": round(ordered[min(len(ordered) - 1, int(share / 100 * len(ordered)))], 2) for share in (50, 95)
    }


def opening(index: Path, queries: Path) -> dict[str, float]:
    """Import, open and first search, apart."""
    started = time.perf_counter()
    from index.language import detect
    from index.local_index import LocalIndex

    imported = time.perf_counter()
    opened_index = LocalIndex.open(index, _embedder())
    opened = time.perf_counter()
    query = json.loads(queries.read_text(encoding="utf-8"))["english"][0]
    with opened_index.snapshot() as snapshot:
        assert snapshot.search(query, 10, detect(query))
    searched = time.perf_counter()
    return {"import": imported - started, "open": opened - imported, "first_search": searched - opened}


def searching(index: Path, queries: Path) -> dict[str, dict[str, float]]:
    """Latencies of whole searches: language, vectors, words, fusion, texts. Each query is asked once, after a few
    others that warm the caches; in both languages, and in French with filters and for somebody with access groups.
    `first` is the very first one, which chooses what may be found."""
    from index.language import detect
    from index.local_index import LocalIndex

    given = json.loads(queries.read_text(encoding="utf-8"))
    opened = LocalIndex.open(index, _embedder())
    one, eighth = _filters(opened)
    kinds: dict[str, tuple[str, frozenset[str] | None, Condition | None]] = {
        "english": ("english", None, None),
        "french": ("french", None, None),
        "french, one source": ("french", None, one),
        "french, an eighth of the sources": ("french", None, eighth),
        "french, access groups": ("french", frozenset({"staff"}), None),
        "french, access groups, an eighth": ("french", frozenset({"staff"}), eighth),
    }
    found = {}
    for kind, (language, groups, allowed) in kinds.items():

        def milliseconds(query: str, groups: frozenset[str] | None, allowed: Condition | None) -> float:
            started = time.perf_counter()
            with opened.snapshot(groups) as snapshot:
                snapshot.search(query, given["k"], detect(query), allowed=allowed)
            return 1000 * (time.perf_counter() - started)

        taken = [milliseconds(text, groups, allowed) for text in given[language]]
        found[kind] = percentiles(taken[10:]) | {"first": round(taken[0], 2)}
    return found


def comparing(index: Path, queries: Path) -> dict[str, float]:
    """Of the ten nearest by exact search over all vectors in the database, the share that a search by vectors finds."""
    import numpy as np

    from index import store
    from index.local_index import LocalIndex

    given = json.loads(queries.read_text(encoding="utf-8"))
    embedder = _embedder()
    opened = LocalIndex.open(index, embedder)
    texts = [*given["english"], *given["french"]]
    vectors = embedder.embed_queries(texts)
    one, eighth = _filters(opened)
    shares = {}
    with opened.snapshot() as snapshot:
        selections = snapshot.view.selections
        kinds = {
            "everything": None,
            "one source": selections.of(snapshot.connection, one),
            "an eighth of the sources": selections.of(snapshot.connection, eighth),
        }
        best = {kind: (np.zeros((len(texts), 0), np.int64), np.zeros((len(texts), 0), np.float32)) for kind in kinds}
        for keys, stored in store.vectors_after(snapshot.connection, 0, embedder.dimension):
            similarities = vectors @ stored.T
            for kind, allowed in kinds.items():
                inside = np.ones(len(keys), dtype=np.bool_) if allowed is None else allowed.among(keys)
                all_keys = np.hstack([best[kind][0], np.tile(keys[inside], (len(texts), 1))])
                all_scores = np.hstack([best[kind][1], similarities[:, inside]])
                nearest = np.argsort(-all_scores, axis=1, kind="stable")[:, :10]
                best[kind] = (
                    np.take_along_axis(all_keys, nearest, axis=1),
                    np.take_along_axis(all_scores, nearest, axis=1),
                )
        for kind, allowed in kinds.items():
            found = [snapshot.view.search(vector, 100, allowed)[0][:10] for vector in vectors]
            right = [len({*ours} & {*exact.tolist()}) for ours, exact in zip(found, best[kind][0], strict=True)]
            shares[kind] = round(sum(right) / best[kind][0].size, 4)
    return shares


def _filters(opened: LocalIndex) -> tuple[Condition, Condition]:
    """Articles of one source, and of an eighth of them: sources are the folders of a thousand articles."""
    from index.conditions import from_sources

    with opened.snapshot() as snapshot:
        sources = sorted(snapshot.facets().sources)
    one, eighth = from_sources(sources[:1]), from_sources(sources[:: min(8, len(sources))])
    assert one is not None
    assert eighth is not None
    return one, eighth


def _embedder() -> Embedder:
    from index.embedders import load_embedder

    return load_embedder(os.environ.get("ASSISTANT_EMBEDDER", "default"))


def adding(index: Path, folder: Path) -> dict[str, Any]:
    """One article after another in a writer that stays open; each has been committed when its time is taken."""
    from index.readers import read_paths
    from index.types import ReadProblem
    from index.writer import IndexWriter

    articles = [item for item in read_paths([folder]) if not isinstance(item, ReadProblem)]
    started = time.perf_counter()
    times = []
    with IndexWriter.open(index, _embedder()) as writer:
        opened = time.perf_counter()
        for article in articles:
            before = time.perf_counter()
            [written] = writer.add([article])
            times.append(1000 * (time.perf_counter() - before))
            assert written.outcome == "added"
        closing = time.perf_counter()
    return {
        "open_writer": opened - started,
        "each_ms": percentiles(times),
        "close_writer": time.perf_counter() - closing,
    }


def removing(index: Path, folder: Path) -> dict[str, Any]:
    """The articles of `folder`, one after another, in a writer that stays open."""
    from index.writer import IndexWriter

    times = []
    with IndexWriter.open(index, None) as writer:
        for path in sorted(folder.glob("*.txt")):
            before = time.perf_counter()
            assert writer.remove([path.name]) == [path.name]
            times.append(1000 * (time.perf_counter() - before))
        closing = time.perf_counter()
    return {"each_ms": percentiles(times), "close_writer": time.perf_counter() - closing}


def stages(index: Path, folder: Path) -> dict[str, float]:
    """Seconds of each stage of a build over the articles of `folder`, one stage after the other; `index` is a folder
    for a throw-away index. `database` is the whole of adding, less what else was measured apart."""
    from index import language
    from index.analysis import passage_terms
    from index.passages import split
    from index.readers import read_paths
    from index.types import Article
    from index.writer import IndexWriter

    embedder = _embedder()
    embedder.embed_queries(["charge le modèle"])
    language.preload()
    taken: dict[str, float] = {}

    since = time.perf_counter()
    articles = [item for item in read_paths([folder]) if isinstance(item, Article)]
    taken["read"] = time.perf_counter() - since
    since = time.perf_counter()
    for article in articles:
        language.detect(article.text)
    taken["detect_language"] = time.perf_counter() - since
    taken["read"] -= taken["detect_language"]
    since = time.perf_counter()
    texts = [article.text[start:end] for article in articles for start, end in split(article.text)]
    taken["split"] = time.perf_counter() - since
    since = time.perf_counter()
    for article in articles:
        for start, end in split(article.text):
            passage_terms(article.text[start:end], article.language)
    taken["terms"] = time.perf_counter() - since - taken["split"]
    since = time.perf_counter()
    _embedder().embed_passages(texts)
    taken["embed"] = time.perf_counter() - since
    since = time.perf_counter()
    with IndexWriter.open(index, embedder) as writer:
        for _ in writer.add(articles):
            pass
        whole = time.perf_counter() - since
        taken["database"] = whole - taken["split"] - taken["terms"] - taken["embed"]
        since = time.perf_counter()
    taken["vector_file"] = time.perf_counter() - since
    shutil.rmtree(index)
    return taken


STEPS = {"open": opening, "search": searching, "recall": comparing, "add": adding, "remove": removing, "stages": stages}

if __name__ == "__main__":
    main()
