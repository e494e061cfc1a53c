"""Which module reads which format of test set, and which format a file has."""

import importlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import cast

from eval.cases import TestSet
from eval.errors import FormatUnknown
from eval.formats import ragas
from eval.formats.reading import Reader
from eval.formats.table import read_header
from index.readers.encoding import decode
from index.readers.problems import Unreadable, from_os_error
from index.types import ReadProblem

FORMATS = {
    "jsonl": "json_lines",
    "squad": "squad",
    "beir": "beir",
    "trec": "trec",
    "ragas": "ragas",
    "promptfoo": "promptfoo",
}
"""Name, as `--format` takes it, to the module of this package that reads it."""

_HEAD = 1_000_000


def read_set(path: Path, format_name: str | None = None) -> TestSet:
    """The test set of a file or folder, in the named format or the one that it looks like.

    Never raises for what stands in the file: see `TestSet.problems`. Raises `FormatUnknown` for a name that is none,
    for a path that is not there, and for a file that looks like none.
    """
    if not path.exists():
        raise FormatUnknown(f"{path}: there is no such file or folder. Check the path of the test set.")
    if format_name is not None and format_name not in FORMATS:
        raise FormatUnknown(f"{format_name!r} is no format of test sets. There are: {', '.join(FORMATS)}.")
    chosen = format_name or ""
    try:
        chosen = chosen or format_of(path)
        return _read(path, chosen)
    except Unreadable as problem:
        told = problem.at(str(path))
    except OSError as error:
        told = from_os_error(str(path), error)
    except RecursionError:
        told = ReadProblem(str(path), "It is nested too deeply.", "Check that it is a test set.")
    return TestSet(path.stem, chosen, (), problems=(told,))


def _read(path: Path, chosen: str) -> TestSet:
    if path.is_dir() and chosen not in ("beir", "trec"):
        raise FormatUnknown(f"{path} is a folder, and {chosen} is read from a file. Name the file.")
    return cast(Reader, importlib.import_module(f"eval.formats.{FORMATS[chosen]}")).read(path)


def format_of(path: Path) -> str:
    """The name of the format that a file or folder looks like. Raises `FormatUnknown`, and `Unreadable` for a file
    that is empty or no text."""
    if path.is_dir():
        return _format_of_folder(path)
    suffix = path.suffix.lower()
    if suffix == ".tsv" and (path.parent.name == "qrels" or path.with_name("queries.jsonl").is_file()):
        return "beir"
    with path.open("rb") as file:
        data = file.read(_HEAD)
    if not data.strip():
        raise Unreadable("It is empty.", "Put the questions into it, or name another file.")
    head = decode(data).text.removeprefix("\ufeff").lstrip()
    if head.startswith("<"):
        return "trec"
    if head.startswith(("{", "[")) or suffix in (".json", ".jsonl", ".ndjson"):
        return _format_of_json(path, head)
    header = read_header(head)
    if suffix == ".csv" or any(name.startswith("__expected") for name in header):
        named_by_ragas = any(name in ("user_input", *ragas.REFERENCE) for name in header)
        return "ragas" if named_by_ragas and not any(name.startswith("__") for name in header) else "promptfoo"
    if "\t" in head.partition("\n")[0]:
        return "trec"
    raise FormatUnknown(
        f"{path} looks like no test set that can be read. Name its format: --format {' or '.join(FORMATS)}."
    )


def _format_of_folder(path: Path) -> str:
    if (path / "queries.jsonl").is_file():
        return "beir"
    names = [file.name.lower() for file in path.iterdir() if file.is_file()]
    if any("topic" in name or "qrel" in name for name in names):
        return "trec"
    raise FormatUnknown(
        f"The folder {path} holds neither queries.jsonl (BEIR) nor topics and qrels (TREC). Name a file, or --format."
    )


def _format_of_json(path: Path, head: str) -> str:
    """By the fields of the first object on a line of its own that can be read, else by names that the text holds."""
    for line in head.splitlines()[:100]:
        try:
            record = json.loads(line.strip().removeprefix("[").rstrip(","))
        except (ValueError, RecursionError):
            continue
        if not isinstance(record, dict):
            continue
        listed = next((part[0] for part in record.values() if isinstance(part, list) and part), None)
        for shown in (record, listed):
            if isinstance(shown, dict) and (found := _format_of_record(shown)):
                return found
        return "jsonl"
    if '"paragraphs"' in head or ('"context"' in head and '"answers"' in head):
        return "squad"
    if '"user_input"' in head or any(f'"{name}"' in head for name in ragas.REFERENCE):
        return "ragas"
    if '"data"' in head:
        return "squad"
    if path.suffix.lower() in (".jsonl", ".ndjson"):
        return "jsonl"
    names = " or ".join(FORMATS)
    raise FormatUnknown(f"{path} is JSON, but looks like no test set. Name its format: --format {names}.")


def _format_of_record(record: Mapping[str, object]) -> str:
    if "user_input" in record or ("question" in record and any(name in record for name in ragas.REFERENCE)):
        return "ragas"
    if "question" in record or "turns" in record:
        return "squad" if "context" in record and "answers" in record else "jsonl"
    if "data" in record or "paragraphs" in record:
        return "squad"
    return "beir" if "_id" in record else ""
