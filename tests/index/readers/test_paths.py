"""Finding the files to read."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from index.readers import count_files, survey

if TYPE_CHECKING:
    from tests.index.readers.conftest import Shelf


def test_folders_are_read_sorted_and_ids_are_relative_to_the_path_given(shelf: Shelf) -> None:
    for name in ("b.txt", "a.md", "sub/c.TXT", "sub/deep/d.txt", "Z.txt"):
        shelf.write(name, f"Texte de {name}.")
    articles, problems = shelf.read()
    assert problems == []
    assert [a.id for a in articles] == ["Z.txt", "a.md", "b.txt", "sub/c.TXT", "sub/deep/d.txt"]
    below, _ = shelf.read(shelf.folder / "sub")
    assert [a.id for a in below] == ["c.TXT", "deep/d.txt"]
    single, _ = shelf.read(shelf.folder / "sub" / "c.TXT")
    assert [a.id for a in single] == ["c.TXT"]


def test_paths_are_read_in_the_order_given_and_no_file_twice(shelf: Shelf) -> None:
    first, second = shelf.write("1/x.txt", "Un."), shelf.write("2/y.txt", "Deux.")
    articles, problems = shelf.read(second, first, shelf.folder)
    assert [a.id for a in articles] == ["y.txt", "x.txt"]
    assert problems == []


def test_hidden_other_and_descriptive_files_are_passed_over(shelf: Shelf) -> None:
    for name in (".hidden.txt", ".git/a.txt", "~$lock.docx", "README.md", "sub/readme.txt", "picture.png", "noname"):
        shelf.write(name, "text")
    shelf.write("a.txt", "Un texte.")
    articles, problems = shelf.read()
    assert [a.id for a in articles] == ["a.txt"]
    assert problems == []
    found = survey([shelf.folder])
    assert found.files == 1
    assert found.passed_over == {".md": 1, ".txt": 1, ".png": 1, "": 1}


def test_count_files_is_the_total_of_a_progress_bar(shelf: Shelf) -> None:
    from index.readers import read_paths

    for number in range(5):
        shelf.write(f"{number}.txt", "" if number == 3 else "Un texte.")
    seen: list[tuple[int, int | None]] = []
    list(read_paths([shelf.folder], progress=lambda done, total: seen.append((done, total))))
    assert seen == [(n, None) for n in range(1, 6)]
    assert count_files([shelf.folder]) == 5


def test_a_file_named_directly_is_read_whatever_its_name_but_not_in_any_format(shelf: Shelf) -> None:
    assert shelf.article(shelf.write(".hidden.txt", "Un texte.")).id == ".hidden.txt"
    assert shelf.article(shelf.write("README.md", "Un texte.")).id == "README.md"
    problem = shelf.problem(shelf.write("picture.png", "x"))
    assert "'.png'" in problem.what
    assert ".docx" in problem.next_step
    assert "no suffix" in shelf.problem(shelf.write("noname", "x")).what


def test_a_path_that_does_not_exist_is_named_and_the_others_are_read(shelf: Shelf) -> None:
    missing = shelf.folder / "missing"
    articles, problems = shelf.read(missing, shelf.write("a.txt", "Un texte."))
    assert [a.id for a in articles] == ["a.txt"]
    assert [(p.where, p.what) for p in problems] == [(str(missing), "It is not there (any more).")]


def test_a_link_back_to_a_folder_above_is_named_once(shelf: Shelf) -> None:
    shelf.write("sub/a.txt", "Un texte.")
    (shelf.folder / "sub" / "loop").symlink_to(shelf.folder)
    articles, problems = shelf.read()
    assert [a.id for a in articles] == ["sub/a.txt"]
    assert len(problems) == 1
    assert problems[0].where.endswith("sub/loop")
    assert "leads back" in problems[0].what


def test_links_that_lead_to_themselves_or_nowhere_are_named(shelf: Shelf) -> None:
    (shelf.folder / "self.txt").symlink_to(shelf.folder / "self.txt")
    (shelf.folder / "nowhere.txt").symlink_to(shelf.folder / "gone.txt")
    shelf.write("z.txt", "Un texte.")
    articles, problems = shelf.read()
    assert [a.id for a in articles] == ["z.txt"]
    assert [Path(p.where).name for p in problems] == ["nowhere.txt", "self.txt"]
    assert "not there" in problems[0].what
    assert "back to itself" in problems[1].what


def test_links_to_files_and_folders_are_followed_and_read_once(shelf: Shelf, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "b.txt").write_text("Ailleurs.")
    (shelf.folder / "linked").symlink_to(elsewhere)
    (shelf.folder / "again").symlink_to(elsewhere)
    shelf.write("a.txt", "Un texte.")
    (shelf.folder / "same.txt").symlink_to(shelf.folder / "a.txt")
    articles, problems = shelf.read()
    assert [a.id for a in articles] == ["a.txt", "again/b.txt"]
    assert problems == []


def test_a_folder_without_read_permission_is_named(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf.write("closed/a.txt", "Un texte.")
    shelf.write("open/b.txt", "Un texte.")
    real = os.scandir

    def scandir(path: Path) -> object:
        if Path(path).name == "closed":
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr("index.readers.paths.os.scandir", scandir)
    articles, problems = shelf.read()
    assert [a.id for a in articles] == ["open/b.txt"]
    assert [(p.where, p.what) for p in problems] == [(str(shelf.folder / "closed"), "This user may not read it.")]


def test_what_is_neither_file_nor_folder_is_no_article(shelf: Shelf) -> None:
    pipe = shelf.folder / "pipe.txt"
    os.mkfifo(pipe)
    assert shelf.read() == ([], [])
    assert "neither" in shelf.problem(pipe).what


def test_a_path_with_a_nul_character_is_a_problem(shelf: Shelf) -> None:
    articles, problems = shelf.read(Path("a\0b.txt"))
    assert articles == []
    assert "not a path" in problems[0].what


def test_a_file_name_that_is_no_utf_8_gives_an_id_that_can_be_stored(shelf: Shelf) -> None:
    name = os.fsencode(str(shelf.folder)) + b"/caf\xe9.txt"
    with open(name, "wb") as file:
        file.write(b"Un texte.")
    articles, problems = shelf.read()
    assert problems == []
    assert articles[0].id == "caf\ufffd.txt"
    assert (articles[0].file or "").encode()
