"""Reads a file of one article, within the limits."""

from pathlib import Path

from index.readers.problems import no_text, too_large

_CHUNK = 1_000_000


def read_bytes(path: Path, limit: int) -> bytes:
    """The bytes of a file of at most `limit` bytes. The size is asked before reading, and the read stops at the limit
    for a file that grows meanwhile. Raises `Unreadable` for a larger or an empty one, and `OSError`."""
    check_size(path, limit)
    data = bytearray()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            data += chunk
            if len(data) > limit:
                raise too_large(len(data), limit)
    return bytes(data)


def check_size(path: Path, limit: int) -> None:
    size = path.stat().st_size
    if size > limit:
        raise too_large(size, limit)
    if size == 0:
        raise no_text()
