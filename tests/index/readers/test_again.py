"""Files are read again under the ids that their articles had."""

from collections.abc import Iterable
from pathlib import Path

from index.readers import read_again, read_paths
from index.types import Article, ReadProblem


def articles(read: Iterable[Article | ReadProblem]) -> list[Article]:
    found = list(read)
    assert [item for item in found if isinstance(item, ReadProblem)] == []
    return [item for item in found if isinstance(item, Article)]


def by_file(read: list[Article]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for article in read:
        found.setdefault(article.file or "", []).append(article.id)
    return found


def test_every_article_of_a_folder_comes_back_as_it_was(tmp_path: Path) -> None:
    """By its path, by the line of its record, and by the id that its own metadata give it."""
    (tmp_path / "fr" / "deep").mkdir(parents=True)
    (tmp_path / "fr" / "deep" / "a.txt").write_text("Un titre\n\nUn texte assez long.\n")
    (tmp_path / "fr" / "issue #7").write_text("not read")
    (tmp_path / "fr" / "issue#7.txt").write_text("Another\n\nA text of its own.\n")
    (tmp_path / "b.md").write_text("---\nid: own id\ntitle: B\n---\nA text.\n")
    (tmp_path / "c.jsonl").write_text('{"text": "One record."}\n{"text": "Two.", "id": "two"}\n{"text": "Three."}\n')
    before = articles(read_paths([tmp_path]))
    assert [each.id for each in before] == [
        "own id",
        "c.jsonl#1",
        "two",
        "c.jsonl#3",
        "fr/deep/a.txt",
        "fr/issue#7.txt",
    ]
    assert articles(read_again(by_file(before))) == before


def test_a_file_that_is_gone_is_a_problem_that_names_its_articles(tmp_path: Path) -> None:
    [problem] = read_again({str(tmp_path / "gone.txt"): ["fr/gone.txt", "b"]})
    assert isinstance(problem, ReadProblem)
    assert problem.where == str(tmp_path / "gone.txt")
    assert "no longer there; 2 articles were read from it (fr/gone.txt first)" in problem.what


def test_progress_counts_files(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text("A text.")
    seen: list[tuple[int, int | None]] = []
    list(
        read_again({str(tmp_path / name): [name] for name in ("a.txt", "b.txt")}, progress=lambda *at: seen.append(at))
    )
    assert seen == [(1, None), (2, None)]
