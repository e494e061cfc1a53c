"""SIGKILL at any moment leaves an index that opens, is sound, and holds what was acknowledged."""

import random
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from index.embedders.static import StaticEmbedder
from index.errors import IndexMissing
from index.local_index import LocalIndex
from index.snapshot import Snapshot
from index.verification import verify
from tests.faults.commands import finished, start_command, start_module
from tests.faults.worker import NUMBERS, make_article, marker

SEED = 20_260_722
KILLS_OF_WORKERS = 38
KILLS_OF_COMMANDS = 12
FILES = 120
LARGE = "50"
"""Passages from which on half of the workers make the files of a large index, and the others those of a small one."""

State = int | None
"""The version of an article that is stored, or None where it is not stored."""


@dataclass(slots=True)
class Expected:
    """What the index may hold: for each article the states it can be in; only one where the last was acknowledged."""

    possible: dict[str, set[State]] = field(default_factory=dict)

    def will(self, article_id: str, state: State) -> None:
        self.possible.setdefault(article_id, {None}).add(state)

    def done(self, article_id: str, state: State) -> None:
        self.possible[article_id] = {state}

    def settle(self, article_id: str, state: State) -> None:
        """What was found becomes what must be there from now on."""
        assert state in self.possible.get(article_id, {None}), (
            f"{article_id} is in state {state}, which is none of {self.possible.get(article_id)}"
        )
        self.possible[article_id] = {state}


def test_killed_at_fifty_moments_the_index_keeps_what_was_acknowledged(tmp_path: Path) -> None:
    """Kills workers and real commands, one after another, on one and the same index."""
    print(f"seed {SEED}")
    numbers = random.Random(SEED)
    folder, articles = tmp_path / "index", tmp_path / "articles"
    articles.mkdir()
    expected = Expected()
    leftovers = killed = 0
    kinds = ["worker", "large"] * (KILLS_OF_WORKERS // 2) + ["build", "add", "remove"] * (KILLS_OF_COMMANDS // 3)
    numbers.shuffle(kinds)
    for kind in kinds:
        if kind in ("worker", "large"):
            _kill_worker(folder, numbers, expected, *([LARGE] if kind == "large" else []))
            killed += 1
        else:
            killed += _kill_command(kind, folder, articles, numbers, expected)
        leftovers += _has_leftovers(folder)
        _check(folder, expected, numbers)
    print(f"{killed} of {len(kinds)} were killed at work, {leftovers} of them while a vector file was made")
    assert killed > len(kinds) // 2, "too few processes were killed before they were done"
    _a_later_run_completes(folder, articles, expected, numbers)


def _kill_worker(folder: Path, numbers: random.Random, expected: Expected, *more: str) -> None:
    process = start_module("worker", folder, str(numbers.randrange(1_000_000)), *more)
    assert process.stdout is not None
    said = [process.stdout.readline()]  # it has begun
    if numbers.random() < 0.5:
        time.sleep(numbers.uniform(0.0, 0.5))
    else:
        _wait_for_a_vector_file(folder, numbers.uniform(0.0, 0.003))
    process.send_signal(signal.SIGKILL)
    said += process.stdout.readlines()
    process.wait()
    wanted: dict[str, State] = {}
    for line in said:
        if not line.endswith("\n"):
            continue  # cut off in the middle: nothing was acknowledged by it
        match line.split():
            case ["will", "add", article_id, version]:
                wanted[article_id] = int(version)
                expected.will(article_id, int(version))
            case ["will", "remove", article_id]:
                wanted[article_id] = None
                expected.will(article_id, None)
            case ["done", article_id]:
                expected.done(article_id, wanted[article_id])


def _wait_for_a_vector_file(folder: Path, more: float) -> None:
    """Until one is being written, and a little longer: it is renamed and then recorded in the database."""
    before = set(folder.glob("vectors-*.faiss"))
    deadline = time.monotonic() + 1.0
    while time.monotonic() < deadline:
        if any(folder.glob("*.unfinished")) or set(folder.glob("vectors-*.faiss")) - before:
            break
    time.sleep(more)


def _write_files(articles: Path, numbers: random.Random) -> dict[str, State]:
    """New versions of all files, or of some of them."""
    versions: dict[str, State] = {}
    for number in range(FILES):
        name = f"file-{number}"
        version = numbers.randrange(1_000_000)
        (articles / f"{name}.txt").write_text(make_article(name, version).text, encoding="utf-8")
        versions[f"{name}.txt"] = version
    return versions


def _kill_command(kind: str, folder: Path, articles: Path, numbers: random.Random, expected: Expected) -> bool:
    """Whether the command was killed before it was done."""
    wanted: dict[str, State]
    if kind == "remove":
        stored = [name for name, states in expected.possible.items() if states != {None}]
        wanted = dict.fromkeys(stored or ["file-0.txt"])
        command = start_command(folder.parent, "index", "remove", "--index", folder, *wanted)
    else:
        wanted = _write_files(articles, numbers)
        command = start_command(folder.parent, "index", kind, "--index", folder, articles)
    for article_id, state in wanted.items():
        expected.will(article_id, state)
    try:
        command.wait(timeout=numbers.uniform(0.5, 2.0))
    except subprocess.TimeoutExpired:
        command.kill()
    outcome = finished(command)
    if outcome.status == 0:
        for article_id, state in wanted.items():
            expected.done(article_id, state)
    return outcome.status == -signal.SIGKILL


def _has_leftovers(folder: Path) -> bool:
    files = [list(folder.glob(pattern)) for pattern in ("vectors-*.faiss", "words-*.sqlite")]
    return any(folder.glob("*.unfinished")) or any(len(each) > 2 for each in files)


def _check(folder: Path, expected: Expected, numbers: random.Random) -> None:
    try:
        index = LocalIndex.open(folder, StaticEmbedder())
    except IndexMissing:
        assert all(None in states for states in expected.possible.values()), "acknowledged articles are gone"
        return
    assert verify(folder) == []
    with index.snapshot() as snapshot:
        _check_articles(snapshot, expected)
        _check_searches(snapshot, expected, numbers)
    index.close()


def _check_articles(snapshot: Snapshot, expected: Expected) -> None:
    stored = {article.id: article.text for article in snapshot.articles()}
    assert stored.keys() <= expected.possible.keys()
    for article_id, states in list(expected.possible.items()):
        text = stored.get(article_id)
        name = article_id.removesuffix(".txt")
        found = [state for state in states if text == (None if state is None else make_article(name, state).text)]
        assert found, f"{article_id} is in none of the states {states}: {text and text[:60]!r}"
        expected.settle(article_id, found[0])


def _check_searches(snapshot: Snapshot, expected: Expected, numbers: random.Random) -> None:
    """Both searches reach every passage that is stored and no other."""
    stored = {row[0] for row in snapshot.connection.execute("SELECT key FROM passages")}
    anything = np.ones(snapshot.embedder.dimension, dtype=np.float32)
    by_vectors, _ = snapshot.view.search(anything, 1_000_000)
    assert sorted(by_vectors) == sorted(stored)
    assert set(snapshot.search_words("council", 1_000_000, "en")) == stored
    for article_id in numbers.sample(sorted(expected.possible), min(8, len(expected.possible))):
        (state,) = expected.possible[article_id]
        wanted = marker(article_id.removesuffix(".txt"), 0 if state is None else state)
        hits = [hit.passage.article for hit in snapshot.search(wanted, 5)]
        assert (article_id in hits[:1]) if state is not None else (article_id not in hits)


def _a_later_run_completes(folder: Path, articles: Path, expected: Expected, numbers: random.Random) -> None:
    for article_id, state in _write_files(articles, numbers).items():
        expected.possible[article_id] = {state}
    outcome = finished(start_command(folder.parent, "index", "build", "--index", folder, articles))
    assert outcome.status == 0, outcome.err
    names = [f"worker-{number}" for number in range(NUMBERS)]
    stored = [name for name in names if expected.possible.get(name, {None}) != {None}]
    for name in stored:
        expected.possible[name] = {None}
    if stored:
        assert finished(start_command(folder.parent, "index", "remove", "--index", folder, *stored)).status == 0
    _check(folder, expected, numbers)
    assert finished(start_command(folder.parent, "index", "verify", "--index", folder)).status == 0
    assert not any(folder.glob("*.unfinished"))
