"""A run goes on in the background: followed, stopped, gone on with, also after its process was killed; one at once."""

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.settings import Settings
from eval.errors import RunMissing, RunRefused, RunUnderWay
from eval.evaluation import Part
from eval.stored.background import BackgroundRun
from eval.stored.folder import evaluations_folder
from eval.stored.runs import StoredRuns
from eval.stored.sets import StoredSet, StoredSets
from tests.evaluations import right, write_run
from tests.gated_assistant import BROKEN, gated, opened, small_index, write_set

ROOT = Path(__file__).parents[3]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return small_index(tmp_path)


@pytest.fixture
def background(settings: Settings) -> BackgroundRun:
    folder = evaluations_folder(settings)
    assert folder == settings.beside_index.parent / "index.evaluations"
    return BackgroundRun(StoredSets(folder / "sets"), StoredRuns(folder / "runs"))


@pytest.fixture
def stored(background: BackgroundRun, tmp_path: Path) -> StoredSet:
    kept, _ = background.sets.take([write_set(tmp_path / "town.jsonl", BROKEN)])
    assert kept is not None
    return kept


def until(true: Callable[[], bool]) -> None:
    """Waits for what another thread does; the test's own limit ends it."""
    pause = threading.Event()
    while not true():
        pause.wait(0.01)


def until_ended(background: BackgroundRun) -> None:
    until(lambda: background.progress is None)


def test_a_run_is_followed_to_its_end(background: BackgroundRun, settings: Settings, stored: StoredSet) -> None:
    gate = opened(0)
    run = background.start(gated(settings, gate), settings, stored, Part())
    assert background.progress is not None
    until(lambda: background.progress is not None and background.progress.total == 5)
    assert background.progress.seconds_left is None
    gate.release(2)
    until(lambda: background.progress is not None and background.progress.done == 2)
    assert (background.progress.name, background.progress.run) == ("town", run)
    assert background.progress.seconds_left is not None
    assert background.progress.seconds_left > 0
    assert background.runs.find(run).results is None
    gate.release(3)
    until_ended(background)
    assert background.ended is not None
    assert (background.ended.run, background.ended.done, background.ended.total) == (run, 5, 5)
    assert (background.ended.stopped, background.ended.problem) == (False, "")
    found = background.runs.find(run)
    assert found.results is not None
    assert (found.name, found.asked, found.total, found.results["questions"]) == ("town", 5, 5, 5)
    assert [each.split(":")[0] for each in found.results["problems"]] == [
        "town.jsonl, line 5",
        "town.jsonl, line 6",
        "town.jsonl, line 7",
    ]


def test_it_stops_and_goes_on_where_it_was(background: BackgroundRun, settings: Settings, stored: StoredSet) -> None:
    gate = opened(0)
    engine = gated(settings, gate)
    run = background.start(engine, settings, stored, Part(limit=4))
    until(lambda: background.progress is not None and background.progress.total == 4)
    background.stop()
    assert background.stopping
    gate.release()
    until_ended(background)
    assert background.ended is not None
    assert (background.ended.stopped, background.ended.done, background.ended.total) == (True, 1, 4)
    assert (background.runs.find(run).asked, background.runs.find(run).results) == (1, None)
    gate.release(3)  # no more: the first question is not asked again
    assert background.go_on(engine, settings, run) == run
    until_ended(background)
    found = background.runs.find(run)
    assert found.results is not None
    assert (found.asked, found.results["questions"], found.results["timings"]["asked_before"]) == (4, 4, 1)


def test_there_is_one_run_at_a_time_whichever_process_began_it(
    background: BackgroundRun, settings: Settings, stored: StoredSet
) -> None:
    gate = opened(0)
    engine = gated(settings, gate)
    background.start(engine, settings, stored, Part())
    for other in (background, BackgroundRun(background.sets, background.runs)):
        with pytest.raises(RunUnderWay):
            other.start(engine, settings, stored, Part())
    assert len(background.runs.all()) == 1
    gate.release(5)
    until_ended(background)
    gate.release(5)
    background.start(engine, settings, stored, Part())
    until_ended(background)
    assert [run.asked for run in background.runs.all()] == [5, 5]


KILLED = """
import os, signal, sys, threading
from pathlib import Path
from assistant.settings import load_settings
from eval.evaluation import Part
from eval.stored.background import BackgroundRun
from eval.stored.runs import StoredRuns
from eval.stored.sets import StoredSets
from tests.gated_assistant import gated, opened

settings = load_settings(index=Path(sys.argv[1]), embedder="fast", llm="none")
folder = Path(sys.argv[2])
background = BackgroundRun(StoredSets(folder / "sets"), StoredRuns(folder / "runs"))
gate = opened(2)
background.start(gated(settings, gate), settings, background.sets.all()[0], Part())
while (background.progress.done if background.progress else 0) < 2:
    threading.Event().wait(0.01)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_after_its_process_was_killed_it_goes_on_to_the_same_figures(
    background: BackgroundRun, settings: Settings, stored: StoredSet
) -> None:
    folder = evaluations_folder(settings)
    words = [sys.executable, "-c", KILLED, str(settings.beside_index), str(folder)]
    killed = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=240, check=False)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    [left] = background.runs.all()
    assert (left.asked, left.total, left.results) == (2, 5, None)
    gate = opened(3)
    engine = gated(settings, gate)
    background.go_on(engine, settings, left.id)
    until_ended(background)
    gate.release(5)
    whole = background.start(engine, settings, stored, Part())
    until_ended(background)
    told = [dict(background.runs.find(run).results or {}) for run in (left.id, whole)]
    assert told[0].pop("timings")["asked_before"] == 2
    assert told[1].pop("timings")["asked_before"] == 0
    assert told[0] == told[1]


def test_what_cannot_be_asked_or_gone_on_with_is_told(
    background: BackgroundRun, settings: Settings, stored: StoredSet
) -> None:
    engine = gated(settings, opened())
    background.start(engine, settings, stored, Part(split="heldout"))
    until_ended(background)
    assert background.ended is not None
    assert "Its splits are" in background.ended.problem
    assert not background.ended.refused
    assert background.runs.all() == []
    run = background.start(engine, settings, stored, Part())
    until_ended(background)
    header = background.runs.folder / run / "run.json"
    header.write_text(json.dumps(json.loads(header.read_text()) | {"basis": {"index": {"generation": 77}}}))
    background.go_on(engine, settings, run)
    until_ended(background)
    assert background.ended.refused
    assert "was begun with something else" in background.ended.problem
    for file in background.sets.folder.glob("*.json"):
        file.unlink()
    with pytest.raises(RunMissing, match="is not kept here any more"):
        background.go_on(engine, settings, run)
    with pytest.raises(RunMissing, match="no run 'other'"):
        background.go_on(engine, settings, "other")


def test_a_run_of_the_command_line_is_listed_and_is_not_gone_on_with(
    background: BackgroundRun, settings: Settings
) -> None:
    write_run(background.runs.folder / "mine", [right("a")])
    [run] = background.runs.all()
    assert (run.id, run.name, run.asked, run.total, run.request) == ("mine", "quay", 1, 2, None)
    with pytest.raises(RunRefused, match="command line"):
        background.go_on(gated(settings, opened()), settings, "mine")
    for identity in ("../runs/mine", ".", "..", "", "/etc"):
        with pytest.raises(RunMissing):
            background.runs.find(identity)


def test_a_fault_of_the_program_is_told_too(
    background: BackgroundRun, settings: Settings, stored: StoredSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("eval.stored.background.run_set", broken)
    background.start(gated(settings, opened()), settings, stored, Part())
    until_ended(background)
    assert background.ended is not None
    assert background.ended.unexpected == "ZeroDivisionError"
