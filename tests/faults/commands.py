"""The command line as a user meets it: its exit status, its results and its messages."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
_COMMAND = (sys.executable, "-c", "from assistant.cli.app import main; main()")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a finished command left behind."""

    status: int
    out: str
    err: str

    def __post_init__(self) -> None:
        assert "Traceback" not in self.err, self.err


def environment() -> dict[str, str]:
    """Without settings of the person who runs the tests; with the model that `StaticEmbedder()` is, too."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ASSISTANT_")}
    return {**kept, "ASSISTANT_EMBEDDER": "fast", "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}


def start_command(folder: Path, *arguments: str | Path) -> subprocess.Popen[bytes]:
    """Starts `assistant ARGUMENTS` in a process of its own, working in `folder`."""
    return subprocess.Popen(
        [*_COMMAND, *map(str, arguments)],
        cwd=folder,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def finished(process: subprocess.Popen[bytes], seconds: float = 60.0) -> Outcome:
    out, err = process.communicate(timeout=seconds)
    return Outcome(process.returncode, out.decode(), err.decode())


def start_module(name: str, *arguments: str | Path) -> subprocess.Popen[str]:
    """Starts `python -m tests.faults.NAME ARGUMENTS`; its stdout is read line by line."""
    return subprocess.Popen(
        [sys.executable, "-m", f"tests.faults.{name}", *map(str, arguments)],
        cwd=ROOT,
        env=environment(),
        stdout=subprocess.PIPE,
        text=True,
    )
