"""The finished questions of a run, in a file to which each is added durably, so that a run that was stopped goes on.

A run's folder holds `run.json`, which says what its answers depend on, and `questions.jsonl`, one outcome a line in the
order of the set. A line counts when its end is there: what a killed process left of one is cut off.
"""

import json
import os
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from filelock import FileLock, Timeout

from eval.errors import RunDamaged, RunMissing, RunRefused, RunUnwritable
from eval.provenance import differences
from eval.runs.outcome import Outcome, outcome_of_line

HEADER = "run.json"
QUESTIONS = "questions.jsonl"
LOCK = ".lock"
FORMAT = 1


@dataclass(slots=True)
class Journal:
    """Opened with `open_journal`. `finished` counts the questions that are in it."""

    folder: Path
    finished: int
    _file: BinaryIO

    def add(self, outcome: Outcome) -> None:
        """Returns when the outcome is on the disk. Raises RunUnwritable."""
        try:
            self._file.write(outcome.as_line())
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            raise _unwritable(self.folder, error) from error
        self.finished += 1

    def close(self) -> None:
        self._file.close()


@contextmanager
def open_journal(folder: Path, basis: Mapping[str, Any], *, restart: bool = False) -> Iterator[Journal]:
    """The journal of the run in a folder, which is begun where there is none. One process may have it at a time.

    `basis` is what the answers depend on, as JSON. Raises RunRefused where another process writes to it, or where it
    was begun on another basis, unless `restart` throws the earlier one away; RunDamaged, and RunUnwritable.
    """
    with _locked(folder):
        journal = _opened(folder, json.loads(json.dumps(basis)), restart=restart)
        try:
            yield journal
        finally:
            journal.close()


def _opened(folder: Path, basis: Mapping[str, Any], *, restart: bool) -> Journal:
    try:
        if restart:
            for name in (HEADER, QUESTIONS):
                (folder / name).unlink(missing_ok=True)
        _begin(folder, basis)
        file = (folder / QUESTIONS).open("ab")
        file.truncate(_whole_lines(folder / QUESTIONS))
        return Journal(folder, sum(1 for _ in read_outcomes(folder)), file)
    except OSError as error:
        raise _unwritable(folder, error) from error


def read_basis(folder: Path) -> Mapping[str, Any]:
    """What the answers of a run depend on. Raises RunMissing and RunDamaged."""
    try:
        header = json.loads((folder / HEADER).read_text(encoding="utf-8"))
        if header["format"] != FORMAT:
            raise RunDamaged(f"The run in {folder} has the format {header['format']!r}, not {FORMAT}. Run it again.")
        return dict(header["basis"])
    except FileNotFoundError as error:
        raise RunMissing(
            f"There is no run in {folder}. Make one: assistant eval run --cases FILE --out {folder}"
        ) from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RunDamaged(f"{folder / HEADER} cannot be read: {error!r}. Run it again with --restart.") from error


def read_outcomes(folder: Path) -> Generator[Outcome, None, None]:
    """One after another, in the order of the set. Raises RunMissing and RunDamaged."""
    try:
        with (folder / QUESTIONS).open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                try:
                    yield outcome_of_line(line)
                except ValueError as error:
                    raise RunDamaged(
                        f"{folder / QUESTIONS}, line {number}, is not a finished question: {line[:80]!r}. "
                        "Run the set again with --restart."
                    ) from error
    except FileNotFoundError as error:
        raise RunMissing(f"The run in {folder} has no {QUESTIONS}: none of its questions was asked yet.") from error


def write_durably(file: Path, write: Callable[[BinaryIO], object]) -> None:
    """Under its name stands the whole file or what stood there before, whenever the process ends."""
    partial = file.with_name(file.name + ".partial")
    with partial.open("wb") as stream:
        write(stream)
        stream.flush()
        os.fsync(stream.fileno())
    partial.replace(file)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    lock = FileLock(folder / LOCK, timeout=0)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout as error:
        raise RunRefused(
            f"Another process runs a set into {folder}. Wait for it, or name another folder with --out."
        ) from error
    except OSError as error:
        raise _unwritable(folder, error) from error
    try:
        yield
    finally:
        lock.release()


def _begin(folder: Path, basis: Mapping[str, Any]) -> None:
    """Writes the header, or holds the one that is there against `basis`."""
    if not (folder / HEADER).exists():
        (folder / QUESTIONS).unlink(missing_ok=True)
        content = json.dumps({"format": FORMAT, "basis": basis}, indent=2, ensure_ascii=False) + "\n"
        write_durably(folder / HEADER, lambda stream: stream.write(content.encode()))
        return
    changed = differences(read_basis(folder), basis)
    if changed:
        raise RunRefused(
            f"The run in {folder} was begun with something else, and its questions would not fit together: "
            f"{'; '.join(changed)}. Name another folder with --out, or throw the earlier run away with --restart."
        )


def _whole_lines(file: Path) -> int:
    """How many bytes of the file are lines with their ends."""
    with file.open("rb") as stream:
        end = stream.seek(0, os.SEEK_END)
        while end:
            start = max(0, end - 65_536)
            stream.seek(start)
            found = stream.read(end - start).rfind(b"\n")
            if found >= 0:
                return start + found + 1
            end = start
    return 0


def _unwritable(folder: Path, error: OSError) -> RunUnwritable:
    return RunUnwritable(f"{folder} cannot be written to: {error.strerror or error}. Make room, or name another --out.")
