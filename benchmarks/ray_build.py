"""Shows that a build on a Ray cluster of two nodes, one of which is killed midway, gives the index that a build without
Ray gives, article by article; and that a build that was stopped goes on.

    python -m benchmarks.ray_build [--articles 48] [--milvus milvus://HOST:PORT/NAME]

Both nodes run on this machine, with one processor each. Starting them takes most of the time.
"""

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.embedders.ray_cluster import TEXTS_A_TASK, RayEmbedder
from index.embedders.static import StaticEmbedder
from index.location import location_of
from index.places import index_at
from index.protocols import IndexPlace
from index.types import Article, Embedder, Progress

WAIT_SECONDS = 300


class Unhurried(StaticEmbedder):
    """The small bundled model, slow enough for a node to be killed in between."""

    def embed_passages(self, texts: Sequence[str], progress: Progress | None = None) -> NDArray[np.float32]:
        time.sleep(0.5)
        return super().embed_passages(texts, progress)


def articles(count: int) -> list[Article]:
    return [
        Article(
            f"ship{number}",
            f"Ship {number}",
            "\n\n".join(
                f"Ship number {number} came into the harbour on day {day} with {number * day} tons of salt. " * 6
                for day in range(1, 9)
            ),
            "en",
        )
        for number in range(count)
    ]


def start_node(log: Path, *options: str) -> "subprocess.Popen[bytes]":
    """A node in a process group of its own, so that it can be killed as a whole."""
    environment = {
        **os.environ,
        "RAY_USAGE_STATS_ENABLED": "0",
        "RAY_enable_metrics_collection": "0",
        "RAY_agent_register_timeout_ms": str(1_000 * WAIT_SECONDS),
        "RAY_worker_register_timeout_seconds": str(WAIT_SECONDS),
        "PYTHONPATH": os.getcwd(),
    }
    ray = str(Path(sys.executable).with_name("ray"))
    command = [ray, "start", "--block", "--num-cpus=1", "--disable-usage-stats", *options]
    return subprocess.Popen(
        command, env=environment, stdout=log.open("wb"), stderr=subprocess.STDOUT, start_new_session=True
    )


def kill_node(node: "subprocess.Popen[bytes]") -> None:
    os.killpg(node.pid, signal.SIGKILL)
    node.wait()


def wait_for_nodes(address: str, count: int) -> None:
    import ray

    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        try:
            if not ray.is_initialized():
                ray.init(address=address, log_to_driver=False, logging_level="ERROR")
            if sum(node["Alive"] for node in ray.nodes()) >= count:
                return
        except ConnectionError:
            pass
        time.sleep(1)
    raise SystemExit(f"Not {count} nodes within {WAIT_SECONDS} seconds.")


def told(place: IndexPlace, wanted: Sequence[Article]) -> tuple[list[tuple[Any, ...]], list[list[float]]]:
    """Every article with its passages, and the cosines of the best passages for its beginning, best first."""
    found: list[tuple[Any, ...]] = []
    cosines = []
    with closing(place.open(StaticEmbedder())) as index, index.snapshot() as snapshot:
        for article in wanted:
            spans = [tuple(span) for span in snapshot.passages_of(article.id)]
            hits = snapshot.search(article.text[:300], 20, "en", keep_near_copies=True)
            found.append((snapshot.article(article.id), spans))
            cosines.append(sorted((hit.similarity for hit in hits), reverse=True))
    return found, cosines


def are_same(one: IndexPlace, other: IndexPlace, wanted: Sequence[Article]) -> bool:
    """The same articles and passages, letter by letter, and vectors that differ by no more than rounding: the small
    model's last bit depends on how many texts it gets at once."""
    (articles_here, cosines_here), (articles_there, cosines_there) = told(one, wanted), told(other, wanted)
    return articles_here == articles_there and np.allclose(cosines_here, cosines_there, atol=0.001)


def build(place: IndexPlace, embedder: Embedder, given: Sequence[Article]) -> dict[str, int]:
    outcomes: dict[str, int] = {}
    with place.writer(embedder) as writer:
        for written in writer.add(given):
            outcomes[written.outcome] = outcomes.get(written.outcome, 0) + 1
    return outcomes


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=48)
    parser.add_argument("--milvus", help="Where the cluster's build goes, instead of a folder.")
    options = parser.parse_args()
    given = articles(options.articles)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    folder = Path(tempfile.mkdtemp())
    print(f"logs and indexes are in {folder}", flush=True)
    started = time.monotonic()
    head = start_node(folder / "head.log", "--head", f"--port={port}", "--include-dashboard=false")
    nodes = [head]
    try:
        address = f"{socket.gethostbyname(socket.gethostname())}:{port}"
        wait_for_nodes(address, 1)
        nodes.append(start_node(folder / "second.log", f"--address={address}"))
        wait_for_nodes(address, 2)
        print(f"two nodes after {time.monotonic() - started:.0f} s")
        here = index_at(folder / "here")
        build(here, StaticEmbedder(), given)
        embedder = RayEmbedder.of(StaticEmbedder(), Unhurried, address)
        killed = threading.Event()

        def progress(done: int, total: int | None) -> None:
            if done and not killed.is_set():
                killed.set()
                kill_node(nodes.pop())
                print(f"a node was killed when {done} of {total} passages were embedded")

        class Told(RayEmbedder):
            def embed_passages(self, texts: Sequence[str], _progress: Progress | None = None) -> NDArray[np.float32]:
                return RayEmbedder.embed_passages(self, texts, progress)

        cluster = index_at(location_of(options.milvus) if options.milvus else folder / "cluster")
        told_of = Told(embedder.local, embedder.load, embedder.address, 0)
        half = len(given) // 2
        building = time.monotonic()
        first = build(cluster, told_of, given[:half])
        second = build(cluster, told_of, given)
        same = are_same(here, cluster, given)
        result = {
            "articles": len(given),
            "passages": cluster.status().passages,
            "texts_a_task": TEXTS_A_TASK,
            "node_killed": killed.is_set(),
            "first_build": first,
            "second_build": second,
            "seconds": round(time.monotonic() - building, 1),
            "same_as_without_ray": same,
            "faults": [str(fault) for fault in cluster.verify()],
        }
        print(json.dumps(result))
        if not same or not killed.is_set() or result["faults"]:
            raise SystemExit(1)
    except Exception:
        traceback.print_exc()  # at once: Ray ends the process when its nodes are gone
        raise
    finally:
        for node in nodes:
            kill_node(node)


if __name__ == "__main__":
    main()
