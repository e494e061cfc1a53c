"""What an owner does with the collection, on a real index."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.collection_keeper import CollectionKeeper, Removed
from assistant.filters import Filters
from assistant.settings import load_settings
from assistant.uploads import uploads_folder
from assistant.web.dropped_files import DroppedFiles
from assistant.wiring import open_writer, read_articles
from index.errors import IndexMissing
from index.ingestion import Report, ingest
from tests.command_line import write_articles

ALL = ["fr/quai.md", "fr/pont.txt", "en/night bus.txt", "en/library.txt"]


@pytest.fixture
def keeper(tmp_path: Path) -> CollectionKeeper:
    settings = load_settings(index=tmp_path / "index", embedder="fast")
    _, articles = read_articles(settings, [write_articles(tmp_path / "articles")])
    with open_writer(settings) as writer:
        ingest(writer, articles)
    return CollectionKeeper(settings)


def ids(keeper: CollectionKeeper, filters: Filters | None = None) -> list[str]:
    return sorted(each.id for each in keeper.listed("", filters or Filters()).articles)


def report(steps: Iterator[object]) -> Report:
    last = list(steps)[-1]
    assert isinstance(last, Report)
    return last


def upload(keeper: CollectionKeeper, file: Path, text: str) -> Report:
    file.write_text(text)
    return report(DroppedFiles(keeper.settings).add([file]))


def test_articles_are_listed_and_narrowed(keeper: CollectionKeeper) -> None:
    assert ids(keeper) == sorted(ALL)
    assert ids(keeper, Filters(("fr",))) == ["fr/pont.txt", "fr/quai.md"]


def test_removing_leaves_files_that_are_the_owners_own_and_says_so(keeper: CollectionKeeper, tmp_path: Path) -> None:
    file = str(tmp_path / "articles" / "fr" / "pont.txt")
    assert keeper.remove(["fr/pont.txt", "unknown"]) == Removed(("fr/pont.txt",), (), (file,))
    assert Path(file).is_file()
    assert "fr/pont.txt" not in ids(keeper)
    assert [(each.kind, each.article) for each in keeper.changes(1)] == [("removed", "fr/pont.txt")]


def test_an_uploaded_file_goes_with_its_last_article(keeper: CollectionKeeper, tmp_path: Path) -> None:
    rows = '{"id": "one", "text": "The first of two."}\n{"id": "two", "text": "The second of them."}\n'
    assert upload(keeper, tmp_path / "two.jsonl", rows).added == 2
    kept = uploads_folder(keeper.settings) / "two.jsonl"
    assert keeper.remove(["one"]) == Removed(("one",), (), (str(kept),))
    assert kept.is_file()
    assert keeper.remove(["two"]) == Removed(("two",), (str(kept),), ())
    assert not kept.exists()


def test_removing_nothing_or_from_nothing_is_no_error(keeper: CollectionKeeper, tmp_path: Path) -> None:
    assert keeper.remove([]) == Removed((), (), ())
    nowhere = CollectionKeeper(load_settings(index=tmp_path / "nowhere"))
    assert nowhere.remove(["x"]) == Removed((), (), ())
    with pytest.raises(IndexMissing):
        nowhere.listed()


def test_what_was_read_is_read_again_from_where_it_was(keeper: CollectionKeeper, tmp_path: Path) -> None:
    (tmp_path / "articles" / "en" / "library.txt").write_text("A new title\n\nThe library of Ashby is closed.\n")
    done = report(keeper.read_again(["en/library.txt"]))
    assert (done.added, done.replaced, done.unchanged, done.problems) == (0, 1, 0, ())
    assert keeper.listed("new title").articles[0].id == "en/library.txt"
    (tmp_path / "articles" / "fr" / "pont.txt").unlink()
    steps = list(keeper.read_again())
    assert steps[0] == (0, 4)
    last = steps[-1]
    assert isinstance(last, Report)
    assert (last.added, last.replaced, last.unchanged, len(last.problems)) == (0, 0, 3, 1)
    assert ids(keeper) == sorted(ALL)


def test_uploads_are_added_once_and_replaced_by_their_next_version(keeper: CollectionKeeper, tmp_path: Path) -> None:
    first = upload(keeper, tmp_path / "ferry.txt", "The ferry\n\nThe ferry leaves at six.\n")
    again = upload(keeper, tmp_path / "ferry.txt", "The ferry\n\nThe ferry leaves at six.\n")
    other = upload(keeper, tmp_path / "ferry.txt", "The ferry\n\nThe ferry leaves at seven.\n")
    assert [(each.added, each.replaced, each.unchanged) for each in (first, again, other)] == [
        (1, 0, 0),
        (0, 0, 1),
        (0, 1, 0),
    ]
    assert len(ids(keeper)) == 5


def test_a_file_that_cannot_be_taken_is_told_and_kept_nowhere(keeper: CollectionKeeper, tmp_path: Path) -> None:
    done = upload(keeper, tmp_path / "program.exe", "MZ")
    assert [problem.where for problem in done.problems] == ["program.exe"]
    assert not uploads_folder(keeper.settings).exists()
