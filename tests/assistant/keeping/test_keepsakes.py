"""The file of what is kept: made when it is needed, whole or not at all, and its errors in words."""

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from assistant.errors import KeepingFailed
from assistant.keeping.keepsakes import FORMAT, Keepsakes, default_file
from assistant.settings import load_settings


def test_it_stands_beside_the_index_unless_it_is_set(tmp_path: Path) -> None:
    assert default_file(Path(".assistant/index")) == Path(".assistant/index.kept.sqlite")
    assert Keepsakes.of(load_settings(index=tmp_path / "a")).file == tmp_path / "a.kept.sqlite"
    assert Keepsakes.of(load_settings(kept=tmp_path / "b")).file == tmp_path / "b"


def test_reading_makes_no_file(keepsakes: Keepsakes) -> None:
    with keepsakes.reading() as connection:
        assert connection is None
    assert not keepsakes.file.exists()


def count(keepsakes: Keepsakes) -> int:
    with keepsakes.reading() as connection:
        assert connection is not None
        return int(connection.execute("SELECT count(*) FROM shared_answers").fetchone()[0])


def insert(keepsakes: Keepsakes, name: str) -> None:
    with keepsakes.changing() as connection:
        connection.execute("INSERT INTO shared_answers VALUES (?, '', '', '', NULL)", (name,))


def test_a_change_that_fails_changes_nothing(keepsakes: Keepsakes) -> None:
    insert(keepsakes, "kept")
    with pytest.raises(KeepingFailed, match="UNIQUE"), keepsakes.changing() as connection:
        connection.executemany("INSERT INTO shared_answers VALUES (?, '', '', '', NULL)", [("lost",), ("kept",)])
    assert count(keepsakes) == 1


def test_changes_at_the_same_time_are_all_kept(keepsakes: Keepsakes) -> None:
    threads = [threading.Thread(target=insert, args=(keepsakes, str(number))) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert count(keepsakes) == 16


def test_what_stands_in_the_way_is_told_with_the_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a database, but long enough to be taken for one" * 50)
    keepsakes = Keepsakes(tmp_path / "file")
    with pytest.raises(KeepingFailed, match=r"/file .*not a database.*setting 'kept'"), keepsakes.reading():
        pass
    with pytest.raises(KeepingFailed, match=r"/file "), keepsakes.changing():
        pass
    with pytest.raises(KeepingFailed, match=r"file/below"), Keepsakes(tmp_path / "file" / "below").changing():
        pass


def test_a_file_of_a_newer_version_is_left_alone(keepsakes: Keepsakes) -> None:
    insert(keepsakes, "kept")
    with closing(sqlite3.connect(keepsakes.file)) as connection:
        connection.execute(f"PRAGMA user_version = {FORMAT + 1}")
    with pytest.raises(KeepingFailed, match="newer version"), keepsakes.reading():
        pass
    with pytest.raises(KeepingFailed, match="newer version"):
        insert(keepsakes, "more")


FIRST_FORMAT = """
CREATE TABLE shared_answers (id TEXT PRIMARY KEY, made_at TEXT NOT NULL, answer TEXT NOT NULL, filters TEXT NOT NULL)
    WITHOUT ROWID;
CREATE TABLE feedback (exchange TEXT PRIMARY KEY, given_at TEXT NOT NULL, good INTEGER NOT NULL, reason TEXT,
    remark TEXT NOT NULL, right_passage TEXT, answer TEXT NOT NULL, filters TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO shared_answers VALUES ('old', '2025-01-01T00:00:00+00:00', '{}', '[]');
PRAGMA user_version = 1;
"""


def test_a_file_of_the_first_format_is_read_and_brought_up_to_date_with_the_first_change(keepsakes: Keepsakes) -> None:
    keepsakes.file.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(keepsakes.file)) as connection:
        connection.executescript(FIRST_FORMAT)
    assert count(keepsakes) == 1
    insert(keepsakes, "new")
    assert count(keepsakes) == 2
    with keepsakes.changing() as connection:
        mine, other = keepsakes.fingerprint(connection, "ada"), keepsakes.fingerprint(connection, "grace")
        assert mine != other
        assert mine == keepsakes.fingerprint(connection, "ada")
        assert keepsakes.fingerprint(connection, None) is None
    assert b"ada" not in keepsakes.file.read_bytes()
