"""The writer: incremental by content, each change whole or not at all, at the cost of what is changed."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from index import compaction
from index.errors import ArticleUnknown, EmbedderMismatch, EmbedderUnavailable, IndexBusy, IndexUnwritable
from index.local_index import LocalIndex
from index.status import read_article_ids, read_status
from index.types import Article
from index.verification import verify
from index.writer import IndexWriter
from tests.fakes import WordEmbedder
from tests.index.conftest import BAKERY, HARBOUR, PLEDGE, write


def _found(folder: Path, query: str, embedder: WordEmbedder | None = None) -> list[str]:
    index = LocalIndex.open(folder, embedder or WordEmbedder())
    with index.snapshot() as snapshot:
        hits = [hit.passage.article for hit in snapshot.search(query)]
    index.close()
    return hits


def test_an_unchanged_article_is_not_embedded_again(folder: Path) -> None:
    embedder = WordEmbedder()
    changed = replace(BAKERY, text="The bakery has closed.")
    assert sorted(write(folder, [HARBOUR, changed, PLEDGE], embedder)) == ["replaced", "unchanged", "unchanged"]
    assert embedder.texts == ["The bakery has closed."]
    assert read_article_ids(folder) == ["harbour", "engagement", "bakery"]


def test_a_replaced_article_is_found_by_its_new_words_only(folder: Path) -> None:
    write(folder, [replace(HARBOUR, text="Nothing but lighthouses here.")])
    assert _found(folder, "lighthouses")[0] == "harbour"
    index = LocalIndex.open(folder, WordEmbedder())
    with index.snapshot() as snapshot:
        texts = [hit.passage.text for hit in snapshot.search("fishermen repair nets harbour")]
    index.close()
    assert HARBOUR.text not in texts
    assert verify(folder) == []


def test_a_change_of_metadata_alone_is_a_change(folder: Path) -> None:
    assert write(folder, [replace(HARBOUR, title="Another title"), BAKERY]) == ["unchanged", "replaced"]


def test_the_last_of_several_of_one_id_is_kept(folder: Path) -> None:
    """Also when it is as the stored one."""
    changed = replace(HARBOUR, text="Changed for a moment.")
    assert write(folder, [changed, HARBOUR]) == ["replaced", "replaced"]
    index = LocalIndex.open(folder, WordEmbedder())
    with index.snapshot() as snapshot:
        assert snapshot.article("harbour") == HARBOUR
    index.close()


def test_a_removed_article_is_found_by_nothing(folder: Path) -> None:
    with IndexWriter.open(folder, None) as writer:
        assert writer.remove(["harbour", "unknown", "harbour"]) == ["harbour"]
        index = LocalIndex.open(folder, WordEmbedder())
        with index.snapshot() as snapshot:
            assert {hit.passage.article for hit in snapshot.search("old harbour", 100)} == {"bakery", "engagement"}
            with pytest.raises(ArticleUnknown, match="harbour"):
                snapshot.article("harbour")
        index.close()
    assert "harbour" not in _found(folder, "old harbour")
    assert verify(folder) == []


def test_removing_what_is_not_there_changes_nothing(folder: Path) -> None:
    before = read_status(folder)
    with IndexWriter.open(folder, None) as writer:
        assert writer.remove(["unknown"]) == []
    assert read_status(folder) == before


def test_re_embedding_gives_every_article_the_new_embedders_vectors(folder: Path) -> None:
    other = WordEmbedder(dimension=96, name="other")
    with pytest.raises(EmbedderMismatch, match="re-embed"), IndexWriter.open(folder, other):
        pass
    done: list[tuple[int, int | None]] = []
    with IndexWriter.open(folder, other, re_embed=True) as writer:
        assert writer.re_embed(lambda *each: done.append(each)) == 3
    assert done == [(1, 3), (2, 3), (3, 3)]
    assert sorted(other.texts) == sorted([HARBOUR.text, PLEDGE.text, BAKERY.text])
    assert verify(folder) == []
    assert read_status(folder).dimension == 96
    assert _found(folder, "fishermen repair nets", other)[0] == "harbour"
    with pytest.raises(EmbedderMismatch):
        LocalIndex.open(folder, WordEmbedder())


def test_stopped_after_re_embedding_and_before_the_vector_file_it_is_sound(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The old embedder's file is no longer taken for the new one's."""
    other = WordEmbedder(dimension=96, name="other")

    def stop(_writer: IndexWriter) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(IndexWriter, "remake_vector_file", stop)
    with pytest.raises(KeyboardInterrupt), IndexWriter.open(folder, other, re_embed=True) as writer:
        writer.re_embed()
    assert verify(folder) == []
    assert _found(folder, "fishermen repair nets", other)[0] == "harbour"


def test_an_error_while_articles_are_given_undoes_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    folder = tmp_path / "index"

    def articles() -> Iterator[Article]:
        yield HARBOUR
        yield HARBOUR  # the same id again: what came before is committed first
        raise RuntimeError("the reader failed")

    acknowledged: list[str] = []
    with pytest.raises(RuntimeError), IndexWriter.open(folder, WordEmbedder()) as writer:
        acknowledged.extend(written.article.id for written in writer.add(articles()))
    assert acknowledged == ["harbour", "harbour"]
    assert read_article_ids(folder) == ["harbour"]


class FailingEmbedder(WordEmbedder):
    """Gives too few vectors."""

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return super().embed_queries(texts[1:])


def test_a_change_that_fails_in_the_middle_is_undone_whole(folder: Path) -> None:
    before = read_status(folder)
    with pytest.raises(ValueError, match="zip"), IndexWriter.open(folder, FailingEmbedder()) as writer:
        list(writer.add([replace(HARBOUR, text="New text."), Article("new", "New", "Another new text.")]))
    assert read_status(folder) == before
    assert verify(folder) == []


def test_without_an_embedder_nothing_is_added(folder: Path) -> None:
    with pytest.raises(EmbedderUnavailable), IndexWriter.open(folder, None) as writer:
        list(writer.add([Article("new", "New", "New text.")]))


def test_a_second_writer_waits_and_then_says_so(folder: Path) -> None:
    with (
        IndexWriter.open(folder, WordEmbedder()),
        pytest.raises(IndexBusy, match=r"0\.05 seconds"),
        IndexWriter.open(folder, WordEmbedder(), wait_seconds=0.05),
    ):
        pass
    assert write(folder, [HARBOUR]) == ["unchanged"]


def test_a_folder_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for folder in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(IndexUnwritable, match="is a file"), IndexWriter.open(folder, WordEmbedder()):
            pass


def _steps_to_add_one(folder: Path, size: int, monkeypatch: pytest.MonkeyPatch) -> tuple[int, int, int]:
    """SQLite's steps, texts embedded and vector files written, to add one article to an index of `size`."""
    monkeypatch.setattr(compaction, "SMALL", 10)
    write(folder, [Article(f"old-{n}", f"Old {n}", f"The old article {n}.") for n in range(size)])
    files = {path.name for path in folder.glob("vectors-*.faiss")}
    embedder = WordEmbedder()
    steps = 0

    def count() -> int:
        nonlocal steps
        steps += 1
        return 0

    with IndexWriter.open(folder, embedder) as writer:
        writer.connection.set_progress_handler(count, 1)
        list(writer.add([Article("new", "New", "The new article.")]))
    return steps, len(embedder.texts), len({path.name for path in folder.glob("vectors-*.faiss")} - files)


def test_the_cost_of_adding_one_article_does_not_grow_with_the_index(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counted in steps of SQLite, to the end of the writer, in an index that is not small."""
    small = _steps_to_add_one(tmp_path / "small", 100, monkeypatch)
    large = _steps_to_add_one(tmp_path / "large", 1_600, monkeypatch)
    assert small[1:] == large[1:] == (1, 0)
    assert large[0] < 1.2 * small[0]


def test_a_vector_file_is_written_when_enough_has_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Above the small size: when more than a tenth of the passages is not in it, or removed."""
    folder = tmp_path / "index"
    monkeypatch.setattr(compaction, "SMALL", 10)
    write(folder, [Article(f"old-{n}", f"Old {n}", f"The old article {n}.") for n in range(100)])
    first = set(folder.glob("vectors-*.faiss"))
    write(folder, [Article(f"new-{n}", f"New {n}", f"The new article {n}.") for n in range(10)])
    assert set(folder.glob("vectors-*.faiss")) == first
    write(folder, [Article(f"next-{n}", f"Next {n}", f"The next article {n}.") for n in range(10)])
    assert len(set(folder.glob("vectors-*.faiss")) - first) == 1
    assert verify(folder) == []
    assert _found(folder, "next 7")[0] == "next-7"
