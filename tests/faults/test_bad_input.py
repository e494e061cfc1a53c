"""Whatever lies among the articles, `index build` says what is wrong, where and what next, and does all the rest."""

import json
from collections.abc import Callable
from pathlib import Path

import pypdf
import pytest

from index.status import read_article_ids
from index.verification import verify
from tests.faults.conftest import GERMANY, RunCommand

GOOD = {"germany.txt", "harbour.txt"}


def _write(content: bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(content)


def _hundred_megabytes(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(100_000_000)


def _pdf(path: Path, password: str | None = None) -> None:
    writer = pypdf.PdfWriter()
    writer.add_blank_page(200, 200)
    if password:
        writer.encrypt(password)
    writer.write(path)


BAD_FILES: dict[str, tuple[str, Callable[[Path], object], str]] = {
    "an empty file": ("bad.txt", _write(b""), "no text"),
    "white space only": ("bad.txt", _write(b" \n\t\n "), "no text"),
    "a binary file": ("bad.txt", _write(bytes(range(256)) * 40), "text"),
    "a hundred megabytes": ("bad.txt", _hundred_megabytes, "100.0 MB"),
    "a PDF without text": ("bad.pdf", _pdf, "text"),
    "an encrypted PDF": ("bad.pdf", lambda path: _pdf(path, "secret"), "password"),
    "no PDF at all": ("bad.pdf", _write(b"This is not a PDF."), "PDF"),
    "no Word document at all": ("bad.docx", _write(b"This is not a document."), "bad.docx"),
    "a table without the columns": ("bad.csv", _write(b"colour,size\nred,4\n"), "column"),
    "a link to itself": ("bad.txt", lambda path: path.symlink_to(path), "symbolic link"),
    "a link to nothing": ("bad.txt", lambda path: path.symlink_to("gone.txt"), "not there"),
    "a link to the folder above it": ("bad", lambda path: path.symlink_to(path.parent), "symbolic link"),
}


def _messages(err: str, where: Path | str) -> list[str]:
    """The messages about a place; each must also say what to do next, in a sentence of its own."""
    found = [line for line in err.splitlines() if line.startswith("assistant: ") and str(where) in line]
    assert all(line.endswith(".") and line.count(". ") >= 1 for line in found), found
    return found


@pytest.mark.parametrize("case", BAD_FILES)
def test_a_bad_file_is_named_and_the_good_ones_are_indexed(
    case: str, run: RunCommand, articles: Path, tmp_path: Path
) -> None:
    """Status 1, one message about the file, and the articles beside it can be searched."""
    name, make, word = BAD_FILES[case]
    make(articles / name)
    outcome = run("index", "build", "--index", "ix", articles)
    assert outcome.status == 1
    (message,) = _messages(outcome.err, articles / name)
    assert word in message
    assert set(read_article_ids(tmp_path / "ix")) == GOOD
    assert "2 added" in outcome.out
    assert "1 not read" in outcome.out
    found = run("search", "--index", "ix", "--json", "How many artillery rounds?")
    assert json.loads(found.out)["hits"][0]["article"] == "germany.txt"
    assert verify(tmp_path / "ix") == []


def test_broken_utf8_is_read_as_far_as_it_goes(run: RunCommand, articles: Path, tmp_path: Path) -> None:
    """The article is there with its broken bytes marked, and a message counts them."""
    text = "Le marché\n\nL'été arrive à Genève et les pêcheurs réparent leurs filets près du vieux port. " * 3
    (articles / "broken.txt").write_bytes(text.encode() + b"\xff\xfe et fin.")
    outcome = run("index", "build", "--index", "ix", articles)
    assert outcome.status == 1
    (message,) = _messages(outcome.err, articles / "broken.txt")
    assert "2 bytes" in message
    assert set(read_article_ids(tmp_path / "ix")) == {*GOOD, "broken.txt"}


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig", "cp1252"])
def test_other_encodings_are_read_right(encoding: str, run: RunCommand, articles: Path, tmp_path: Path) -> None:
    """Nothing is wrong with them, and nothing is said."""
    text = (
        "Die Brücke\n\nDie alte Brücke über den Fluss wird im März für Fußgänger geöffnet, sagte die Bürgermeisterin."
    )
    (articles / "bridge.txt").write_bytes(text.encode(encoding))
    outcome = run("index", "build", "--index", "ix", articles)
    assert outcome.status == 0
    assert _messages(outcome.err, "bridge.txt") == []
    assert set(read_article_ids(tmp_path / "ix")) == {*GOOD, "bridge.txt"}
    found = json.loads(run("search", "--index", "ix", "--json", "Fußgänger Brücke").out)["hits"][0]
    assert found["article"] == "bridge.txt"
    assert text[found["start"] : found["end"]] == found["text"]


def test_a_malformed_line_among_good_ones_is_named_by_its_number(
    run: RunCommand, articles: Path, tmp_path: Path
) -> None:
    """The lines before and after it are indexed."""
    lines = [json.dumps({"id": f"line-{n}", "title": f"Line {n}", "text": f"The text of line {n}."}) for n in range(4)]
    lines[2] = '{"id": "line-2", "text": '
    (articles / "many.jsonl").write_text("\n".join(lines), encoding="utf-8")
    outcome = run("index", "build", "--index", "ix", articles)
    assert outcome.status == 1
    (message,) = _messages(outcome.err, articles / "many.jsonl")
    assert "line 3" in message
    assert set(read_article_ids(tmp_path / "ix")) == {*GOOD, "line-0", "line-1", "line-3"}


def test_of_two_articles_with_one_id_the_first_is_kept(run: RunCommand, articles: Path, tmp_path: Path) -> None:
    """The message names both places."""
    records = [{"id": "same", "text": "The first of the two."}, {"id": "same", "text": "The second of the two."}]
    (articles / "two.jsonl").write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    other = tmp_path / "other"
    other.mkdir()
    (other / "germany.txt").write_text("Another article under the same name.", encoding="utf-8")
    outcome = run("index", "build", "--index", "ix", articles, other)
    assert outcome.status == 1
    assert "'same'" in _messages(outcome.err, articles / "two.jsonl")[0]
    (message,) = _messages(outcome.err, other / "germany.txt")
    assert str(articles / "germany.txt") in message
    assert set(read_article_ids(tmp_path / "ix")) == {*GOOD, "same"}
    hits = json.loads(run("search", "--index", "ix", "--json", "Germany artillery").out)["hits"]
    assert hits[0]["text"] in GERMANY


def test_a_file_that_vanishes_while_others_are_read_is_named(
    run: RunCommand, articles: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was there when the files were counted, and is gone when its turn comes."""
    last = articles / "vanishing.txt"
    last.write_text("It will be gone.", encoding="utf-8")

    def detect(_text: str, _fallback: str = "und") -> str:
        last.unlink(missing_ok=True)
        return "en"

    monkeypatch.setattr("index.language.detect", detect)
    outcome = run("index", "build", "--index", "ix", articles)
    assert outcome.status == 1
    assert "not there" in _messages(outcome.err, last)[0]
    assert set(read_article_ids(tmp_path / "ix")) == GOOD


def test_a_path_that_is_not_there_is_named(run: RunCommand, articles: Path, tmp_path: Path) -> None:
    outcome = run("index", "build", "--index", "ix", "nowhere", articles)
    assert outcome.status == 1
    assert "not there" in _messages(outcome.err, "nowhere")[0]
    assert set(read_article_ids(tmp_path / "ix")) == GOOD


def test_a_folder_and_a_file_without_read_permission_are_named(
    run: RunCommand, ordinary_user: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The others are indexed."""
    monkeypatch.chdir(ordinary_user)
    folder = ordinary_user / "articles"
    closed = folder / "closed"
    closed.mkdir(parents=True)
    for path in (closed / "inside.txt", folder / "secret.txt", folder / "germany.txt"):
        path.write_text(GERMANY, encoding="utf-8")
    closed.chmod(0)
    (folder / "secret.txt").chmod(0)
    outcome = run("index", "build", "--index", "ix", folder)
    assert outcome.status == 1
    for path in (closed, folder / "secret.txt"):
        (message,) = _messages(outcome.err, path)
        assert "may not read" in message
    assert read_article_ids(ordinary_user / "ix") == ["germany.txt"]


def test_nothing_readable_at_all_leaves_an_empty_index_that_can_be_read(run: RunCommand, tmp_path: Path) -> None:
    """No traceback from a search in it either."""
    folder = tmp_path / "empty"
    folder.mkdir()
    (folder / "bad.txt").touch()
    assert run("index", "build", "--index", "ix", folder).status == 1
    assert run("index", "status", "--index", "ix").status == 0
    assert run("index", "verify", "--index", "ix").status == 0
    assert run("search", "--index", "ix", "anything").status == 0
