"""CSV files with a header: rows with the line that each begins in."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from eval.formats.reading import Reading

_DELIMITERS = ",;\t|"
_LONGEST_FIELD = 10_000_000
_LONGEST_HEADER = 100_000


def read_header(text: str) -> list[str]:
    """The column names of a table, its first row that is not blank; none where that is no row of a table."""
    first = text.lstrip("\r\n")[:_LONGEST_HEADER]
    try:
        return [
            name.strip() for name in next(csv.reader(io.StringIO(first, newline=""), delimiter=_delimiter(first)), [])
        ]
    except csv.Error:
        return []


def read_rows(reading: Reading, path: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """Where each row begins, and its cells by column. A row with more cells than the header is a problem, one with
    fewer lacks the last columns; blank rows are passed over."""
    text = reading.text(path)
    header = read_header(text)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text.lstrip("\r\n")), strict=True)
    headed = False
    while True:
        where = f"{path}, line {rows.line_num + 1}"
        try:
            row = _next_row(rows)
        except csv.Error as error:
            reading.problem(
                where,
                f"From this row on the table cannot be read ({error}).",
                "Look for a quotation mark that is not closed.",
            )
            return
        if row is None:
            return
        if not any(cell.strip() for cell in row):
            continue
        if not headed:
            headed = True
        elif len(row) > len(header):
            reading.problem(
                where,
                f"The row has {len(row)} cells, the header {len(header)} columns.",
                "Put quotation marks around a text that holds the delimiter.",
            )
        else:
            yield where, dict(zip(header, row, strict=False))


def _next_row(rows: Iterator[list[str]]) -> list[str] | None:
    """The next row. The field limit of the csv module is one for the whole process, and shorter than a long reference
    context: it is set for the length of this call only."""
    before = csv.field_size_limit(_LONGEST_FIELD)
    try:
        return next(rows, None)
    finally:
        csv.field_size_limit(before)


def _delimiter(text: str) -> str:
    """The one that stands most often in the first line."""
    first = text.partition("\n")[0]
    return max(_DELIMITERS, key=first.count)
