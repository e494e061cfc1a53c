"""Finds the files to read below the paths that were given."""

import os
import stat
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from index.readers.choose import SUFFIXES
from index.readers.draft import Source
from index.readers.problems import from_os_error
from index.types import ReadProblem


@dataclass(frozen=True, slots=True)
class Survey:
    """What a read will meet: how many files it reads, and how many it passes over, by suffix."""

    files: int = 0
    passed_over: Mapping[str, int] = field(default_factory=dict)


def survey(paths: Sequence[Path]) -> Survey:
    """Counts what `walk` finds, without opening a file."""
    walker = _Walker()
    files = sum(isinstance(found, Source) for found in walker.walk(paths))
    return Survey(files, dict(walker.passed_over))


def count_files(paths: Sequence[Path]) -> int:
    """How many files `read_paths` will read, for a progress bar."""
    return survey(paths).files


def walk(paths: Sequence[Path]) -> Iterator[Source | ReadProblem]:
    """The files at and below `paths`: the paths in the order given, the entries of each folder sorted by name.

    In a folder these are passed over without a word: hidden files and folders, files of other formats, lock files of
    office programs ("~$..."), and files named README.*, which describe the folder and are no articles. A file named
    directly is read whatever its name, and is a problem where its format is not known. Links are followed; the same
    file reached twice, by links or by paths that overlap, is read once.
    """
    return _Walker().walk(paths)


class _Walker:
    """One walk: remembers the files and folders it has met by device and inode."""

    def __init__(self) -> None:
        self.passed_over: Counter[str] = Counter()
        self._met: set[int] = set()

    def walk(self, paths: Sequence[Path]) -> Iterator[Source | ReadProblem]:
        for path in paths:
            try:
                status = path.stat()
            except OSError as error:
                yield from_os_error(str(path), error)
                continue
            except ValueError:
                yield ReadProblem(str(path).replace("\0", "\\0"), "It is not a path.", "Check how it is written.")
                continue
            if stat.S_ISDIR(status.st_mode):
                yield from self._folder(path, "", status, ())
            elif not stat.S_ISREG(status.st_mode):
                yield ReadProblem(str(path), "It is neither a file nor a folder.", "Name a file or a folder.")
            elif path.suffix.lower() not in SUFFIXES:
                yield _unknown_format(path)
            elif self._first_time(status):
                yield Source(path, path.name)

    def _folder(
        self, folder: Path, prefix: str, status: os.stat_result, above: tuple[int, ...]
    ) -> Iterator[Source | ReadProblem]:
        key = _key(status)
        if key in above:
            yield ReadProblem(
                str(folder), "It is a symbolic link that leads back to a folder above it.", "Remove the link."
            )
            return
        if not self._first_time(status):
            return
        try:
            with os.scandir(folder) as entries:
                names = sorted(entry.name for entry in entries)
        except OSError as error:
            yield from_os_error(str(folder), error)
            return
        for name in names:
            if not name.startswith((".", "~$")):
                yield from self._entry(folder / name, prefix + name, (*above, key))

    def _entry(self, path: Path, article_id: str, above: tuple[int, ...]) -> Iterator[Source | ReadProblem]:
        try:
            status = path.stat()
        except OSError as error:
            if path.suffix.lower() in SUFFIXES or path.suffix == "":
                yield from_os_error(str(path), error)
            return
        if stat.S_ISDIR(status.st_mode):
            yield from self._folder(path, article_id + "/", status, above)
        elif stat.S_ISREG(status.st_mode):
            if path.suffix.lower() not in SUFFIXES or path.stem.lower() == "readme":
                self.passed_over[path.suffix.lower()] += 1
            elif self._first_time(status):
                yield Source(path, article_id)

    def _first_time(self, status: os.stat_result) -> bool:
        key = _key(status)
        if key in self._met:
            return False
        self._met.add(key)
        return True


def _key(status: os.stat_result) -> int:
    return status.st_dev << 64 | status.st_ino


def _unknown_format(path: Path) -> ReadProblem:
    return ReadProblem(
        str(path),
        f"Files of the format {path.suffix!r} are not read."
        if path.suffix
        else "It has no suffix that names a format.",
        f"Convert it to one of {', '.join(sorted(SUFFIXES))}.",
    )
