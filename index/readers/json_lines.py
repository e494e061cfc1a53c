"""JSON Lines: one article on each line, as an object with the fields of `records.FIELDS`."""

import json
from collections.abc import Iterator
from typing import TextIO

from index.readers.draft import Draft, Source
from index.readers.limits import ReadLimits
from index.readers.problems import Unreadable
from index.readers.records import draft_from
from index.readers.text_stream import open_text
from index.types import ReadProblem


def read(source: Source, limits: ReadLimits) -> Iterator[Draft | ReadProblem]:
    """One article for each line that is not blank; a line that is none is a problem, and the next one is read."""
    with open_text(source.path) as stream:
        for number, line in _lines(stream, limits.max_bytes):
            try:
                if len(line) > limits.max_bytes:
                    raise Unreadable(
                        f"The record is longer than the limit of {limits.max_bytes:,} characters.",
                        "Split it into single articles, or raise the limit of what is read.",
                    )
                yield draft_from(_parse(line), line=number)
            except Unreadable as problem:
                yield problem.at(f"{source.where}, line {number}")


def _lines(stream: TextIO, limit: int) -> Iterator[tuple[int, str]]:
    """Numbered lines that are not blank. Of a line longer than `limit` only the first `limit + 1` characters are
    given; the rest is passed over without being kept."""
    number = 0
    while line := stream.readline(limit + 1):
        number += 1
        rest = line
        while len(rest) > limit and not rest.endswith("\n"):
            rest = stream.readline(limit + 1)
        if line.strip("\ufeff \t\r\n"):
            yield number, line


def _parse(line: str) -> dict[str, object]:
    try:
        record = json.loads(line.strip("\ufeff \t\r\n"))
    except (ValueError, RecursionError) as error:
        reason = error.msg if isinstance(error, json.JSONDecodeError) else "it is nested too deeply or not a value"
        raise Unreadable(f"The line is not JSON: {reason}.", "Write one whole JSON object on each line.") from error
    if not isinstance(record, dict):
        raise Unreadable("The line is JSON, but not an object.", "Write one whole JSON object on each line.")
    return record
