"""All figures of one stack over one collection; what fails is told, and the rest goes on."""

import json
import os
import shutil
import statistics
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.processes import MEGABYTE, Process, run, say
from benchmarks.whole.stacks.known import STACKS

QUIET = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HAYSTACK_TELEMETRY_ENABLED": "False",
    "LANGSMITH_TRACING": "false",
}
"""Nobody waits for a server of statistics or weights that is not asked for."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What was asked for; figures of another setting are not compared."""

    articles: int
    queries: int
    clients: tuple[int, ...]
    repeats: int
    shared_vectors: bool

    @property
    def name(self) -> str:
        return f"{self.articles} articles" + (", shared vectors" if self.shared_vectors else "")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a stack is measured: its interpreter, its weights, the collection, its index, the file of its messages."""

    python: str
    model: str
    collection: Path
    index: Path
    log: Path
    vectors: Path | None


@dataclass(slots=True)
class Measuring:
    """`figures` and `problems` grow as the parts are done."""

    stack: str
    setting: Setting
    place: Place
    limit: float
    figures: dict[str, Any] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)
    _until: float = 0.0

    def all_parts(self) -> None:
        """Stops at the first part when nothing was built, and wherever the time is up."""
        self._until = time.monotonic() + self.limit
        shutil.rmtree(self.place.index, ignore_errors=True)
        self.place.log.unlink(missing_ok=True)
        modes = STACKS[self.stack].modes
        parts: list[tuple[str, Callable[[], None]]] = [("build", self._build)]
        parts += [(f"first query, {mode}", partial(self._cold, mode)) for mode in modes]
        parts += [(f"queries, {mode}", partial(self._queries, mode)) for mode in modes]
        parts += [("add and remove", self._changes)]
        for name, part in parts:
            say(f"{self.stack}: {name}")
            try:
                part()
            except subprocess.TimeoutExpired:
                self.problems[name] = f"given up after {self.limit:g} s for all of it"
                break
            except subprocess.CalledProcessError:
                self.problems[name] = last_words(self.place.log)
                if name == "build":
                    break
        shutil.rmtree(self.place.index, ignore_errors=True)

    def _build(self) -> None:
        process, told = self._step("build", "--folder", self.place.collection / "articles")
        self.figures |= {
            "passages": told["passages"],
            "build_seconds": process.seconds,
            "build_processor_seconds": process.processor_seconds,
            "build_peak_mb": process.peak_mb,
            "disk_mb": size_of(self.place.index) / MEGABYTE,
        }

    def _cold(self, mode: str) -> None:
        queries = self._collection()["queries"]
        asked = [self._ask(mode, queries[number % len(queries)]["text"]) for number in range(self.setting.repeats)]
        self.figures |= {
            f"cold_seconds_{mode}": statistics.median(process.seconds for process, _ in asked),
            f"cold_processor_seconds_{mode}": statistics.median(process.processor_seconds for process, _ in asked),
            f"cold_peak_mb_{mode}": max(process.peak_mb for process, _ in asked),
            f"open_seconds_{mode}": statistics.median(told["open_seconds"] for _, told in asked),
            f"first_query_ms_{mode}": statistics.median(told["first_query_ms"] for _, told in asked),
        }

    def _queries(self, mode: str) -> None:
        clients = ("--clients", *map(str, self.setting.clients))
        process, told = self._step(
            "search", "--mode", mode, "--collection", self.place.collection / "collection.json", *clients
        )
        self.figures |= {
            f"query_p50_ms_{mode}": told["p50"],
            f"query_p95_ms_{mode}": told["p95"],
            f"query_peak_mb_{mode}": process.peak_mb,
            **{f"queries_a_second_{count}_{mode}": rate for count, rate in told["queries_a_second"].items()},
            **{f"hit_at_10_{language}_{mode}": share for language, share in told["hit_at_10"].items()},
        }

    def _changes(self) -> None:
        """Articles are added and removed in turn; after the first one of each, its own words are asked for."""
        mode = STACKS[self.stack].modes[-1]
        later = self._collection()["later"][: self.setting.repeats]
        added, removed = [], []
        for article in later:
            named = ("--article", article["id"])
            added.append(self._step("add", "--folder", self.place.collection / "later", *named)[0])
            self.figures["add_seconds"] = statistics.median(process.seconds for process in added)
            self.figures["add_processor_seconds"] = statistics.median(process.processor_seconds for process in added)
            self.figures["add_peak_mb"] = max(process.peak_mb for process in added)
            if article == later[0]:
                self.figures["added_is_found"] = article["id"] in self._ask(mode, article["quote"])[1]["found"]
            removed.append(self._step("remove", *named)[0])
            self.figures["remove_seconds"] = statistics.median(process.seconds for process in removed)
            if article == later[0]:
                self.figures["removed_is_gone"] = article["id"] not in self._ask(mode, article["quote"])[1]["found"]

    def _ask(self, mode: str, query: str) -> tuple[Process, dict[str, Any]]:
        return self._step("ask", "--mode", mode, f"--query={query}")

    def _step(self, step: str, *words: str | Path) -> tuple[Process, dict[str, Any]]:
        vectors = () if self.place.vectors is None else ("--vectors", self.place.vectors)
        given = ("--model", self.place.model, "--index", self.place.index, *vectors, *words)
        left = max(0.1, self._until - time.monotonic())
        return run_step(self.place.python, self.stack, step, given, limit=left, log=self.place.log)

    def _collection(self) -> dict[str, Any]:
        read: dict[str, Any] = json.loads((self.place.collection / "collection.json").read_text(encoding="utf-8"))
        return read


def run_step(
    python: str,
    stack: str,
    step: str,
    words: Sequence[str | Path],
    *,
    limit: float | None = None,
    log: Path | None = None,
) -> tuple[Process, dict[str, Any]]:
    """The process of a step, and what it told. Raises what `benchmarks.processes.run` raises."""
    command = [python, "-m", "benchmarks.whole.step", stack, step, *map(str, words)]
    process = run(command, limit=limit, log=log, environment=environment(os.environ))
    return process, json.loads(process.output.strip().splitlines()[-1])


def environment(outside: Mapping[str, str]) -> dict[str, str]:
    """Without this project's settings, and quiet."""
    return {name: value for name, value in outside.items() if not name.startswith("ASSISTANT_")} | QUIET


def size_of(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def last_words(log: Path) -> str:
    """The last line that says something: of a Python process that failed, its error."""
    lines = [line.strip() for line in log.read_text(encoding="utf-8", errors="replace").splitlines()]
    return next((line[:300] for line in reversed(lines) if line), "it said nothing")
