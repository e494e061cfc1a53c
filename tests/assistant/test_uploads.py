"""Uploaded files stay in their folder, whatever their names, and what is not read is not taken."""

from pathlib import Path

import pytest

from assistant.settings import Settings, load_settings
from assistant.uploads import LONGEST_NAME, forget_upload, keep_uploads, uploads_folder


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(index=tmp_path / "place" / "index", max_article_bytes=100)


@pytest.fixture
def sent(tmp_path: Path) -> Path:
    (tmp_path / "sent").mkdir()
    return tmp_path / "sent"


def names(settings: Settings) -> list[str]:
    folder = uploads_folder(settings)
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def test_the_folder_is_beside_the_index_unless_it_is_set(settings: Settings, tmp_path: Path) -> None:
    assert uploads_folder(settings) == tmp_path / "place" / "index.uploads"
    assert uploads_folder(settings.model_copy(update={"uploads": tmp_path / "x"})) == tmp_path / "x"


def test_a_file_is_kept_and_one_of_the_same_name_takes_its_place(settings: Settings, sent: Path) -> None:
    (sent / "a b.TXT").write_text("one")
    [kept] = keep_uploads([sent / "a b.TXT"], settings).files
    assert kept.read_text() == "one"
    (sent / "a b.TXT").write_text("two")
    assert keep_uploads([sent / "a b.TXT"], settings).files == (kept,)
    assert kept.read_text() == "two"
    assert names(settings) == ["a b.TXT"]


@pytest.mark.parametrize("name", ["..\\..\\out.txt", ".hidden.txt", "~$lock.txt", "a\nb.txt", "é" * 120 + ".txt"])
def test_no_name_leads_out_of_the_folder_or_hides(settings: Settings, sent: Path, name: str) -> None:
    (sent / name).write_text("text")
    [kept] = keep_uploads([sent / name], settings).files
    assert kept.parent == uploads_folder(settings)
    assert kept.read_text() == "text"
    assert not kept.name.startswith((".", "~"))
    assert kept.name.isprintable()
    assert kept.suffix == ".txt"
    assert len(kept.name.encode()) <= LONGEST_NAME


@pytest.mark.parametrize(("name", "told"), [("a.exe", "format"), ("noname", "format"), (".txt", "format")])
def test_a_format_that_is_not_read_is_refused(settings: Settings, sent: Path, name: str, told: str) -> None:
    (sent / name).write_text("text")
    kept = keep_uploads([sent / name], settings)
    assert kept.files == ()
    assert told in kept.refused[0].what
    assert names(settings) == []


def test_a_file_that_is_too_large_is_refused_and_the_others_are_kept(settings: Settings, sent: Path) -> None:
    (sent / "large.txt").write_text("x" * 101)
    (sent / "right.txt").write_text("x" * 100)
    (sent / "large.pdf").write_text("x" * 101)  # most of which may be pictures
    kept = keep_uploads([sent / "large.txt", sent / "right.txt", sent / "large.pdf"], settings)
    assert [file.name for file in kept.files] == ["right.txt", "large.pdf"]
    assert [(problem.where, problem.what) for problem in kept.refused] == [
        ("large.txt", "It has 101 bytes; at most 100 are taken.")
    ]


def test_only_kept_files_are_deleted(settings: Settings, sent: Path) -> None:
    (sent / "a.txt").write_text("text")
    [kept] = keep_uploads([sent / "a.txt"], settings).files
    (kept.parent / "link.txt").symlink_to(sent / "a.txt")
    assert not forget_upload(sent / "a.txt", settings)
    assert not forget_upload(kept.parent / "link.txt", settings)
    assert not forget_upload(kept.parent / ".." / "index.uploads" / "a.txt", settings)
    assert forget_upload(kept, settings)
    assert not forget_upload(kept, settings)
    assert (sent / "a.txt").is_file()
