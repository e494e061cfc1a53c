"""The SQLite file of shared answers and feedback: where it is, how it is opened, its schema, its errors in our words.

It stands beside the index and not in it: an index can be deleted and made again from the articles, and this cannot.
"""

import hmac
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import KeepingFailed
from assistant.settings import Settings

FORMAT = 2

SCHEMA = """
CREATE TABLE shared_answers (
    id TEXT PRIMARY KEY,
    made_at TEXT NOT NULL,
    answer TEXT NOT NULL,
    filters TEXT NOT NULL,
    kept_by TEXT
) WITHOUT ROWID;
CREATE TABLE feedback (
    exchange TEXT PRIMARY KEY,
    given_at TEXT NOT NULL,
    good INTEGER NOT NULL,
    reason TEXT,
    remark TEXT NOT NULL,
    right_passage TEXT,
    answer TEXT NOT NULL,
    filters TEXT NOT NULL,
    kept_by TEXT
) WITHOUT ROWID;
CREATE TABLE fingerprint_key (key BLOB NOT NULL);
"""
"""Answers, filters and passages are JSON, so that a later version can hold more of them without another format.
`kept_by` is the fingerprint of a user's name, or NULL where nobody was logged in: enough to delete or list what is
theirs, and no name for somebody who reads the file."""

UPGRADE = """
ALTER TABLE shared_answers ADD COLUMN kept_by TEXT;
ALTER TABLE feedback ADD COLUMN kept_by TEXT;
CREATE TABLE fingerprint_key (key BLOB NOT NULL);
"""
"""From format 1, which did not know whose anything is."""


def default_file(index: Path) -> Path:
    """Beside the index, and named for it: `.assistant/index` has `.assistant/index.kept.sqlite`."""
    return index.with_name(f"{index.resolve().name}.kept.sqlite")


@dataclass(frozen=True, slots=True)
class Keepsakes:
    """The file, which is made when something is kept for the first time. Each use opens it for itself, so that any
    number of threads and processes can have one."""

    file: Path

    @classmethod
    def of(cls, settings: Settings) -> "Keepsakes":
        return cls(settings.kept or default_file(settings.beside_index))

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection | None]:
        """A connection for reading, or None where nothing was kept so far. Raises KeepingFailed."""
        with self._errors():
            if not self.file.is_file():
                yield None
                return
            connection = sqlite3.connect(f"{self.file.resolve().as_uri()}?mode=ro", uri=True, isolation_level=None)
            try:
                connection.execute("PRAGMA busy_timeout = 5000")
                yield connection if self._format(connection) else None
            finally:
                connection.close()

    @contextmanager
    def changing(self) -> Iterator[sqlite3.Connection]:
        """A connection in a transaction, which is committed at the end and undone after an error. Raises
        KeepingFailed."""
        with self._errors():
            self.file.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(self.file, isolation_level=None)
            try:
                connection.execute("PRAGMA busy_timeout = 5000")
                connection.execute("PRAGMA synchronous = FULL")
                connection.execute("PRAGMA secure_delete = ON")  # what is forgotten is overwritten, too
                connection.execute("BEGIN IMMEDIATE")
                found = self._format(connection)
                if found < FORMAT:
                    for statement in (UPGRADE if found else SCHEMA).split(";"):
                        connection.execute(statement)
                    connection.execute("INSERT INTO fingerprint_key VALUES (?)", (secrets.token_bytes(32),))
                    connection.execute(f"PRAGMA user_version = {FORMAT}")
                yield connection
                connection.execute("COMMIT")
            finally:
                connection.close()  # which undoes what was not committed

    @staticmethod
    def fingerprint(connection: sqlite3.Connection, name: str | None) -> str | None:
        """What stands for a user in this file, and in no other; `connection` is one of `changing`."""
        if name is None:
            return None
        key = connection.execute("SELECT key FROM fingerprint_key").fetchone()[0]
        return hmac.digest(key, name.encode("utf-8", "replace"), "sha256").hex()

    def _format(self, connection: sqlite3.Connection) -> int:
        found = int(connection.execute("PRAGMA user_version").fetchone()[0])
        if found > FORMAT:
            raise KeepingFailed(
                f"The file {self.file} was written by a newer version of the program (format {found}). "
                "Upgrade the program, or name another file with the setting 'kept'."
            )
        return found

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise KeepingFailed(
                f"Shared answers and feedback cannot be read from or written to {self.file} ({error}). Check the file "
                "and the room on its disk, or name another file with the setting 'kept'."
            ) from error
