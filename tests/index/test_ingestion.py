"""What was read comes into the index, and the report says what became of it."""

from dataclasses import replace
from pathlib import Path

from index.ingestion import ingest, remove
from index.status import read_article_ids
from index.types import Article, ReadProblem
from index.writer import IndexWriter
from tests.fakes import WordEmbedder
from tests.index.conftest import BAKERY, HARBOUR, PLEDGE


def test_the_report_counts_each_outcome(folder: Path) -> None:
    """Problems do not stop the articles after them."""
    problem = ReadProblem("/a/bad.txt", "It holds no text.", "Remove it.")
    called: list[int] = []
    with IndexWriter.open(folder, WordEmbedder()) as writer:
        read: list[Article | ReadProblem] = [
            HARBOUR,
            problem,
            replace(PLEDGE, text="Un autre texte."),
            replace(BAKERY, id="new"),
        ]
        report = ingest(writer, read, progress=lambda: called.append(1))
    assert (report.added, report.replaced, report.unchanged, report.removed) == (1, 1, 1, 0)
    assert report.problems == (problem,)
    assert report.warnings == ()
    assert len(called) == 4
    assert read_article_ids(folder) == ["harbour", "bakery", "engagement", "new"]


def test_pruning_removes_what_vanished_below_the_folders_and_nothing_else(folder: Path, tmp_path: Path) -> None:
    below = tmp_path / "below"
    below.mkdir()
    there, gone = below / "there.txt", below / "gone.txt"
    there.touch()
    articles = [replace(BAKERY, id=path.name, file=str(path)) for path in (there, gone)]
    with IndexWriter.open(folder, WordEmbedder()) as writer:
        ingest(writer, articles)
        assert ingest(writer, []).removed == 0
        assert ingest(writer, [], prune=[tmp_path / "elsewhere"]).removed == 0
        assert ingest(writer, [], prune=[tmp_path]).removed == 1
    assert read_article_ids(folder) == ["harbour", "engagement", "bakery", "there.txt"]


def test_an_article_replaced_from_another_file_is_warned_about(folder: Path, tmp_path: Path) -> None:
    """Only while the first file is there: a moved one is not the warning's business."""
    first = tmp_path / "first.txt"
    first.touch()
    with IndexWriter.open(folder, WordEmbedder()) as writer:
        ingest(writer, [replace(HARBOUR, file=str(first))])
        (warning,) = ingest(writer, [replace(HARBOUR, file="/other.txt")]).warnings
        assert str(first) in warning
        assert "/other.txt" in warning
        assert ingest(writer, [replace(HARBOUR, file="/third.txt")]).warnings == ()


def test_access_groups_are_stored_with_a_warning(folder: Path) -> None:
    with IndexWriter.open(folder, WordEmbedder()) as writer:
        (warning,) = ingest(writer, [replace(HARBOUR, groups=("staff",))]).warnings
    assert "1 articles name access groups (harbour first)" in warning


def test_articles_are_removed_by_id_or_by_file(folder: Path) -> None:
    with IndexWriter.open(folder, None) as writer:
        assert remove(writer, ["/a/x/../h.txt", "bakery", "nothing"]) == (["harbour", "bakery"], ["nothing"])
    assert read_article_ids(folder) == ["engagement"]
