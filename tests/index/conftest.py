"""A few articles and an index of them."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from index.types import Article
from index.writer import IndexWriter
from tests.fakes import WordEmbedder

HARBOUR = Article(
    "harbour", "The harbour", "The fishermen repair their nets in the old harbour.", "en", file="/a/h.txt"
)
PLEDGE = Article(
    "engagement", "Un engagement", "L'Allemagne a promis quatre systèmes et 10 000 obus.", "fr", "2025-06-01", "A. Roy"
)
BAKERY = Article("bakery", "A bakery", "The new bakery sells bread and cakes.", "en", url="https://example.org/b")


def write(folder: Path, articles: Sequence[Article], embedder: WordEmbedder | None = None) -> list[str]:
    """Adds articles to the index in a folder; returns what became of each."""
    with IndexWriter.open(folder, embedder or WordEmbedder()) as writer:
        return [written.outcome for written in writer.add(articles)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An index of three articles, of one passage each."""
    folder = tmp_path / "index"
    assert write(folder, [HARBOUR, PLEDGE, BAKERY]) == ["added"] * 3
    return folder
