"""Of copies of a report one is found, unless they tell different figures."""

from collections.abc import Iterator

import pytest

from assistant.quoting.searching import is_copy, search
from index.embedders import load_embedder
from index.local_index import LocalIndex
from index.snapshot import Snapshot
from index.types import Article
from index.writer import IndexWriter

TOLD = "The fire brigade of the lower town counts {} houses that the flood has damaged since Sunday night, it says."


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snapshot]:
    folder = tmp_path_factory.mktemp("copies")
    embedder = load_embedder("fast")
    articles = [
        Article("first", "", TOLD.format(30), "en", "2025-03-03"),
        Article("copy", "", TOLD.format(30) + " It rains.", "en", "2025-03-04"),
        Article("update", "", TOLD.format(45), "en", "2025-03-06"),
        Article("gulls", "", "Gulls eat fish.", "en", "2025-03-06"),
    ]
    with IndexWriter.open(folder, embedder) as writer:
        for _ in writer.add(articles):
            pass
    with LocalIndex.open(folder, embedder).snapshot() as opened:
        yield opened


def found(snapshot: Snapshot, count: int, *, keep_copies: bool = False) -> list[str]:
    hits = search(snapshot, "houses damaged by the flood", count, "en", None, keep_copies=keep_copies)
    return [hit.passage.article for hit in hits]


def test_of_copies_one_is_found_and_an_update_stays(snapshot: Snapshot) -> None:
    articles = found(snapshot, 10)
    assert len({"first", "copy"} & set(articles)) == 1
    assert {"update", "gulls"} <= set(articles)


def test_copies_are_kept_where_that_is_wished(snapshot: Snapshot) -> None:
    assert set(found(snapshot, 10, keep_copies=True)) == {"first", "copy", "update", "gulls"}


def test_as_many_as_asked_for_are_found_the_best_first(snapshot: Snapshot) -> None:
    assert found(snapshot, 10)[:2] == found(snapshot, 2)
    assert len(found(snapshot, 1)) == 1


def test_a_copy_tells_the_same_figures() -> None:
    assert is_copy(TOLD.format(30), TOLD.format("thirty"), "en")
    assert not is_copy(TOLD.format(30), TOLD.format(45), "en")
    assert not is_copy(TOLD.format(30), "Gulls eat fish.", "en")
