"""SQLite's errors in our words, and the schema."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from index.database import errors_in_our_words, open_for_reading, open_for_writing
from index.errors import (
    AssistantIndexError,
    IndexBusy,
    IndexDamaged,
    IndexFull,
    IndexMissing,
    IndexTooNew,
    IndexUnwritable,
)
from index.layout import FORMAT, Layout


def _error(code: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("as SQLite says it")
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (sqlite3.SQLITE_FULL, IndexFull),
        (sqlite3.SQLITE_IOERR_WRITE, IndexFull),
        (sqlite3.SQLITE_BUSY, IndexBusy),
        (sqlite3.SQLITE_LOCKED, IndexBusy),
        (sqlite3.SQLITE_READONLY, IndexUnwritable),
        (sqlite3.SQLITE_CANTOPEN, IndexUnwritable),
        (sqlite3.SQLITE_CORRUPT, IndexDamaged),
        (sqlite3.SQLITE_CORRUPT_VTAB, IndexDamaged),
        (sqlite3.SQLITE_NOTADB, IndexDamaged),
        (sqlite3.SQLITE_IOERR_READ, IndexDamaged),
    ],
)
def test_each_error_is_told_with_the_folder_and_its_cause(code: int, expected: type[AssistantIndexError]) -> None:
    """Extended codes, as SQLITE_CORRUPT_VTAB, belong to their primary code."""
    with (
        pytest.raises(expected, match=r"/articles/index.*as SQLite says it"),
        errors_in_our_words(Path("/articles/index")),
    ):
        raise _error(code)


def test_other_errors_pass_unchanged() -> None:
    with pytest.raises(ZeroDivisionError), errors_in_our_words(Path("index")):
        raise ZeroDivisionError


def test_a_new_database_has_the_format_and_an_old_one_keeps_its_content(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    with closing(open_for_writing(layout)) as connection:
        connection.execute("INSERT INTO meta VALUES ('kept', 'yes')")
    with closing(open_for_writing(layout)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (FORMAT,)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert connection.execute("SELECT value FROM meta WHERE key = 'kept'").fetchone() == ("yes",)


def test_a_reader_cannot_write(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    open_for_writing(layout).close()
    with closing(open_for_reading(layout)) as connection, pytest.raises(sqlite3.OperationalError, match="readonly"):
        connection.execute("INSERT INTO meta VALUES ('a', 'b')")


def test_what_is_no_index_is_told(tmp_path: Path) -> None:
    """Nothing, an empty database, a newer format, and a file that is no database."""
    layout = Layout(tmp_path)
    with pytest.raises(IndexMissing):
        open_for_reading(layout)
    layout.database.touch()
    with pytest.raises(IndexMissing):
        open_for_reading(layout)
    open_for_writing(layout).close()
    with closing(sqlite3.connect(layout.database)) as connection:
        connection.execute(f"PRAGMA user_version = {FORMAT + 1}")
    for opened in (open_for_reading, open_for_writing):
        with pytest.raises(IndexTooNew, match=f"format {FORMAT + 1}"):
            opened(layout)
    layout.database.write_bytes(b"no database " * 1000)
    for opened in (open_for_reading, open_for_writing):
        with pytest.raises(IndexDamaged):
            opened(layout)
