"""An index that cannot be used as it is: commands say what is wrong, where and what next, with the right status."""

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.conftest import GERMANY, RunCommand

Command = tuple[str, ...]
READING: tuple[Command, ...] = (("ask", "pledge?"), ("search", "pledge"), ("index", "status"), ("index", "verify"))
WRITING: tuple[Command, ...] = (("index", "add", "articles"), ("index", "remove", "germany.txt"), ("index", "repair"))


def _with_index(command: tuple[str, ...], folder: Path) -> list[str | Path]:
    position = 2 if command[0] == "index" else 1
    return [*command[:position], "--index", folder, *command[position:]]


def _vector_file(folder: Path) -> Path:
    (file,) = folder.glob("vectors-*.faiss")
    return file


def _assert_found(run: RunCommand, folder: Path) -> str:
    """The search is right; returns what it said on stderr."""
    outcome = run("search", "--index", folder, "--json", "What did Germany pledge?")
    assert outcome.status == 0
    assert json.loads(outcome.out)["hits"][0]["article"] == "germany.txt"
    return outcome.err


@pytest.mark.parametrize("command", [*READING, *WRITING])
def test_where_there_is_no_index_it_says_how_to_make_one(
    command: tuple[str, ...], run: RunCommand, articles: Path, tmp_path: Path
) -> None:
    assert articles.exists()
    outcome = run(*_with_index(command, tmp_path / "none"))
    assert outcome.status == 3
    assert f"There is no index in {tmp_path / 'none'}" in outcome.err
    assert "assistant index build --index" in outcome.err
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("command", [*READING, *WRITING, ("index", "build", "articles")])
def test_an_index_folder_that_is_a_file_is_told(
    command: tuple[str, ...], run: RunCommand, articles: Path, tmp_path: Path
) -> None:
    assert articles.exists()
    (tmp_path / "file").write_text("not an index")
    outcome = run(*_with_index(command, tmp_path / "file"))
    assert outcome.status == 3
    assert f"{tmp_path / 'file'} is a file" in outcome.err
    assert "--index" in outcome.err
    assert (tmp_path / "file").read_text() == "not an index"


@pytest.mark.parametrize("command", [*READING, *WRITING, ("index", "build", "articles")])
def test_an_index_of_a_newer_format_is_left_alone(command: tuple[str, ...], run: RunCommand, index: Path) -> None:
    with sqlite3.connect(index / "index.sqlite") as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    outcome = run(*_with_index(command, index))
    assert outcome.status == 3
    assert str(index) in outcome.err
    assert "format 99" in outcome.err
    assert "Upgrade" in outcome.err


def test_an_index_of_another_embedder_says_how_to_re_embed(run: RunCommand, index: Path) -> None:
    """And does so when it is told to, after which everything works again."""
    with sqlite3.connect(index / "index.sqlite") as connection:
        connection.execute(
            "UPDATE meta SET value = ? WHERE key = 'embedder'",
            (json.dumps({"name": "default", "dimension": 8, "fingerprint": "of-another-time"}),),
        )
    connection.close()
    for command in (("ask", "pledge?"), ("search", "pledge"), ("index", "add", "articles")):
        outcome = run(*_with_index(command, index))
        assert outcome.status == 3
        assert "of-another-time" in outcome.err
        assert f"assistant index build --re-embed --index {index}" in outcome.err
    assert run("index", "status", "--index", index).status == 0
    assert run("index", "build", "--re-embed", "--index", index).status == 0
    assert run("index", "verify", "--index", index).status == 0
    assert _assert_found(run, index) == ""


def _truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _replace(path: Path) -> None:
    path.write_bytes(b"x" * path.stat().st_size)


@pytest.mark.parametrize("harm", [_truncate, _empty, _replace, Path.unlink])
def test_without_its_vector_file_the_index_answers_and_is_mended(
    harm: Callable[[Path], object], run: RunCommand, index: Path
) -> None:
    """The search is right and warns, `verify` finds the fault, `repair` mends it."""
    file = _vector_file(index)
    harm(file)
    warning = _assert_found(run, index)
    assert str(file) in warning
    assert f"assistant index repair --index {index}" in warning
    outcome = run("index", "verify", "--index", index)
    assert outcome.status == 1
    assert str(file) in outcome.err
    assert "assistant index repair" in outcome.err
    assert run("index", "repair", "--index", index).status == 0
    assert run("index", "verify", "--index", index).status == 0
    assert _assert_found(run, index) == ""


def test_a_flipped_bit_anywhere_in_the_vector_file_is_found(run: RunCommand, index: Path) -> None:
    """The search never fails for it, though a vector may be a little wrong; `verify` finds it, `repair` mends it."""
    file = _vector_file(index)
    sound = file.read_bytes()
    for position in [0, 12, 38, 69, 88, len(sound) // 2, len(sound) - 9, len(sound) - 1]:
        harmed = bytearray(sound)
        harmed[position] ^= 0x80
        file.write_bytes(harmed)
        assert run("search", "--index", index, "Germany").status == 0, position
        outcome = run("index", "verify", "--index", index)
        assert outcome.status == 1, position
        assert str(file) in outcome.err
    assert run("index", "repair", "--index", index).status == 0
    assert run("index", "verify", "--index", index).status == 0


def _overwrite_pages(path: Path) -> None:
    size = path.stat().st_size
    with path.open("r+b") as file:
        for page in range(1, size // 4096):
            file.seek(4096 * page)
            file.write(b"\xa5" * 4096)


def _cut_in_half(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)


def _not_a_database(path: Path) -> None:
    path.write_text("This was a database once.\n" * 1000)


@pytest.mark.parametrize("harm", [_overwrite_pages, _cut_in_half, _not_a_database])
def test_a_damaged_database_is_told_with_what_to_do(harm: Callable[[Path], None], run: RunCommand, index: Path) -> None:
    """What needs it ends with status 3, `verify` with status 1; nothing is made worse."""
    database = index / "index.sqlite"
    harm(database)
    harmed = database.read_bytes()
    for command in (("ask", "pledge?"), ("search", "pledge"), ("index", "add", "articles")):
        outcome = run(*_with_index(command, index))
        assert outcome.status == 3, command
        assert f"The index in {index} is damaged" in outcome.err
        assert "backup" in outcome.err
        assert "assistant index build" in outcome.err
    verified = run("index", "verify", "--index", index)
    assert verified.status == 1
    assert "damaged" in verified.err
    assert database.read_bytes() == harmed


def test_a_changed_text_in_the_database_is_found(run: RunCommand, index: Path) -> None:
    """Though the database itself is sound, the article is not the one that was stored."""
    with sqlite3.connect(index / "index.sqlite") as connection:
        connection.execute("UPDATE articles SET text = replace(text, 'four', 'five') WHERE id = 'germany.txt'")
    connection.close()
    outcome = run("index", "verify", "--index", index)
    assert outcome.status == 1
    assert "'germany.txt' is not what was stored" in outcome.err


def test_a_file_that_a_killed_writer_left_is_cleared_away(run: RunCommand, index: Path, articles: Path) -> None:
    """It disturbs no reader, and the next writer removes it, and vector files that nothing records."""
    left = [index / "vectors-77.faiss.unfinished", index / "vectors-76.faiss"]
    for path in left:
        path.write_bytes(b"half of a file")
    assert _assert_found(run, index) == ""
    assert run("index", "verify", "--index", index).status == 0
    (articles / "new.txt").write_text("News\n\nA new article about the weather.", encoding="utf-8")
    assert run("index", "add", "--index", index, articles).status == 0
    assert [path for path in left if path.exists()] == []
    assert run("index", "verify", "--index", index).status == 0


def test_a_folder_that_cannot_be_written_to_can_be_searched(
    run: RunCommand, ordinary_user: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What reads works; what writes says why it cannot, with status 3."""
    monkeypatch.chdir(ordinary_user)
    folder, articles = ordinary_user / "index", ordinary_user / "articles"
    articles.mkdir()
    (articles / "germany.txt").write_text(GERMANY, encoding="utf-8")
    assert run("index", "build", "--index", folder, articles).status == 0
    for path in folder.iterdir():
        path.chmod(0o400)
    folder.chmod(0o500)
    assert _assert_found(run, folder) == ""
    for command in READING:
        assert run(*_with_index(command, folder)).status == 0
    for command in (*WRITING, ("index", "build", "articles")):
        outcome = run(*_with_index(command, folder))
        assert outcome.status == 3
        assert str(folder) in outcome.err
        assert "Check who owns it" in outcome.err
    assert run("index", "build", "--index", folder / "deeper", "articles").status == 3


def test_a_folder_that_may_not_be_entered_is_told(
    run: RunCommand, ordinary_user: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ordinary_user)
    folder = ordinary_user / "index"
    folder.mkdir()
    folder.chmod(0)
    for command in READING:
        outcome = run(*_with_index(command, folder))
        assert outcome.status == 3
        assert str(folder) in outcome.err
        assert "Check who owns it" in outcome.err
