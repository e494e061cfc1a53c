"""A run's journal keeps every question that was added, whenever the process ends, and refuses what does not fit."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from eval.errors import RunDamaged, RunMissing, RunRefused, RunUnwritable
from eval.runs.journal import HEADER, QUESTIONS, open_journal, read_basis, read_outcomes, write_durably
from tests.evaluations import BASIS, right, write_run, wrong

ROOT = Path(__file__).parents[3]


def test_what_was_added_is_read_back_as_it_was(tmp_path: Path) -> None:
    outcomes = [right("a", kind="what"), wrong("b", answers=("12 millions",))]
    write_run(tmp_path / "run", outcomes)
    assert list(read_outcomes(tmp_path / "run")) == outcomes
    assert read_basis(tmp_path / "run") == BASIS


def test_half_of_a_character_does_not_stop_a_run(tmp_path: Path) -> None:
    write_run(tmp_path / "run", [right("a", question="what\ud800?")])
    assert [one.turn.question for one in read_outcomes(tmp_path / "run")] == ["what??"]


def test_a_run_goes_on_after_what_it_has(tmp_path: Path) -> None:
    write_run(tmp_path / "run", [right("a")])
    with open_journal(tmp_path / "run", BASIS) as journal:
        assert journal.finished == 1
        journal.add(wrong("b"))
        assert journal.finished == 2
    assert [one.turn.id for one in read_outcomes(tmp_path / "run")] == ["a", "b"]


@pytest.mark.parametrize("kept", [1, 200, -1])
def test_a_line_that_was_cut_off_does_not_count(kept: int, tmp_path: Path) -> None:
    write_run(tmp_path / "run", [right("a")])
    file = tmp_path / "run" / QUESTIONS
    whole = file.read_bytes()
    file.write_bytes(whole + right("b").as_line()[:kept])
    with open_journal(tmp_path / "run", BASIS) as journal:
        assert journal.finished == 1
    assert file.read_bytes() == whole


def test_a_first_line_that_was_cut_off_leaves_nothing(tmp_path: Path) -> None:
    write_run(tmp_path / "run", [])
    (tmp_path / "run" / QUESTIONS).write_bytes(right("a").as_line()[:-1])
    with open_journal(tmp_path / "run", BASIS) as journal:
        assert journal.finished == 0


@pytest.mark.parametrize(
    ("part", "name", "value"), [("set", "fingerprint", "bb"), ("index", "generation", 2), ("embedder", "name", "other")]
)
def test_a_run_does_not_go_on_with_something_else(part: str, name: str, value: object, tmp_path: Path) -> None:
    write_run(tmp_path / "run", [right("a")])
    changed = BASIS | {part: dict(BASIS[part]) | {name: value}}
    with pytest.raises(RunRefused, match=rf"{part}\.{name}: .*, now {value}"), open_journal(tmp_path / "run", changed):
        pass
    assert len(list(read_outcomes(tmp_path / "run"))) == 1


def test_a_restart_throws_the_earlier_run_away(tmp_path: Path) -> None:
    write_run(tmp_path / "run", [right("a")])
    changed = BASIS | {"set": {"name": "other"}}
    with open_journal(tmp_path / "run", changed, restart=True) as journal:
        assert journal.finished == 0
    assert read_basis(tmp_path / "run") == changed


def test_two_processes_do_not_write_one_run(tmp_path: Path) -> None:
    with (
        open_journal(tmp_path / "run", BASIS),
        pytest.raises(RunRefused, match="Another process"),
        open_journal(tmp_path / "run", BASIS),
    ):
        pass


def test_a_damaged_line_is_named(tmp_path: Path) -> None:
    write_run(tmp_path / "run", [right("a")])
    with (tmp_path / "run" / QUESTIONS).open("ab") as file:
        file.write(b'{"case": 1}\n')
    with pytest.raises(RunDamaged, match="line 2"):
        list(read_outcomes(tmp_path / "run"))


@pytest.mark.parametrize("content", ["", "[]", '{"format": 99, "basis": {}}', '{"format": 1}', "\x00"])
def test_a_damaged_header_is_told(content: str, tmp_path: Path) -> None:
    (tmp_path / HEADER).write_text(content)
    with pytest.raises(RunDamaged):
        read_basis(tmp_path)


def test_a_folder_without_a_run_is_told_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(RunMissing, match="assistant eval run"):
        read_basis(tmp_path)
    with pytest.raises(RunMissing):
        list(read_outcomes(tmp_path))


def test_a_place_that_cannot_be_written_to_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RunUnwritable, match="file"), open_journal(tmp_path / "file" / "run", BASIS):
        pass


def test_a_file_that_fails_while_it_is_written_leaves_the_one_before(tmp_path: Path) -> None:
    file = tmp_path / "metrics.json"
    file.write_text("before")
    with pytest.raises(ZeroDivisionError):
        write_durably(file, lambda stream: (stream.write(b"half"), 1 / 0))
    assert file.read_text() == "before"


KILLED = """
import os, signal, sys
from pathlib import Path
from eval.runs.journal import open_journal
from tests.evaluations import BASIS, right
with open_journal(Path(sys.argv[1]), BASIS) as journal:
    for number in range(7):
        journal.add(right(str(number)))
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_killed_process_leaves_all_that_it_added_and_no_lock(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    done = subprocess.run(
        [sys.executable, "-c", KILLED, folder], cwd=ROOT, env=dict(os.environ), check=False, timeout=60
    )
    assert done.returncode == -signal.SIGKILL
    with open_journal(folder, BASIS) as journal:
        assert journal.finished == 7
    assert [one.turn.id for one in read_outcomes(folder)] == [str(number) for number in range(7)]
