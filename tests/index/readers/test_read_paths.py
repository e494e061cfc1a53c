"""Reading many files: whatever goes wrong with one is a problem that is told, and all others are read."""

from __future__ import annotations

import errno
import io
import tracemalloc
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from index.readers import ReadLimits, read_paths
from index.types import Article

if TYPE_CHECKING:
    from tests.index.readers.conftest import Shelf

NEIGHBOURS = ("0.txt", "z.txt")


@pytest.fixture
def neighbours(shelf: Shelf) -> None:
    for name in NEIGHBOURS:
        shelf.write(name, f"Un bon texte, {name}.")


@pytest.mark.usefixtures("neighbours")
@pytest.mark.parametrize(
    ("name", "content", "what"),
    [
        ("empty.txt", b"", "no text"),
        ("spaces.txt", b" \n\t\r\n ", "no text"),
        ("mark.txt", b"\xef\xbb\xbf\n", "no text"),
        ("empty.md", b"", "no text"),
        ("empty.html", b"", "no text"),
        ("empty.pdf", b"", "no text"),
        ("empty.docx", b"", "no text"),
        ("empty.jsonl", b"", "no text"),
        ("empty.csv", b"", "no text"),
        ("binary.txt", bytes(range(256)) * 20, "binary"),
        ("binary.md", bytes(range(256)) * 20, "binary"),
        ("binary.html", bytes(range(256)) * 20, "binary"),
        ("binary.jsonl", bytes(range(256)) * 20, "binary"),
        ("binary.csv", bytes(range(256)) * 20, "binary"),
        ("binary.pdf", bytes(range(256)) * 20, "broken"),
        ("binary.docx", bytes(range(256)) * 20, "broken"),
    ],
)
def test_bad_content_is_told_and_the_neighbours_are_read(shelf: Shelf, name: str, content: bytes, what: str) -> None:
    path = shelf.write(name, content)
    articles, problems = shelf.read()
    assert [a.id for a in articles] == list(NEIGHBOURS)
    assert [p.where for p in problems] == [str(path)]
    assert what in problems[0].what
    assert problems[0].next_step


@pytest.mark.usefixtures("neighbours")
def test_a_text_of_100_mb_is_not_read(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    path = shelf.folder / "huge.txt"
    with path.open("wb") as file:
        file.truncate(100_000_000)
    opened: list[str] = []
    real = Path.open

    def record(self: Path, *arguments: Any, **options: Any) -> Any:
        opened.append(self.name)
        return real(self, *arguments, **options)

    monkeypatch.setattr(Path, "open", record)
    articles, problems = shelf.read()
    assert [a.id for a in articles] == list(NEIGHBOURS)
    assert problems[0].where == str(path)
    assert "100.0 MB" in problems[0].what
    assert "20.0 MB" in problems[0].what
    assert "huge.txt" not in opened


def test_a_file_that_grows_while_it_is_read_stops_at_the_limit(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.readers.whole_file.check_size", lambda *_: None)
    problem = shelf.problem(shelf.write("a.txt", "x" * 2_000), limits=ReadLimits(max_bytes=1_000))
    assert "limit" in problem.what


@pytest.mark.usefixtures("neighbours")
@pytest.mark.parametrize("suffix", ["txt", "md", "html", "pdf", "docx", "jsonl", "csv"])
def test_a_file_that_vanishes_before_it_is_read_is_told(shelf: Shelf, suffix: str) -> None:
    path = shelf.write(f"m.{suffix}", "Un texte.")
    found = read_paths([shelf.folder])
    first = next(found)
    path.unlink()
    rest = list(found)
    assert isinstance(first, Article)
    assert [str(item) for item in rest[:1]] == [
        f"{path}: It is not there (any more). Check the path, or run again if it was just moved."
    ]
    assert [item.id for item in rest[1:] if isinstance(item, Article)] == ["z.txt"]


@pytest.mark.usefixtures("neighbours")
@pytest.mark.parametrize("suffix", ["txt", "pdf", "docx", "jsonl"])
def test_a_file_without_read_permission_is_told(shelf: Shelf, monkeypatch: pytest.MonkeyPatch, suffix: str) -> None:
    path = shelf.write(f"m.{suffix}", "Un texte.")
    real = Path.open

    def deny(self: Path, *arguments: Any, **options: Any) -> Any:
        if self == path:
            raise PermissionError(errno.EACCES, "Permission denied", str(self))
        return real(self, *arguments, **options)

    monkeypatch.setattr(Path, "open", deny)
    articles, problems = shelf.read()
    assert [a.id for a in articles] == list(NEIGHBOURS)
    assert [(p.where, p.what) for p in problems] == [(str(path), "This user may not read it.")]


@pytest.mark.usefixtures("neighbours")
def test_a_disk_error_in_the_middle_of_a_file_is_told(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    path = shelf.write("m.txt", "Un texte.")
    real = Path.open

    class Failing(io.BytesIO):
        def read(self, _size: int | None = -1, /) -> bytes:
            raise OSError(errno.EIO, "Input/output error")

    def fail(self: Path, *arguments: Any, **options: Any) -> Any:
        return Failing() if self == path else real(self, *arguments, **options)

    monkeypatch.setattr(Path, "open", fail)
    articles, problems = shelf.read()
    assert [a.id for a in articles] == list(NEIGHBOURS)
    assert "Input/output error" in problems[0].what


@pytest.mark.usefixtures("neighbours")
def test_what_a_library_raises_unexpectedly_is_told(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise LookupError("never seen before")

    monkeypatch.setattr("trafilatura.bare_extraction", fail)
    path = shelf.write("m.html", "<p>Un texte.</p>")
    articles, problems = shelf.read()
    assert [a.id for a in articles] == list(NEIGHBOURS)
    assert problems[0].where == str(path)
    assert "LookupError: never seen before" in problems[0].what


@pytest.mark.usefixtures("neighbours")
@pytest.mark.parametrize(("suffix", "library"), [("html", "trafilatura"), ("pdf", "pypdf"), ("docx", "docx")])
def test_a_missing_library_costs_only_its_format(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch, suffix: str, library: str
) -> None:
    import sys

    for name in [name for name in sys.modules if name == library or name.startswith(f"{library}.")]:
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.setitem(sys.modules, library, None)
    shelf.write(f"m.{suffix}", "content")
    articles, problems = shelf.read()
    assert [a.id for a in articles] == list(NEIGHBOURS)
    assert "cannot be loaded" in problems[0].what
    assert "make setup" in problems[0].next_step


def test_the_second_of_two_articles_with_one_id_is_told_with_both_places(shelf: Shelf) -> None:
    first = shelf.write("a.md", "---\nid: x\n---\nUn.")
    second = shelf.write("b.jsonl", '{"id": "y", "text": "Deux."}\n{"id": "x", "text": "Trois."}\n')
    third = shelf.write("c.csv", "id,text\ny,Quatre.\nz,Cinq.\n")
    articles, problems = shelf.read()
    assert [(a.id, a.text) for a in articles] == [("x", "Un."), ("y", "Deux."), ("z", "Cinq.")]
    assert [p.where for p in problems] == [f"{second}, line 2", f"{third}, line 2"]
    assert str(first) in problems[0].what
    assert f"{second}, line 1" in problems[1].what


def test_two_folders_with_the_same_file_names_are_told(shelf: Shelf) -> None:
    shelf.write("1/a.txt", "Un.")
    shelf.write("2/a.txt", "Deux.")
    articles, problems = shelf.read(shelf.folder / "1", shelf.folder / "2")
    assert [a.text for a in articles] == ["Un."]
    assert str(shelf.folder / "1" / "a.txt") in problems[0].what


def test_reading_is_lazy_and_keeps_no_article(shelf: Shelf) -> None:
    for number in range(40):
        shelf.write(f"{number:02}.txt", f"Article {number}. " + "Un texte assez long pour compter. " * 15_000)
    next(read_paths([shelf.folder]))  # loads what is loaded once
    tracemalloc.start()
    count = sum(isinstance(item, Article) for item in read_paths([shelf.folder]))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 40
    assert peak < 8_000_000, "40 articles of half a megabyte each are 20 MB"


def test_importing_the_readers_loads_no_parser() -> None:
    import subprocess
    import sys

    heavy = "{'trafilatura', 'pypdf', 'docx', 'frontmatter', 'yaml', 'lxml', 'py3langid', 'charset_normalizer'}"
    code = f"import sys, index.readers, index.language; print(sorted({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_a_problem_that_quotes_broken_text_can_be_printed(shelf: Shelf) -> None:
    _, problems = shelf.read(shelf.write("a.jsonl", b'{"na\xefve": "d\xc3\xa9j\xc3\xa0 vu, \xc3\xa9t\xc3\xa9"}\n'))
    assert "na\ufffdve" in str(problems[0])
    assert str(problems[0]).encode()
