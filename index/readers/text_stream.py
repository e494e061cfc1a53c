"""Opens a file of records as text without reading it as a whole."""

import codecs
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from index.readers.encoding import KEEP_BYTES, choose_encoding, refuse_binary
from index.readers.problems import no_text

_CHUNK = 1_000_000


@contextmanager
def open_text(path: Path) -> Iterator[TextIO]:
    """The file as text in its own encoding, with its line ends as they are (`newline=""`); bytes that cannot be
    decoded are lone surrogates. Raises `Unreadable` where it is empty or not text, and `OSError`."""
    with path.open(encoding=_encoding_of(path), errors=KEEP_BYTES, newline="") as stream:
        yield stream


def _encoding_of(path: Path) -> str:
    """Decided by the first part of the file that is not plain ASCII, or else by its beginning."""
    with path.open("rb") as file:
        head = file.read(_CHUNK)
        if not head:
            raise no_text()
        encoding = choose_encoding(head, complete=len(head) < _CHUNK)
        refuse_binary(head.decode(encoding, errors="replace"))
        if encoding != "utf-8":
            return encoding
        decoder = codecs.getincrementaldecoder("utf-8")()
        chunk = head
        while chunk:
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError:
                return choose_encoding(chunk if chunk is head else head + chunk, complete=False)
            chunk = file.read(_CHUNK)
    return encoding
