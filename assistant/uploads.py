"""Files that were dropped in a browser: checked, and kept where they can be read again."""

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.settings import Settings
from index.readers.choose import SUFFIXES
from index.readers.limits import DEFAULT_LIMITS
from index.types import ReadProblem

_DOCUMENTS = {"pdf", "word"}
LONGEST_NAME = 200
"""Bytes of a file's name; file systems take 255."""


@dataclass(frozen=True, slots=True)
class Kept:
    """`files` lie in the folder of the uploads; `refused` are what was not taken."""

    files: tuple[Path, ...]
    refused: tuple[ReadProblem, ...]


def uploads_folder(settings: Settings) -> Path:
    """Beside the index unless it is set: an index can be deleted and made again, from these files, too."""
    folder = settings.uploads or settings.beside_index.with_name(f"{settings.beside_index.resolve().name}.uploads")
    return Path(os.path.abspath(folder))


def keep_uploads(files: Sequence[Path], settings: Settings) -> Kept:
    """Copies the files into the folder of the uploads, each under the last part of its name; one of the same name takes
    the place of the one before. Refuses formats that are not read and files that are too large.

    Raises OSError where the folder cannot be written to.
    """
    folder = uploads_folder(settings)
    kept: list[Path] = []
    refused: list[ReadProblem] = []
    for file in files:
        name = safe_name(file.name)
        problem = _problem(file, name, settings)
        if problem is not None:
            refused.append(problem)
            continue
        folder.mkdir(parents=True, exist_ok=True)
        target = folder / name
        unfinished = folder / f".{os.getpid()}-{len(kept)}.unfinished"
        try:
            shutil.copyfile(file, unfinished)
            os.replace(unfinished, target)
        finally:
            unfinished.unlink(missing_ok=True)
        kept.append(target)
    return Kept(tuple(dict.fromkeys(kept)), tuple(refused))


def forget_upload(file: Path, settings: Settings) -> bool:
    """Deletes a kept file; does nothing to a file that lies anywhere else, and says so."""
    if file.parent != uploads_folder(settings) or file.is_symlink() or not file.is_file():
        return False
    file.unlink()
    return True


def safe_name(name: str) -> str:
    """One part of a path that is neither hidden nor a folder, whatever a browser sent."""
    last = name.replace("\\", "/").rpartition("/")[2]
    shown = "".join(character if character.isprintable() else "_" for character in last).strip().lstrip(".~")
    stem, suffix = os.path.splitext(shown)
    while len(f"{stem}{suffix}".encode()) > LONGEST_NAME and stem:
        stem = stem[:-1]
    return f"{stem}{suffix}"


def _problem(file: Path, name: str, settings: Settings) -> ReadProblem | None:
    reader = SUFFIXES.get(Path(name).suffix.lower())
    if reader is None or not Path(name).stem:
        known = ", ".join(sorted(SUFFIXES))
        return ReadProblem(name or "A file", "Files of this format are not read.", f"Convert it to one of {known}.")
    most = DEFAULT_LIMITS.max_document_bytes if reader in _DOCUMENTS else settings.max_article_bytes
    size = file.stat().st_size
    if size > most:
        return ReadProblem(name, f"It has {size} bytes; at most {most} are taken.", "Split it, or add it by a command.")
    return None
