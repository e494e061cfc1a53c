"""Commands in processes of their own: their output, their memory, their end."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from benchmarks.processes import ROOT, run


def test_a_process_tells_its_output_and_the_end_of_its_log(tmp_path: Path) -> None:
    process = run([sys.executable, "-c", "print('done')"], log=tmp_path / "log")
    assert process.output == "done\n"
    assert process.seconds > 0
    assert (tmp_path / "log").read_bytes() == b""


def test_a_process_tells_its_own_peak_memory() -> None:
    """Started by a small one, as a benchmark is: these tests may have needed more than the process that is measured."""
    measured = [sys.executable, "-c", "held = b'x' * 600_000_000"]
    small = f"from benchmarks.processes import run\nprint(run({measured!r}).peak_mb)"
    found = subprocess.run([sys.executable, "-c", small], cwd=ROOT, capture_output=True, text=True, check=True)
    assert 600 < float(found.stdout) < 650


def test_a_failed_process_is_an_error_and_its_words_are_in_the_log(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with pytest.raises(subprocess.CalledProcessError):
        run([sys.executable, "-c", "raise SystemExit('it broke')"], log=log)
    assert log.read_text(encoding="utf-8") == "it broke\n"


def test_a_process_that_does_not_end_is_stopped_with_what_it_started(tmp_path: Path) -> None:
    child = "import time\nfor _ in range(600):\n open('alive', 'a').write('.')\n time.sleep(0.05)\n"
    starting = (
        f"import os, subprocess, sys\nos.chdir({str(tmp_path)!r})\nsubprocess.run([sys.executable, '-c', {child!r}])"
    )
    with pytest.raises(subprocess.TimeoutExpired):
        run([sys.executable, "-c", starting], limit=5)
    written = (tmp_path / "alive").stat().st_size
    assert written > 0
    time.sleep(0.5)
    assert (tmp_path / "alive").stat().st_size == written
