"""Names of the files in an index folder, and the number of the format."""

import stat
from dataclasses import dataclass
from pathlib import Path

FORMAT = 4
"""Counts up when an older program could no longer read what a newer one writes, or would show what it must not: from 2
on, access groups are kept for searches, and programs before that know nothing of them; from 3 on, each change is
counted at the groups that may see it, which programs before that leave out; from 4 on, a large index has a word file,
which programs before that would leave behind when they write."""

DEFAULT_FOLDER = Path(".assistant/index")


@dataclass(frozen=True, slots=True)
class Layout:
    """An index folder. `database` is the truth; the vector files are derived from it and can be made anew."""

    folder: Path

    @property
    def database(self) -> Path:
        return self.folder / "index.sqlite"

    @property
    def writer_lock(self) -> Path:
        return self.folder / "writer.lock"

    def vector_file(self, generation: int) -> Path:
        return self.folder / f"vectors-{generation}.faiss"

    def vector_files(self) -> list[Path]:
        return sorted(self.folder.glob("vectors-*.faiss"))

    def word_file(self, generation: int) -> Path:
        return self.folder / f"words-{generation}.sqlite"

    def word_files(self) -> list[Path]:
        return sorted(self.folder.glob("words-*.sqlite"))

    def unfinished_files(self) -> list[Path]:
        """Left by a process that was killed while it wrote."""
        return sorted([*self.folder.glob("vectors-*.unfinished"), *self.folder.glob("words-*.unfinished")])

    def bytes_on_disk(self) -> int:
        return sum(_size(path) for path in self.folder.iterdir())


def _size(path: Path) -> int:
    try:
        status = path.stat()
    except FileNotFoundError:  # a writer has removed it since the folder was listed
        return 0
    return status.st_size if stat.S_ISREG(status.st_mode) else 0
