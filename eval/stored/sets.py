"""Question sets as they came from a browser: kept, so that a run of one can go on, or be done again after a change.

A set has a folder named by its content, and beside it a file that says what it is: `ID/FILE` or, of several files,
`ID/NAME/FILE...`, and `ID.json`, which is written last.
"""

import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from hashlib import file_digest, sha256
from pathlib import Path

from assistant.uploads import safe_name
from eval.cases import Case, TestSet
from eval.errors import FormatUnknown, RunMissing
from eval.formats.choose import read_set
from eval.runs.journal import write_durably
from index.types import ReadProblem


@dataclass(frozen=True, slots=True)
class StoredSet:
    """`path` is the file or folder within that of the set, `format` the one that was named, `added` a UTC moment."""

    id: str
    name: str
    path: str
    format: str | None
    added: str


@dataclass(frozen=True, slots=True)
class StoredSets:
    """Those in a folder, which is made when the first one is kept."""

    folder: Path

    def take(self, files: Sequence[Path], format_name: str | None = None) -> tuple[StoredSet | None, TestSet]:
        """Keeps one set, of one file or several that belong together, and reads it; None where it has no question that
        can be asked, and then nothing is kept. A set that was kept before is the same one again.

        Raises FormatUnknown as `read_set` does, and OSError where the folder cannot be written to.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        unfinished = Path(tempfile.mkdtemp(prefix=".unfinished-", dir=self.folder))
        try:
            path = _copied(files, unfinished)
            test_set = _read(unfinished, path, format_name)
            if not test_set.cases:
                return None, test_set
            stored = StoredSet(
                _fingerprint(unfinished, format_name),
                test_set.name,
                path.relative_to(unfinished).as_posix(),
                format_name,
                time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            )
            if not (self.folder / stored.id).exists():
                os.replace(unfinished, self.folder / stored.id)
            content = json.dumps(asdict(stored), ensure_ascii=False).encode()
            write_durably(self.folder / f"{stored.id}.json", lambda stream: stream.write(content))
            return stored, test_set
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)

    def all(self) -> list[StoredSet]:
        """Those added last first; one whose description cannot be read is left out."""
        return sorted(self._found(), key=lambda one: (one.added, one.id), reverse=True)

    def find(self, identity: str) -> StoredSet:
        """Raises RunMissing where there is none of that id."""
        for stored in self._found():
            if stored.id == identity:
                return stored
        raise RunMissing("The question set of this run is not kept here any more. Drop its file again, and run that.")

    def read(self, stored: StoredSet) -> TestSet:
        """The set as it was kept, read anew."""
        folder = self.folder / stored.id
        return _read(folder, folder / stored.path, stored.format)

    def _found(self) -> Iterator[StoredSet]:
        for file in self.folder.glob("*.json"):
            try:
                yield StoredSet(**json.loads(file.read_text(encoding="utf-8")))
            except (OSError, ValueError, TypeError):
                continue


def _copied(files: Sequence[Path], folder: Path) -> Path:
    """The file, or the folder of several; tables beside BEIR's queries go where BEIR has its judgements."""
    names = [safe_name(file.name) or "questions" for file in files]
    if len(files) == 1:
        return Path(shutil.copyfile(files[0], folder / names[0]))
    inside = folder / f"{Path(names[0]).stem} + {len(names) - 1}"
    for file, name in zip(files, names, strict=True):
        is_judgements = name.lower().endswith(".tsv") and "queries.jsonl" in names
        target = inside / "qrels" / name if is_judgements else inside / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)
    return inside


def _fingerprint(folder: Path, format_name: str | None) -> str:
    digest = sha256(json.dumps(format_name).encode())
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            with file.open("rb") as stream:
                inside = file_digest(stream, "sha256").digest()
            digest.update(file.relative_to(folder).as_posix().encode("utf-8", "replace") + b"\0" + inside)
    return digest.hexdigest()[:16]


def _read(folder: Path, path: Path, format_name: str | None) -> TestSet:
    """With the names of the files as they were dropped, not where the server keeps them."""
    within = f"{folder}{os.sep}"

    def named(case: Case) -> Case:
        return replace(case, where=case.where.replace(within, ""))

    def told(problem: ReadProblem) -> ReadProblem:
        return replace(problem, where=problem.where.replace(within, ""), what=problem.what.replace(within, ""))

    try:
        found = read_set(path, format_name)
    except FormatUnknown as error:
        raise FormatUnknown(str(error).replace(within, "")) from error
    return replace(found, cases=tuple(map(named, found.cases)), problems=tuple(map(told, found.problems)))
