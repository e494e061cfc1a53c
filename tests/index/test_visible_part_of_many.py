"""In a large collection, too, somebody sees their part as if it were all, and learns nothing of the rest."""

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from index import compaction, inverted_file
from index.local_index import LocalIndex
from index.types import Article
from index.verification import verify
from index.writer import IndexWriter
from tests.fakes import WordEmbedder

QUERIES = ["harbour market", "which road leads to the winter garden", "council", "number7"]
WORDS = ["bridge", "library", "harbour", "school", "market", "council", "winter", "road", "ferry", "garden"]


@pytest.fixture(autouse=True)
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hundred passages are many; with a filter, few lists are searched."""
    monkeypatch.setattr(compaction, "MANY", 100)
    monkeypatch.setattr(compaction, "SMALL", 10)
    monkeypatch.setattr(inverted_file, "PROBED_SHARE", 0.02)
    monkeypatch.setattr("index.vectors.FEW_ALLOWED", 0)


def visible(count: int, first: int = 0) -> list[Article]:
    return [
        Article(f"v{number}", "Plans", f"The {WORDS[number % 10]} and the {WORDS[number % 7]} number{number}.", "en")
        for number in range(first, first + count)
    ]


def hidden(count: int, first: int = 0) -> list[Article]:
    return [
        Article(
            f"h{number}", "Secret", f"The {WORDS[number % 3]} of the secret {number % 11}.", "fr", groups=("board",)
        )
        for number in range(first, first + count)
    ]


def write(folder: Path, articles: list[Article], removed: tuple[str, ...] = ()) -> None:
    with IndexWriter.open(folder, WordEmbedder()) as writer:
        list(writer.add(articles))
        writer.remove(removed)


def told(index: LocalIndex, queries: list[str] | None = None) -> list[object]:
    """All that somebody without groups is told: the state, the collection, and all passages and scores."""
    with index.snapshot(frozenset()) as snapshot:
        assert snapshot.view.visible_parts.words is not None
        hits = [snapshot.search(query, 500, "en", keep_near_copies=True) for query in queries or QUERIES]
        return [snapshot.generation, snapshot.collection(), hits]


def told_anew(folder: Path, queries: list[str] | None = None) -> list[object]:
    with closing(LocalIndex.open(folder, WordEmbedder())) as index:
        return told(index, queries)


def test_it_is_told_as_by_an_index_that_never_held_the_rest(tmp_path: Path) -> None:
    """To the last digit of every score, wherever the vectors and words lie."""
    write(tmp_path / "own", visible(120))
    write(tmp_path / "all", [*hidden(90), *visible(110), *hidden(60, first=90)])
    write(tmp_path / "all", visible(10, first=110))
    assert told_anew(tmp_path / "all") == told_anew(tmp_path / "own")
    write(tmp_path / "all", hidden(200, first=150), tuple(f"h{number}" for number in range(50)))
    assert told_anew(tmp_path / "all") == told_anew(tmp_path / "own")
    assert verify(tmp_path / "all") == []


def test_the_nearest_passages_are_found_whatever_the_hidden_ones_do_to_the_lists(tmp_path: Path) -> None:
    write(tmp_path / "own", visible(120))
    write(tmp_path / "all", [*hidden(150), *visible(120)])
    with (
        closing(LocalIndex.open(tmp_path / "own", WordEmbedder())) as own,
        closing(LocalIndex.open(tmp_path / "all", WordEmbedder())) as whole,
        own.snapshot(frozenset()) as few,
        whole.snapshot(frozenset()) as many,
    ):
        assert many.view.faiss_index.nprobe < many.view.faiss_index.nlist
        for query in QUERIES:
            assert [hit.score for hit in many.search(query, 10)] == [hit.score for hit in few.search(query, 10)]


def test_a_part_that_is_kept_is_searched_in_the_word_file_that_there_is(tmp_path: Path) -> None:
    """Its passages move into another word file when hidden articles change; a word that was not looked up before must
    be found in them."""
    write(tmp_path, [*visible(110), *hidden(50)])
    with closing(LocalIndex.open(tmp_path, WordEmbedder())) as index:
        write(tmp_path, visible(3, first=110))
        told(index, ["harbour"])
        with index.snapshot(frozenset()) as snapshot:
            before = snapshot.view.words
            assert len(snapshot.view.recent_keys) == 3
        write(tmp_path, hidden(100, first=50))
        assert told(index, ["number111 number5"]) == told_anew(tmp_path, ["number111 number5"])
        with index.snapshot(frozenset()) as snapshot:
            assert snapshot.view.words != before
            assert len(snapshot.view.recent_keys) == 0
            assert snapshot.search("number111")[0].passage.article == "v111"
        write(tmp_path, [replace(visible(1)[0], text="The harbour of number111.")], ("v111",))
        assert told(index) == told_anew(tmp_path)
        with index.snapshot() as snapshot:
            assert snapshot.search("number111")[0].passage.article == "v0"


def looked_up(index: LocalIndex, query: str) -> list[str]:
    """What a search of somebody without groups asks of the database that goes through hidden articles or passages."""
    statements: list[str] = []
    with index.snapshot(frozenset()) as snapshot:
        snapshot.connection.set_trace_callback(statements.append)
        assert snapshot.search(query)
        snapshot.connection.set_trace_callback(None)
    costly = ("_places WHERE", "_docsize", "FROM article_facets")
    return [each for each in statements if any(part in each for part in costly)]


@pytest.mark.parametrize("changed", [3, 200])
def test_a_search_after_a_change_of_hidden_articles_looks_nothing_up_again(tmp_path: Path, changed: int) -> None:
    """Neither where they stand beside the files, nor where the files are others now."""
    write(tmp_path, [*visible(110), *hidden(50)])
    with closing(LocalIndex.open(tmp_path, WordEmbedder())) as index:
        assert looked_up(index, "harbour market")
        files = sorted(tmp_path.glob("words-*"))
        write(tmp_path, hidden(changed, first=50), ("h1",))
        assert (sorted(tmp_path.glob("words-*")) != files) is (changed == 200)
        assert looked_up(index, "harbour market") == []
        write(tmp_path, visible(1, first=110))
        assert looked_up(index, "harbour market")
