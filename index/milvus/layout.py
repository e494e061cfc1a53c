"""The collections of an index in Milvus, their columns, and the numbers that stand in them.

Rows are written once and never changed, but for the counts of words. What belongs to a change that is not published
yet, or to an article that was removed, is left out by the state that a reader has (`index.milvus.states`).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b

from index.milvus.server import Column

FORMAT = 2
"""Since 2 sections have a total of what is shown of their articles (`index.visible_state`)."""
TEXT_BYTES = 60_000
"""Milvus keeps at most 65,535 bytes in one text; longer ones are kept in parts."""

LONGEST_TERMS = 4_096
NO_TERM = 2**32 - 2
"""The last dimension that a sparse vector may have: of a passage without any term, since none may be empty."""

_NO_VECTOR = Column("nothing", "vector", 2)
NOTHING = [1.0, 0.0]
"""Milvus wants a vector in every collection; this one is never searched."""

LOG = (Column("key", "int"), Column("kind", "int"), Column("born", "int"), Column("value", "text", 65_535), _NO_VECTOR)
"""States, marks that their words are counted, and sections; also the list of changes, in a collection of its own.
`born` is the generation that each row belongs to."""

CLAIMS = (Column("key", "int"), Column("value", "text", 65_535), _NO_VECTOR)

ARTICLES = (
    Column("key", "int"),
    Column("version", "int"),
    Column("part", "int"),
    Column("born", "int"),
    Column("id_key", "int"),
    Column("file_key", "int"),
    Column("section", "int"),
    Column("language", "text", 64),
    Column("date", "int"),
    Column("about", "text", 65_535),
    Column("text", "text", 65_535),
    _NO_VECTOR,
)
"""One row for each part of an article's text; what is said about the article stands in the first one, as JSON. A
`version` is one article as it was written once: a later one of the same id gets another."""

WORDS = (Column("key", "int"), Column("times", "int"), Column("counted", "int"), _NO_VECTOR)
"""In how many passages a term stands, for one list of readers; `counted` is the last change that was counted in."""


def passages(dimension: int) -> tuple[Column, ...]:
    return (
        Column("key", "int"),
        Column("version", "int"),
        Column("born", "int"),
        Column("section", "int"),
        Column("language", "text", 64),
        Column("date", "int"),
        Column("article", "text", 65_535),
        Column("first", "int"),
        Column("last", "int"),
        Column("text", "text", 65_535),
        Column("terms", "ints", LONGEST_TERMS),
        Column("vector", "vector", dimension),
        Column("words", "sparse"),
    )


@dataclass(frozen=True, slots=True)
class Names:
    """Names of the collections. A `space` is one set of passages and of counts of words; another one is begun when all
    articles are embedded again, while readers go on with the old one."""

    name: str

    @property
    def log(self) -> str:
        return f"{self.name}_log"

    @property
    def changes(self) -> str:
        return f"{self.name}_changes"

    @property
    def claims(self) -> str:
        return f"{self.name}_claims"

    @property
    def articles(self) -> str:
        return f"{self.name}_articles"

    def passages(self, space: int) -> str:
        return f"{self.name}_passages_{space}"

    def words(self, space: int) -> str:
        return f"{self.name}_words_{space}"

    def spaces(self, collections: Iterable[str]) -> dict[str, int]:
        """Those of the collections that belong to a space -> its number."""
        form = re.compile(rf"{re.escape(self.name)}_(?:passages|words)_(\d+)")
        return {each: int(found[1]) for each in collections if (found := form.fullmatch(each))}


def key_of(text: str) -> int:
    """A number for a text that is too long, or too strange, to be asked for itself: 62 bits, so that two of ten million
    texts share one with a chance of one in a hundred thousand."""
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big") >> 2


def term_number(term: str) -> int:
    """A term's dimension in sparse vectors."""
    return key_of(term) % NO_TERM


def date_number(date: str | None) -> int:
    """`YYYY-MM-DD` as YYYYMMDD; 0 for what is no such date."""
    return int(date.replace("-", "")) if date and re.fullmatch(r"\d{4}-\d{2}-\d{2}", date) else 0


def parts_of(text: str) -> list[str]:
    """The text in pieces of at most `TEXT_BYTES` bytes of UTF-8; one empty piece for an empty text."""
    if len(text) * 4 <= TEXT_BYTES:
        return [text]
    pieces = []
    first = 0
    while first < len(text):
        piece = text[first : first + TEXT_BYTES]
        while len(piece.encode()) > TEXT_BYTES:
            piece = piece[: max(1, len(piece) * TEXT_BYTES // len(piece.encode()) - 1)]
        pieces.append(piece)
        first += len(piece)
    return pieces
