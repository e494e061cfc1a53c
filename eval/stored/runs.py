"""The runs that are kept: what each was asked for, how far it is, and the figures of those that are finished."""

import json
import shutil
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from eval.errors import RunMissing
from eval.evaluation import Part
from eval.report.files import METRICS
from eval.runs.journal import HEADER, QUESTIONS, write_durably
from eval.stored.sets import StoredSet

REQUEST = "request.json"
_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Request:
    """What a run was begun for, so that it can go on: the id and the name of its stored set, and which part of it."""

    set: str
    name: str
    split: str | None = None
    limit: int | None = None

    @property
    def part(self) -> Part:
        return Part(self.split, self.limit)


@dataclass(frozen=True, slots=True)
class StoredRun:
    """`id` is the name of its folder. `request` is None where the command line made it. `total` is None until the first
    question is asked. `results` are what metrics.json holds, None as long as the run is not finished;
    `generation` is that of the index."""

    id: str
    folder: Path
    name: str
    request: Request | None
    asked: int
    total: int | None
    results: Mapping[str, Any] | None
    generation: int | None = None


@dataclass(frozen=True, slots=True)
class StoredRuns:
    """Those in a folder: each has a folder of its own, as `assistant eval run --out` leaves it."""

    folder: Path

    def begin(self, stored: StoredSet, part: Part) -> StoredRun:
        """A new and empty one. Raises OSError."""
        request = Request(stored.id, stored.name, part.split, part.limit)
        name = "".join(mark if mark.isalnum() else "-" for mark in stored.name)[:_LONGEST_NAME].strip("-")
        moment = time.strftime("%Y%m%d-%H%M%S", time.gmtime())
        self.folder.mkdir(parents=True, exist_ok=True)
        folder = self._new(f"{moment}-{name}".rstrip("-"))
        content = json.dumps(asdict(request), ensure_ascii=False).encode()
        write_durably(folder / REQUEST, lambda stream: stream.write(content))
        return StoredRun(folder.name, folder, stored.name, request, 0, None, None)

    def forget_if_empty(self, run: StoredRun) -> None:
        """Deletes the folder of a run that never began: nothing of its set could be asked."""
        if not (run.folder / HEADER).exists():
            shutil.rmtree(run.folder, ignore_errors=True)

    def all(self, most: int = 100) -> list[StoredRun]:
        """The newest first."""
        names = [path.name for path in self._folders()]
        return [self._read(self.folder / name) for name in sorted(names, reverse=True)[:most]]

    def find(self, identity: str) -> StoredRun:
        """Raises RunMissing where there is none of that id; an id is never taken for a path."""
        for folder in self._folders():
            if folder.name == identity:
                return self._read(folder)
        raise RunMissing(f"There is no run {identity!r} any more. Choose another one.")

    def _folders(self) -> list[Path]:
        if not self.folder.is_dir():
            return []
        return [
            path
            for path in self.folder.iterdir()
            if not path.name.startswith(".") and any((path / name).is_file() for name in (REQUEST, HEADER))
        ]

    def _new(self, name: str) -> Path:
        for number in range(1, 1_000):
            folder = self.folder / (name if number == 1 else f"{name}-{number}")
            try:
                folder.mkdir()
            except FileExistsError:
                continue
            return folder
        raise FileExistsError(f"There are too many runs named {name}.")

    def _read(self, folder: Path) -> StoredRun:
        told, header, results = (_json_of(folder / name) for name in (REQUEST, HEADER, METRICS))
        try:
            request = Request(**told)
        except TypeError:
            request = None
        name = _inside(header, "basis", "set", "name") or (request.name if request else folder.name)
        total = _inside(header, "basis", "set", "questions")
        whole = results if _has_figures(results) else None
        asked = _inside(whole, "questions") or _lines(folder / QUESTIONS)
        generation = _inside(header, "basis", "index", "generation")
        return StoredRun(folder.name, folder, str(name), request, asked, total, whole, generation)


def _json_of(file: Path) -> Any:
    """None where there is no such file, or where it was damaged from outside: the others are shown all the same."""
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _inside(value: Any, *names: str) -> Any:
    """What a nested object holds under these names; None where it does not."""
    for name in names:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _has_figures(results: Any) -> bool:
    figures = _inside(results, "figures")
    return isinstance(figures, Mapping) and all(
        isinstance(_inside(figure, name), int | float)
        for figure in figures.values()
        for name in ("mean", "low", "high", "questions")
    )


def _lines(file: Path) -> int:
    try:
        with file.open("rb") as stream:
            return sum(piece.count(b"\n") for piece in iter(lambda: stream.read(1 << 20), b""))
    except OSError:
        return 0
