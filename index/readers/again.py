"""Reads files again from which articles were read before, so that these keep their ids."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from index.readers.choose import SUFFIXES
from index.readers.collection import read_sources
from index.readers.draft import Source
from index.readers.limits import DEFAULT_LIMITS, ReadLimits
from index.types import Article, Progress, ReadProblem

_RECORD = re.compile(r"#\d+\Z")
_OF_RECORDS = {"json_lines", "csv_table"}


def read_again(
    files: Mapping[str, Sequence[str]], limits: ReadLimits = DEFAULT_LIMITS, progress: Progress | None = None
) -> Iterator[Article | ReadProblem]:
    """The articles and problems of files, given as file -> ids of the articles that were read from it; as `read_paths`.

    An article has its id from its path, which was relative to a folder that is not known any more; the ids tell. A file
    that is gone is a problem.
    """
    return read_sources((_source(Path(file), ids) for file, ids in files.items()), limits, progress)


def _source(file: Path, ids: Sequence[str]) -> Source | ReadProblem:
    if not file.is_file():
        return ReadProblem(
            str(file),
            f"The file is no longer there; {len(ids)} articles were read from it ({ids[0]} first).",
            "Put it back, or remove the articles.",
        )
    reader = SUFFIXES.get(file.suffix.lower())
    if reader is None:
        return ReadProblem(str(file), f"Files of the format {file.suffix!r} are not read.", "Convert it.")
    return Source(file, _RECORD.sub("", ids[0]) if reader in _OF_RECORDS else ids[0])
