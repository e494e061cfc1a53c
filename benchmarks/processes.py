"""A command in a process of its own: how long it took, and how much memory it needed."""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Process:
    """One finished process: wall and processor seconds, its own peak memory in MB (10**6 bytes), what it printed.

    Linux counts what the starting process had at its own peak as memory of the started one: a benchmark that reports
    small figures must stay small itself.
    """

    seconds: float
    processor_seconds: float
    peak_mb: float
    output: str


def run(
    command: Sequence[str],
    *,
    limit: float | None = None,
    log: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> Process:
    """Runs a command in the repository's folder and waits for it; its stderr goes to ours, or to the end of `log`.

    Raises CalledProcessError when it fails, TimeoutExpired when it was stopped after `limit` seconds, with all that it
    had started.
    """
    with tempfile.TemporaryFile("w+", encoding="utf-8") as output, (log or Path(os.devnull)).open("ab") as errors:
        started = time.perf_counter()
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            stdout=output,
            stderr=errors if log else None,
            env=environment,
            start_new_session=limit is not None,
        )
        stopped = threading.Event()

        def stop() -> None:
            stopped.set()
            _kill(process.pid, group=True)

        timer = threading.Timer(limit or 0, stop)
        if limit is not None:
            timer.start()
        try:
            _, status, usage = os.wait4(process.pid, 0)
            seconds = time.perf_counter() - started
        except BaseException:  # an interruption must not leave it running
            _kill(process.pid, group=limit is not None)
            raise
        finally:
            timer.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        if stopped.is_set():
            raise subprocess.TimeoutExpired(command, limit or 0)
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, command)
        output.seek(0)
        # Linux counts in units of 1024 bytes, macOS in bytes.
        unit = 1 if sys.platform == "darwin" else 1024
        return Process(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * unit / MEGABYTE, output.read())


def _kill(process: int, *, group: bool) -> None:
    """The process, or the group that it leads."""
    with contextlib.suppress(ProcessLookupError):
        (os.killpg if group else os.kill)(process, signal.SIGKILL)


def commit() -> str:
    """The short hash of the checkout's commit, "uncommitted" where there is none."""
    found = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return found.stdout.strip() if found.returncode == 0 else "uncommitted"


def say(message: str) -> None:
    print(time.strftime("%H:%M:%S"), message, file=sys.stderr)
