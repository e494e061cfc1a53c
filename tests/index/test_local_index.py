"""A reader follows the index in its folder, from many threads, and never shows two generations at once."""

import shutil
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from index.errors import EmbedderMismatch, IndexMissing
from index.local_index import LocalIndex, VectorFileWarning
from index.writer import IndexWriter
from tests.fakes import WordEmbedder
from tests.index.conftest import BAKERY, HARBOUR, PLEDGE, write


def _ids(index: LocalIndex) -> list[str]:
    """Of the articles, and the same by both searches."""
    with index.snapshot() as snapshot:
        ids = snapshot.article_ids()
        hits = snapshot.search("the harbour bakery Allemagne", 100, keep_near_copies=True)
        assert sorted({hit.passage.article for hit in hits if hit.passage.article in ids}) == sorted(ids)
        return ids


def test_an_open_reader_sees_each_change_at_once(folder: Path) -> None:
    index = LocalIndex.open(folder, WordEmbedder())
    assert _ids(index) == ["harbour", "engagement", "bakery"]
    with IndexWriter.open(folder, WordEmbedder()) as writer:
        writer.remove(["engagement"])
        assert _ids(index) == ["harbour", "bakery"]
        list(writer.add([replace(PLEDGE, id="again")]))
        assert _ids(index) == ["harbour", "bakery", "again"]
        writer.remake_vector_file()
        assert _ids(index) == ["harbour", "bakery", "again"]
    assert _ids(index) == ["harbour", "bakery", "again"]
    index.close()


def test_a_snapshot_stays_what_it_was_while_others_write(folder: Path) -> None:
    index = LocalIndex.open(folder, WordEmbedder())
    with index.snapshot() as snapshot:
        for number in range(3):  # more than one vector file is written and deleted meanwhile
            write(folder, [replace(HARBOUR, text=f"Another text {number}.")])
        assert snapshot.article("harbour") == HARBOUR
        assert snapshot.search("fishermen repair nets")[0].passage.text == HARBOUR.text
    with index.snapshot() as snapshot:
        assert snapshot.article("harbour").text == "Another text 2."
    index.close()


def test_an_index_deleted_and_built_again_is_followed(folder: Path) -> None:
    """It begins to count its generations anew, and no deleted article is shown."""
    index = LocalIndex.open(folder, WordEmbedder())
    with index.snapshot() as snapshot:
        before = snapshot.generation
    shutil.rmtree(folder)
    with pytest.raises(IndexMissing), index.snapshot():
        pass
    write(folder, [BAKERY])
    assert _ids(index) == ["bakery"]
    with index.snapshot() as snapshot:
        assert snapshot.generation <= before
    write(folder, [HARBOUR])
    assert _ids(index) == ["bakery", "harbour"]
    index.close()


def test_an_older_state_copied_over_the_index_is_followed(folder: Path, tmp_path: Path) -> None:
    """As when a backup is restored, into the same file."""
    shutil.copytree(folder, tmp_path / "backup")
    write(folder, [replace(HARBOUR, id="later")])
    index = LocalIndex.open(folder, WordEmbedder())
    assert "later" in _ids(index)
    index.close()
    for path in (tmp_path / "backup").iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    assert _ids(index) == ["harbour", "engagement", "bakery"]
    index.close()


def test_a_reader_refuses_vectors_of_another_embedder_that_came_meanwhile(folder: Path) -> None:
    index = LocalIndex.open(folder, WordEmbedder())
    with IndexWriter.open(folder, WordEmbedder(name="other"), re_embed=True) as writer:
        writer.re_embed()
    with pytest.raises(EmbedderMismatch, match="'other'"), index.snapshot():
        pass
    index.close()


def test_without_its_vector_file_it_warns_and_finds_the_same(folder: Path) -> None:
    with_file = LocalIndex.open(folder, WordEmbedder())
    for path in folder.glob("vectors-*.faiss"):
        path.unlink()
    with pytest.warns(VectorFileWarning, match="repair"):
        without = LocalIndex.open(folder, WordEmbedder())
    with with_file.snapshot() as one, without.snapshot() as other:
        for query in ("old harbour", "bread", "obus"):
            assert one.search(query) == other.search(query)
    for index in (with_file, without):
        index.close()


def test_many_threads_may_search_while_one_writes(folder: Path) -> None:
    """Each sees both articles of a pair, or neither."""
    index = LocalIndex.open(folder, WordEmbedder())
    wrong: list[object] = []
    stop = threading.Event()

    def read() -> None:
        try:
            while not stop.is_set():
                with index.snapshot() as snapshot:
                    texts = {snapshot.article(name).text for name in ("harbour", "bakery")}
                    hits = {hit.passage.text for hit in snapshot.search("version", 100, keep_near_copies=True)}
                    if snapshot.generation > start and (len(texts) != 1 or not texts <= hits):
                        wrong.append((texts, hits))
        except BaseException as error:
            wrong.append(error)

    with index.snapshot() as snapshot:
        start = snapshot.generation
    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in range(15):
        write(folder, [replace(each, text=f"Both are of version {number}.") for each in (HARBOUR, BAKERY)])
    stop.set()
    for thread in threads:
        thread.join(30)
    assert wrong == []
    index.close()
