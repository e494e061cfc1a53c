"""Which module reads which format."""

import importlib
from typing import cast

from index.readers.draft import Reader

SUFFIXES = {
    ".txt": "text",
    ".text": "text",
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".pdf": "pdf",
    ".docx": "word",
    ".jsonl": "json_lines",
    ".ndjson": "json_lines",
    ".csv": "csv_table",
    ".tsv": "csv_table",
}
"""Suffix, in lower case, to the module of this package that reads such files."""


def choose_reader(suffix: str) -> Reader:
    """The module that reads files with this suffix, imported when it is needed."""
    return cast(Reader, importlib.import_module(f"index.readers.{SUFFIXES[suffix.lower()]}"))
