"""The steps of `benchmarks.index_scale` that need a process of their own: open, search, add, remove, stages.

    python -m benchmarks.index_scale_steps STEP INDEX FILE

Each prints one JSON object of seconds (latencies in milliseconds). FILE holds the step's input: queries, or articles.
"""

import json
import shutil
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any


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
    from index.embedders import load_embedder
    from index.language import detect
    from index.local_index import LocalIndex

    imported = time.perf_counter()
    opened_index = LocalIndex.open(index, load_embedder())
    opened = time.perf_counter()
    query = json.loads(queries.read_text(encoding="utf-8"))["english"][0]
    with opened_index.snapshot() as snapshot:
        assert snapshot.search(query, 10, detect(query))
    searched = time.perf_counter()
    return {"import": imported - started, "open": opened - imported, "first_search": searched - opened}


def searching(index: Path, queries: Path) -> dict[str, dict[str, float]]:
    """Latencies of whole searches: language, vectors, words, fusion, texts. Each query is asked once, after a few
    others that warm the caches."""
    from index.embedders import load_embedder
    from index.language import detect
    from index.local_index import LocalIndex

    given = json.loads(queries.read_text(encoding="utf-8"))
    opened = LocalIndex.open(index, load_embedder())

    def milliseconds(query: str) -> float:
        started = time.perf_counter()
        with opened.snapshot() as snapshot:
            snapshot.search(query, given["k"], detect(query))
        return 1000 * (time.perf_counter() - started)

    found = {}
    for language in ("english", "french"):
        texts = given[language]
        for text in texts[:10]:
            milliseconds(text)
        found[language] = percentiles(milliseconds(text) for text in texts[10:])
    return found


def adding(index: Path, folder: Path) -> dict[str, Any]:
    """One article after another in a writer that stays open; each has been committed when its time is taken."""
    from index.embedders import load_embedder
    from index.readers import read_paths
    from index.types import ReadProblem
    from index.writer import IndexWriter

    articles = [item for item in read_paths([folder]) if not isinstance(item, ReadProblem)]
    started = time.perf_counter()
    times = []
    with IndexWriter.open(index, load_embedder()) as writer:
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
    from index.embedders import load_embedder
    from index.passages import split
    from index.readers import read_paths
    from index.types import Article
    from index.writer import IndexWriter

    embedder = load_embedder()
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
    load_embedder().embed_passages(texts)
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


STEPS = {"open": opening, "search": searching, "add": adding, "remove": removing, "stages": stages}

if __name__ == "__main__":
    main()
