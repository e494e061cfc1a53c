"""Reading in a process of its own."""

import multiprocessing
import os
import signal
from pathlib import Path

import pytest

from index.errors import ReadingStopped
from index.readers import ReadLimits, read_paths
from index.readers.ahead import ARTICLES_AT_ONCE, BATCHES_AHEAD, read_ahead
from index.types import Article


def _folder(path: Path, articles: int) -> Path:
    for number in range(articles):
        text = f"Article {number}\n\nLe conseil municipal a voté le budget de {number} écoles pour l'année prochaine.\n"
        (path / f"{number:05}.txt").write_text(text, encoding="utf-8")
    return path


def test_it_gives_what_reading_here_gives_and_problems_where_they_were(tmp_path: Path) -> None:
    folder = _folder(tmp_path, 2 * ARTICLES_AT_ONCE + 5)
    (folder / "00003.txt").write_text("", encoding="utf-8")
    (folder / "00070.pdf").write_bytes(b"no PDF")
    (folder / "00100.txt").write_bytes("d\xe9j\xe0 vu ".encode("utf-16-le"))
    (folder / "00130.txt").write_text("long " * 1_000, encoding="utf-8")
    limits = ReadLimits(max_bytes=3_000)
    here = list(read_paths([folder], limits))
    assert list(read_ahead([folder], limits)) == here
    assert sum(not isinstance(item, Article) for item in here) == 3


def test_an_empty_folder_gives_nothing(tmp_path: Path) -> None:
    assert list(read_ahead([tmp_path])) == []


def test_whoever_stops_taking_leaves_no_process(tmp_path: Path) -> None:
    taken = read_ahead([_folder(tmp_path, 300)])
    first = next(taken)
    assert isinstance(first, Article)
    assert first.id == "00000.txt"
    assert [process.name for process in multiprocessing.active_children()] == ["reading"]
    taken.close()
    assert multiprocessing.active_children() == []


def test_a_process_that_is_killed_is_told_with_the_last_article(tmp_path: Path) -> None:
    # more than fits into what is read ahead, so that it is not done when it is killed
    folder = _folder(tmp_path, (BATCHES_AHEAD + 30) * ARTICLES_AT_ONCE)
    taken = read_ahead([folder])
    found = [next(taken)]
    [process] = multiprocessing.active_children()
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    with pytest.raises(ReadingStopped, match="Killed") as stopped:
        found.extend(taken)
    last = found[-1]
    assert isinstance(last, Article)
    assert f"after {last.id}." in str(stopped.value)
    assert found == list(read_paths([folder]))[: len(found)]
    assert len(found) < (BATCHES_AHEAD + 30) * ARTICLES_AT_ONCE
