"""Plain text: the whole file is the text, its first line the title."""

from collections.abc import Iterator

from index.readers.dates import date_near_top
from index.readers.draft import Draft, Source
from index.readers.encoding import decode
from index.readers.limits import ReadLimits
from index.readers.whole_file import read_bytes
from index.types import ReadProblem


def read(source: Source, limits: ReadLimits) -> Iterator[Draft | ReadProblem]:
    """One article: the decoded file as it is, so that positions can be checked against the file."""
    text = decode(read_bytes(source.path, limits.max_bytes)).text
    yield Draft(text, date=date_near_top(text))
