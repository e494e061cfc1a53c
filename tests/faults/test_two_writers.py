"""One process writes at a time, and those that read see whole generations, without waiting for anybody."""

import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.embedders.static import StaticEmbedder
from index.local_index import LocalIndex
from index.status import read_article_ids, read_status
from index.types import Article, Progress
from index.verification import verify
from index.writer import IndexWriter
from tests.fakes import WordEmbedder
from tests.faults.commands import finished, start_command, start_module
from tests.faults.conftest import RunCommand


def _folder_of_articles(folder: Path, name: str, count: int) -> Path:
    folder.mkdir()
    for number in range(count):
        text = (
            f"Title {name} {number}\n\nThe {name} article number {number} tells about {name}{number} in one sentence."
        )
        (folder / f"{name}-{number}.txt").write_text(text, encoding="utf-8")
    return folder


def test_two_processes_that_add_at_once_both_get_done(tmp_path: Path, index: Path) -> None:
    """The second one waits, and what both added is there."""
    folders = [_folder_of_articles(tmp_path / name, name, 150) for name in ("alpha", "beta")]
    processes = [start_command(tmp_path, "index", "add", "--index", index, folder) for folder in folders]
    outcomes = [finished(process) for process in processes]
    assert [outcome.status for outcome in outcomes] == [0, 0], [outcome.err for outcome in outcomes]
    assert set(read_article_ids(index)) == {
        "germany.txt",
        "harbour.txt",
        *(f"{name}-{number}.txt" for name in ("alpha", "beta") for number in range(150)),
    }
    assert verify(index) == []


def test_a_writer_that_may_not_wait_says_that_another_one_writes(
    tmp_path: Path, run: RunCommand, index: Path, articles: Path
) -> None:
    """It ends with status 3, changes nothing, and works once the other writer is done."""
    (articles / "new.txt").write_text("A new article\n\nIt is added when nobody else writes.", encoding="utf-8")
    before = read_status(index)
    with IndexWriter.open(index, StaticEmbedder()):
        for command in (["add", articles], ["build", articles], ["remove", "germany.txt"], ["repair"]):
            busy = run("index", command[0], "--index", index, "--wait", "0.1", *command[1:])
            assert busy.status == 3
            assert str(index) in busy.err
            assert "Another process is writing" in busy.err
            assert "--wait" in busy.err
        assert run("search", "--index", index, "Germany").status == 0
    assert read_status(index) == before
    assert run("index", "add", "--index", index, articles).status == 0
    assert "new.txt" in read_article_ids(index)
    assert tmp_path.exists()


def _pair(version: str) -> list[Article]:
    return [Article(name, f"The {name} one", f"This pair is of version {version}.", "en") for name in ("left", "right")]


def _lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_a_reader_sees_whole_generations_within_a_second(tmp_path: Path) -> None:
    """Each change replaces two articles; a reader in another process never sees the one without the other."""
    folder = tmp_path / "index"
    with IndexWriter.open(folder, WordEmbedder()) as writer:
        list(writer.add(_pair("0")))
    reader = start_module("reader", folder, "60")
    assert reader.stdout is not None
    first = reader.stdout.readline()
    committed = {}
    for version in [*map(str, range(1, 25)), "last"]:
        with IndexWriter.open(folder, WordEmbedder()) as writer:
            list(writer.add(_pair(version)))
            committed[f"This pair is of version {version}."] = time.time()
        time.sleep(0.05)
    rest, _ = reader.communicate(timeout=60)
    seen = _lines(first + rest)
    assert all(len(set(line["texts"])) == 1 and line["hits"] == line["texts"] for line in seen)
    assert [line["generation"] for line in seen] == sorted({line["generation"] for line in seen})
    assert len({line["texts"][0] for line in seen}) > 10, "the reader saw too few of the 26 versions to tell anything"
    first_seen = {line["texts"][0]: line["seen"] for line in reversed(seen)}
    late = {
        text: round(first_seen[text] - when, 2)
        for text, when in committed.items()
        if text in first_seen and first_seen[text] - when > 1.0
    }
    assert late == {}


class SlowEmbedder(WordEmbedder):
    """Takes a tenth of a second for each article."""

    def embed_passages(self, texts: Sequence[str], progress: Progress | None = None) -> NDArray[np.float32]:
        time.sleep(0.1)
        return super().embed_passages(texts, progress)


def test_a_reader_goes_on_during_a_long_write(tmp_path: Path) -> None:
    """While one transaction runs for seconds, another process and this one read the generation before it."""
    folder = tmp_path / "index"
    with IndexWriter.open(folder, WordEmbedder()) as writer:
        list(writer.add([*_pair("0"), *(Article(f"more-{n}", f"More {n}", f"More text {n}.") for n in range(18))]))
    reader = start_module("reader", folder, "60")
    assert reader.stdout is not None
    reader.stdout.readline()
    here = LocalIndex.open(folder, WordEmbedder())
    generations = []

    def read(_done: int, _total: int | None) -> None:
        with here.snapshot() as snapshot:
            generations.append(snapshot.generation)
            assert len(snapshot.search("pair", 20, keep_near_copies=True)) == 20

    before = read_status(folder).generation
    with IndexWriter.open(folder, SlowEmbedder()) as writer:
        writer.re_embed(read)  # twenty articles, in one transaction of two seconds
        list(writer.add(_pair("last")))
    rest, _ = reader.communicate(timeout=60)
    assert generations == [before] * 20
    seen = _lines(rest)
    assert all(line["hits"] == line["texts"] for line in seen)
    assert seen[-1]["texts"] == ["This pair is of version last."] * 2
    assert seen[-1]["snapshots"] > 50
    here.close()
