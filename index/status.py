"""What an index holds, told without its embedder."""

from dataclasses import dataclass
from pathlib import Path

from index import store
from index.database import errors_in_our_words, open_for_reading
from index.derived import embedder_record
from index.layout import Layout


@dataclass(frozen=True, slots=True)
class Status:
    """`languages` maps a language to its number of articles; `bytes` counts the files of the index folder."""

    articles: int
    passages: int
    embedder: str
    dimension: int
    fingerprint: str
    generation: int
    bytes: int
    languages: dict[str, int]


def read_status(folder: Path) -> Status:
    """Raises IndexMissing, IndexTooNew, IndexDamaged and IndexUnwritable."""
    layout = Layout(folder)
    connection = open_for_reading(layout)
    try:
        with errors_in_our_words(folder):
            connection.execute("BEGIN")
            record = embedder_record(connection, layout)
            articles, passages = store.counts(connection)
            return Status(
                articles=articles,
                passages=passages,
                embedder=record.name,
                dimension=record.dimension,
                fingerprint=record.fingerprint,
                generation=store.generation(connection),
                bytes=layout.bytes_on_disk(),
                languages=store.languages(connection),
            )
    finally:
        connection.close()


def read_article_ids(folder: Path) -> list[str]:
    """In the order in which the articles were added. Raises what `read_status` raises."""
    connection = open_for_reading(Layout(folder))
    try:
        with errors_in_our_words(folder):
            return store.article_ids(connection)
    finally:
        connection.close()
