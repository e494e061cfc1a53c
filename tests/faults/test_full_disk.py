"""A disk without room: what was stored stays, the message says so, and the next run goes on from there."""

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.embedders.static import StaticEmbedder
from index.status import read_status
from index.types import Article
from index.writer import IndexWriter
from tests.faults.commands import Outcome, environment, finished
from tests.faults.conftest import RunCommand

ARTICLES = 1_200


def _make_index(folder: Path) -> None:
    """Large enough for its vector file, 600 kB, to be larger than a small change of the database."""
    with IndexWriter.open(folder, StaticEmbedder()) as writer:
        list(writer.add(Article(f"old-{n}", f"Old {n}", f"The old article number {n}.", "en") for n in range(ARTICLES)))


def _make_articles(folder: Path, count: int) -> Path:
    folder.mkdir()
    for number in range(count):
        text = f"New {number}\n\n" + " ".join(f"Sentence {n} of the new article {number}." for n in range(100))
        (folder / f"new-{number}.txt").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 16 MB; skipped where none can be mounted."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", str(disk)], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip(f"no disk can be mounted here: {mounted.stderr.decode().strip()}")
    try:
        yield disk
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)


def _leave_room(disk: Path, room: int) -> Path:
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(b"x" * 4096)
    with filler.open("r+b") as file:
        file.truncate(filler.stat().st_size - room)
    return filler


def _assert_nothing_was_lost(run: RunCommand, folder: Path) -> None:
    assert read_status(folder).articles >= ARTICLES
    assert run("index", "verify", "--index", folder).status == 0
    assert "old-77" in run("search", "--index", folder, "old article number 77").out


def test_a_disk_that_fills_up_while_articles_are_added(run: RunCommand, small_disk: Path, tmp_path: Path) -> None:
    """Status 3; what was stored before is there; with room, the same command gets done."""
    folder = small_disk / "index"
    _make_index(folder)
    articles = _make_articles(tmp_path / "articles", 60)
    filler = _leave_room(small_disk, 120_000)
    outcome = run("index", "add", "--index", folder, articles)
    assert outcome.status == 3
    assert f"There is no room to write the index in {folder}" in outcome.err
    assert "Make room on the disk" in outcome.err
    filler.unlink()
    _assert_nothing_was_lost(run, folder)
    assert run("index", "add", "--index", folder, articles).status == 0
    assert read_status(folder).articles == ARTICLES + 60
    _assert_nothing_was_lost(run, folder)


def test_a_disk_without_room_for_the_vector_file(run: RunCommand, small_disk: Path, tmp_path: Path) -> None:
    """The article is stored and found, the warning says what could not be done, and the status is 1."""
    folder = small_disk / "index"
    _make_index(folder)
    articles = _make_articles(tmp_path / "articles", 1)
    filler = _leave_room(small_disk, 450_000)
    outcome = run("index", "add", "--index", folder, articles)
    assert outcome.status == 1, outcome.err
    assert "1 added" in outcome.out
    assert str(folder) in outcome.err
    assert "the vector file is not up to date" in outcome.err
    assert not list(folder.glob("*.unfinished"))
    assert "new-0.txt" in run("search", "--index", folder, "Sentence 5 of the new article 0").out
    _assert_nothing_was_lost(run, folder)
    filler.unlink()
    assert run("index", "add", "--index", folder, articles).status == 0
    _assert_nothing_was_lost(run, folder)


def test_no_room_at_all_for_a_first_index(run: RunCommand, small_disk: Path, tmp_path: Path) -> None:
    """Status 3, and what is left behind does not stop the next run."""
    articles = _make_articles(tmp_path / "articles", 2)
    filler = _leave_room(small_disk, 0)
    outcome = run("index", "build", "--index", small_disk / "index", articles)
    assert outcome.status == 3
    assert "no room" in outcome.err
    assert str(small_disk) in outcome.err
    filler.unlink()
    assert run("index", "build", "--index", small_disk / "index", articles).status == 0


def _run_limited(folder: Path, most_bytes: int, *arguments: str | Path) -> Outcome:
    """The command in a process that may not make any file larger than that."""
    code = (
        # The language model is unpacked into a temporary file, which is not what this test is about.
        "from index import language; language._model();"
        f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({most_bytes}, {most_bytes}));"
        "from assistant.cli.app import main; main()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        cwd=folder,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    return finished(process)


@pytest.mark.parametrize("most_bytes", [100_000, 500_000])
def test_a_limit_on_file_sizes_is_like_a_full_disk(most_bytes: int, run: RunCommand, tmp_path: Path) -> None:
    """Below the size of the database nothing can be added; what is there stays."""
    folder = tmp_path / "index"
    _make_index(folder)
    articles = _make_articles(tmp_path / "articles", 60)
    outcome = _run_limited(tmp_path, most_bytes, "index", "add", "--index", folder, articles)
    assert outcome.status == 3
    assert f"There is no room to write the index in {folder}" in outcome.err
    _assert_nothing_was_lost(run, folder)
    assert read_status(folder).articles == ARTICLES
    assert run("index", "add", "--index", folder, articles).status == 0
    assert read_status(folder).articles == ARTICLES + 60
