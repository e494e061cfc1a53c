"""What the database records of the embedder and of the files that are derived from it."""

import json
import sqlite3
from dataclasses import asdict, dataclass

from index import store
from index.errors import IndexMissing
from index.layout import Layout
from index.vector_file import DerivedFile


@dataclass(frozen=True, slots=True)
class EmbedderRecord:
    """What an index records of the embedder that made its vectors."""

    name: str
    dimension: int
    fingerprint: str


def embedder_record(connection: sqlite3.Connection, layout: Layout) -> EmbedderRecord:
    """Raises IndexMissing when nothing was ever written to the index."""
    recorded = store.get_meta(connection, "embedder")
    if recorded is None:
        raise IndexMissing(
            f"The index in {layout.folder} was begun and holds nothing yet. Build it: "
            f"assistant index build --index {layout.folder} PATH..."
        )
    try:
        return EmbedderRecord(**json.loads(recorded))
    except (ValueError, TypeError) as error:
        raise store.damaged(f"its embedder is {recorded[:80]!r}") from error


def recorded_vector_file(connection: sqlite3.Connection) -> DerivedFile | None:
    return _recorded(connection, "vector_file")


def recorded_word_file(connection: sqlite3.Connection) -> DerivedFile | None:
    return _recorded(connection, "word_file")


def _recorded(connection: sqlite3.Connection, name: str) -> DerivedFile | None:
    recorded = store.get_meta(connection, name)
    try:
        return None if recorded is None else DerivedFile(**json.loads(recorded))
    except (ValueError, TypeError) as error:
        raise store.damaged(f"its {name.replace('_', ' ')} is {str(recorded)[:80]!r}") from error


def record_files(connection: sqlite3.Connection, vectors: DerivedFile, words: DerivedFile | None) -> None:
    """Inside the caller's transaction."""
    store.set_meta(connection, "vector_file", json.dumps(asdict(vectors)))
    if words is None:
        forget_word_file(connection)
    else:
        store.set_meta(connection, "word_file", json.dumps(asdict(words)))


def forget_word_file(connection: sqlite3.Connection) -> None:
    connection.execute("DELETE FROM meta WHERE key = 'word_file'")
