"""Tables with a header (.csv, .tsv): one article in each row, in the columns of `records.FIELDS`."""

import csv
from collections.abc import Iterator, Sequence
from typing import TextIO

from index.readers.draft import Draft, Source
from index.readers.limits import ReadLimits
from index.readers.problems import Unreadable, no_text
from index.readers.records import FIELDS, draft_from, recognised
from index.readers.text_stream import open_text
from index.types import ReadProblem

_DELIMITERS = (",", ";", "\t", "|")


def read(source: Source, limits: ReadLimits) -> Iterator[Draft | ReadProblem]:
    """One article for each row; a row that is none is a problem, and the next one is read. Raises `Unreadable` where
    the header names no column with the text."""
    with open_text(source.path) as stream:
        header, delimiter = _header(stream.readline(limits.max_bytes).lstrip("\ufeff"))
        lines = _Lines(stream, limits.max_bytes)
        rows = csv.reader(lines, delimiter=delimiter)
        while True:
            where = f"{source.where}, line {lines.read + 1}"
            line = lines.begin_row()
            try:
                row = _next_row(rows, limits.max_bytes)
            except csv.Error as error:
                lines.skip_row()
                yield Unreadable(
                    f"The row cannot be read ({error}).", "Look for a quotation mark that is not closed, or split it."
                ).at(where)
                continue
            if row is None:
                return
            if row:
                yield _article(header, row, line, where, limits)


class _Lines:
    """The lines of a table for `csv.reader`, with the memory to find the end of a row that cannot be read: within a
    row quotation marks come in pairs."""

    def __init__(self, stream: TextIO, limit: int) -> None:
        self.read = 1  # the header
        self._stream = stream
        self._limit = limit
        self._quotes = 0

    def begin_row(self) -> int:
        """The number of the line at which the next row begins."""
        self._quotes = 0
        return self.read + 1

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = part = self._stream.readline(self._limit + 1)
        if not line:
            raise StopIteration
        self.read += 1
        self._quotes += part.count('"')
        while len(part) > self._limit and not part.endswith(("\n", "\r")):
            part = self._stream.readline(self._limit + 1)
            self._quotes += part.count('"')
        if len(line) > self._limit:
            raise csv.Error(f"a line is longer than the limit of {self._limit:,} characters")
        return line

    def skip_row(self) -> None:
        """Reads on to the line in which the last quotation mark of the row is closed."""
        while self._quotes % 2:
            try:
                next(self)
            except csv.Error:
                continue
            except StopIteration:
                return


def _next_row(rows: Iterator[list[str]], limit: int) -> list[str] | None:
    """The next row. The field limit of the csv module is one for the whole process, and at first shorter than a long
    article: it is set for the length of this call only."""
    before = csv.field_size_limit(limit)
    try:
        return next(rows, None)
    finally:
        csv.field_size_limit(before)


def _header(line: str) -> tuple[list[str], str]:
    """The column names, and the delimiter under which most of them are known."""
    if not line.strip():
        raise no_text()
    headers = {delimiter: _split(line, delimiter) for delimiter in _DELIMITERS}
    delimiter = max(_DELIMITERS, key=lambda candidate: len(recognised(tuple(headers[candidate]))))
    header = headers[delimiter]
    if "text" not in recognised(tuple(header)):
        raise Unreadable(
            f"Its first line names no column with the text (it has: {', '.join(header)[:200]}).",
            f"Name one column {' or '.join(FIELDS['text'][:3])} in the first line.",
        )
    return header, delimiter


def _split(line: str, delimiter: str) -> list[str]:
    return [name.strip() for name in next(csv.reader([line], delimiter=delimiter), [])]


def _article(
    header: Sequence[str], row: Sequence[str], line: int, where: str, limits: ReadLimits
) -> Draft | ReadProblem:
    try:
        if len(row) > len(header):
            raise Unreadable(
                f"The row has {len(row)} columns, the header {len(header)}.",
                "Put quotation marks around a text that holds the delimiter.",
            )
        if sum(map(len, row)) > limits.max_bytes:
            raise Unreadable(
                f"The row is longer than the limit of {limits.max_bytes:,} characters.",
                "Split it into single articles, or raise the limit of what is read.",
            )
        return draft_from(dict(zip(header, row, strict=False)), line=line)
    except Unreadable as problem:
        return problem.at(where)
