"""A large collection, made small by the setting: its files, and that it answers as if it had none."""

import random
import sqlite3
import warnings
from contextlib import closing
from pathlib import Path

import pytest

from index import compaction, inverted_file, recent_words
from index.compaction import BackgroundCompaction, is_due
from index.conditions import in_languages
from index.errors import IndexTooNew
from index.layout import Layout
from index.local_index import LocalIndex, VectorFileWarning
from index.types import Article
from index.verification import verify
from index.writer import IndexWriter
from tests.fakes import WordEmbedder

WORDS = ["bridge", "library", "harbour", "school", "market", "council", "winter", "road", "ferry", "garden"]
QUERIES = ["harbour market", "which road leads to the winter garden", "council", "nothing of it"]
Found = list[tuple[str, int, float]]


def _articles(count: int, seed: int = 1) -> list[Article]:
    chance = random.Random(seed)
    return [
        Article(
            f"{seed}-{number}",
            "Plans",
            f"{' '.join(chance.choices(WORDS, range(1, 11), k=chance.randint(3, 30)))} n{number}.",
            "en" if number % 3 else "fr",
            groups=("board",) if number % 5 == 0 else (),
        )
        for number in range(count)
    ]


def _write(folder: Path, articles: list[Article], removed: tuple[str, ...] = ()) -> None:
    with IndexWriter.open(folder, WordEmbedder()) as writer:
        for _ in writer.add(articles):
            pass
        writer.remove(removed)


def _results(folder: Path) -> list[Found]:
    """For everybody, with a filter and for somebody with groups; scores to five digits, without those that share
    nothing with the query and come in any order."""
    found = []
    with closing(LocalIndex.open(folder, WordEmbedder())) as index:
        for groups in (None, frozenset[str](), frozenset({"board"})):
            with index.snapshot(groups) as snapshot:
                for query in QUERIES:
                    for allowed in (None, in_languages(["fr"])):
                        hits = snapshot.search(query, 20, "en", keep_near_copies=True, allowed=allowed)
                        scored = ((hit.passage.article, hit.passage.start, round(hit.score, 5)) for hit in hits)
                        found.append([each for each in scored if each[2] > 0])
    return found


def _states(folder: Path) -> list[int]:
    """What nobody, and somebody of the board, is told of the state."""
    with closing(LocalIndex.open(folder, WordEmbedder())) as index:
        states = []
        for groups in (frozenset[str](), frozenset({"board"})):
            with index.snapshot(groups) as snapshot:
                states.append(snapshot.generation)
        return states


def _has_words(folder: Path) -> bool:
    with closing(LocalIndex.open(folder, WordEmbedder())) as index, index.snapshot() as snapshot:
        return snapshot.view.visible_parts.words is not None


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hundred passages are many, and a search goes through all lists."""
    monkeypatch.setattr(compaction, "MANY", 100)
    monkeypatch.setattr(compaction, "SMALL", 10)
    monkeypatch.setattr(inverted_file, "PROBED_SHARE", 1.0)


def test_a_large_collection_is_searched_as_a_small_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same passages and scores, with files just made, with changes since, after the next files."""
    first, second, third = _articles(300), _articles(20, seed=2), _articles(150, seed=3)
    gone = tuple(article.id for article in [*first[7:60:5], second[3]])
    replaced = [Article(article.id, "Plans", "The old ferry.", "en") for article in first[100:104]]
    steps: list[tuple[list[Article], tuple[str, ...]]] = [(first, ()), ([*second, *replaced], gone), (third, ())]
    expected = []
    for articles, removed in steps:
        _write(tmp_path / "small", articles, removed)
        expected.append(_results(tmp_path / "small"))
    assert not _has_words(tmp_path / "small")
    monkeypatch.setattr(compaction, "MANY", 100)
    monkeypatch.setattr(compaction, "SMALL", 10)
    monkeypatch.setattr(compaction, "STALE_SHARE", 0.2)
    monkeypatch.setattr(inverted_file, "PROBED_SHARE", 1.0)
    files = []
    for (articles, removed), wanted in zip(steps, expected, strict=True):
        _write(tmp_path / "large", articles, removed)
        assert _has_words(tmp_path / "large")
        assert _results(tmp_path / "large") == wanted
        assert verify(tmp_path / "large") == []
        files.append(sorted(each.name for each in (tmp_path / "large").glob("words-*")))
    assert files[0] == files[1] != files[2]


@pytest.mark.parametrize("old", [2, 3])
def test_an_index_that_an_older_version_made_large_is_read_and_brought_up_to_date(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old: int
) -> None:
    """One flat file, no word file, an older format number; of format 2 also nothing that tells people's states."""
    _write(tmp_path, _articles(150))
    before, states = _results(tmp_path), _states(tmp_path)
    with closing(sqlite3.connect(tmp_path / "index.sqlite")) as connection:
        connection.execute(f"PRAGMA user_version = {old}")
        if old == 2:
            connection.execute("ALTER TABLE access_lists DROP COLUMN shown")
            connection.execute("ALTER TABLE access_lists DROP COLUMN placed")
    assert verify(tmp_path) == []
    monkeypatch.setattr(compaction, "MANY", 100)
    monkeypatch.setattr(inverted_file, "PROBED_SHARE", 1.0)
    if old == 3:
        assert _results(tmp_path) == before
    _write(tmp_path, [])
    assert _has_words(tmp_path)
    assert (_results(tmp_path), _states(tmp_path)) == (before, states)
    assert verify(tmp_path) == []
    monkeypatch.setattr("index.database.FORMAT", 3)
    with pytest.raises(IndexTooNew):
        LocalIndex.open(tmp_path, WordEmbedder())


@pytest.mark.usefixtures("large")
def test_without_its_word_file_it_warns_and_finds_the_same(tmp_path: Path) -> None:
    _write(tmp_path, _articles(150))
    before = _results(tmp_path)
    (words,) = tmp_path.glob("words-*.sqlite")
    words.unlink()
    with pytest.warns(VectorFileWarning, match=r"word file.*repair"):
        assert _results(tmp_path) == before
    assert [fault.what for fault in verify(tmp_path) if "word file" in fault.what]
    _write(tmp_path, [])
    assert _results(tmp_path) == before
    assert verify(tmp_path) == []


@pytest.mark.usefixtures("large")
def test_a_word_file_with_other_words_is_found(tmp_path: Path) -> None:
    _write(tmp_path, _articles(150))
    (words,) = tmp_path.glob("words-*.sqlite")
    with closing(sqlite3.connect(words)) as connection:
        connection.execute("UPDATE terms SET passages = substr(passages, 1, 4), times = x'01' WHERE term = 'harbour'")
        connection.commit()
    assert [fault for fault in verify(tmp_path) if "words-" in fault.what and "repair" in fault.next_step]
    with IndexWriter.open(tmp_path, None) as writer:
        writer.repair()
    assert verify(tmp_path) == []


@pytest.mark.usefixtures("large")
def test_a_compaction_in_the_background_keeps_what_came_meanwhile(tmp_path: Path) -> None:
    """What was added and removed after its generation is not in the files, and is found and not found."""
    with IndexWriter.open(tmp_path, WordEmbedder()) as writer:
        list(writer.add(_articles(150)))
        assert writer._background is not None
        writer._background.wait()
        assert not _has_words(tmp_path)
        list(writer.add(_articles(5, seed=2)))
        writer.remove(["1-7"])
        assert _has_words(tmp_path)
        assert verify(tmp_path) == []
        with closing(LocalIndex.open(tmp_path, WordEmbedder())) as index, index.snapshot() as snapshot:
            found = {hit.passage.article for hit in snapshot.search("harbour n7 council", 500, keep_near_copies=True)}
            stored = set(snapshot.article_ids())
            assert len(snapshot.view.recent_keys) == 5
        assert "1-7" not in stored
        assert found == stored
    assert verify(tmp_path) == []


@pytest.mark.usefixtures("large")
def test_a_writer_that_stays_open_compacts_while_it_adds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.writer.BATCH_PASSAGES", 20)
    begun: list[BackgroundCompaction] = []
    begin = BackgroundCompaction.begun

    def noted(layout: Layout) -> BackgroundCompaction:
        begun.append(begin(layout))
        return begun[-1]

    monkeypatch.setattr(BackgroundCompaction, "begun", noted)
    with IndexWriter.open(tmp_path, WordEmbedder()) as writer:
        for written in writer.add(_articles(400)):
            if begun:
                begun[-1].wait()
            assert written.outcome == "added"
    assert len(begun) > 2
    assert all(each.error is None for each in begun)
    assert len([*tmp_path.glob("vectors-*")]) <= 2
    assert len([*tmp_path.glob("words-*")]) <= 2
    assert verify(tmp_path) == []


@pytest.mark.usefixtures("large")
def test_an_abandoned_compaction_leaves_nothing(tmp_path: Path) -> None:
    with IndexWriter.open(tmp_path, WordEmbedder()) as writer:
        list(writer.add(_articles(150)))
    files = sorted(tmp_path.glob("[vw]*-*"))
    with IndexWriter.open(tmp_path, WordEmbedder()) as writer:
        list(writer.add(_articles(3, seed=2)))
        running = BackgroundCompaction.begun(writer.layout)
        running.abandon(60)
    assert sorted(tmp_path.glob("[vw]*-*")) == files
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert _has_words(tmp_path)


@pytest.mark.usefixtures("large")
def test_a_collection_that_became_small_has_no_word_file(tmp_path: Path) -> None:
    _write(tmp_path, _articles(150))
    _write(tmp_path, [], tuple(f"1-{number}" for number in range(100)))
    assert not _has_words(tmp_path)
    assert not store_keeps_recent_words(tmp_path)
    assert verify(tmp_path) == []


def store_keeps_recent_words(folder: Path) -> bool:
    with closing(sqlite3.connect(folder / "index.sqlite")) as connection:
        return recent_words.are_kept(connection)


@pytest.mark.parametrize(
    ("passages", "changes", "at_the_end", "meanwhile"),
    [
        (100, 0, False, False),
        (100, 1, True, True),
        (50_000, 5_000, False, False),
        (50_000, 5_001, True, True),
        (1_000_000, 20_000, False, False),
        (1_000_000, 20_001, True, False),
        (1_000_000, 100_000, True, False),
        (1_000_000, 100_001, True, True),
        (10_000_000, 200_000, False, False),
        (10_000_000, 200_001, True, False),
    ],
)
def test_how_many_changes_make_files_stale(passages: int, changes: int, at_the_end: bool, meanwhile: bool) -> None:
    """A writer that goes on waits for more than one that ends."""
    assert is_due(passages, changes) is at_the_end
    assert is_due(passages, changes, is_last=False) is meanwhile
