"""The SQLite file of an index: how it is opened, its schema, and its errors in our words."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.errors import (
    AssistantIndexError,
    IndexBusy,
    IndexDamaged,
    IndexFull,
    IndexMissing,
    IndexTooNew,
    IndexUnwritable,
)
from index.facets import SCHEMA as FACETS
from index.layout import FORMAT, Layout

# The terms are made by `index.analysis`. The tokenizer must take each of them whole, and "ascii" does: to it every
# character beyond ASCII belongs to a word, while "unicode61" splits at those that an old version of Unicode lacks.
SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE articles (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    language TEXT NOT NULL,
    date TEXT,
    author TEXT,
    url TEXT,
    file TEXT,
    groups TEXT NOT NULL,
    content_hash BLOB NOT NULL,
    text TEXT NOT NULL
);
CREATE INDEX articles_by_file ON articles (file);
CREATE TABLE languages (
    language TEXT PRIMARY KEY, articles INTEGER NOT NULL, passages INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE passages (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    article INTEGER NOT NULL REFERENCES articles (key),
    start INTEGER NOT NULL,
    end INTEGER NOT NULL
);
CREATE INDEX passages_by_article ON passages (article);
CREATE TABLE vectors (passage INTEGER PRIMARY KEY REFERENCES passages (key), vector BLOB NOT NULL);
CREATE TABLE removed_passages (key INTEGER PRIMARY KEY, generation INTEGER NOT NULL);
CREATE INDEX removed_passages_by_generation ON removed_passages (generation);
CREATE VIRTUAL TABLE passage_terms USING fts5 (
    terms, content='', tokenize="ascii tokenchars '.'"
);
CREATE VIRTUAL TABLE passage_term_counts USING fts5vocab (passage_terms, row);
"""

_FULL = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_SHMSIZE, sqlite3.SQLITE_IOERR_TRUNCATE}
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT}
_UNWRITABLE = {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM}


@contextmanager
def errors_in_our_words(folder: Path) -> Iterator[None]:
    """Turns SQLite's errors into `index.errors`."""
    try:
        yield
    except sqlite3.Error as error:
        raise _translated(error, folder) from error
    except UnicodeDecodeError as error:  # SQLite's own message quotes a damaged schema
        raise _translated(sqlite3.DatabaseError(f"text that is not UTF-8: {error.object[:80]!r}"), folder) from error


def _translated(error: sqlite3.Error, folder: Path) -> AssistantIndexError:
    code = getattr(error, "sqlite_errorcode", None)
    primary = None if code is None else code & 0xFF
    if code in _FULL or primary == sqlite3.SQLITE_FULL:
        return IndexFull(
            f"There is no room to write the index in {folder} ({error}). "
            "What was there before is unchanged. Make room on the disk, then run the command again."
        )
    if primary in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        return IndexBusy(
            f"The index in {folder} is being written by another process ({error}). Try again when it is done."
        )
    if primary in _UNWRITABLE:
        return IndexUnwritable(
            f"The index in {folder} cannot be opened or written ({error}). "
            "Check who owns the folder and its files, or name another one with --index."
        )
    if primary in _DAMAGED or isinstance(error, sqlite3.DatabaseError):
        return IndexDamaged(
            f"The index in {folder} is damaged ({error}). Restore it from a backup, or delete the folder and make it "
            "again from the articles: assistant index build PATH..."
        )
    return AssistantIndexError(f"The index in {folder} failed: {error}")


def open_for_reading(layout: Layout) -> sqlite3.Connection:
    """A read-only connection in autocommit mode; may be used by one thread at a time, not always the same.

    Raises IndexMissing, IndexTooNew, IndexDamaged, IndexUnwritable.
    """
    with errors_in_our_words(layout.folder):
        try:
            present = layout.database.is_file()
            if not present and layout.folder.exists() and not layout.folder.is_dir():
                raise not_a_folder(layout)
        except PermissionError as error:
            raise IndexUnwritable(
                f"The index folder {layout.folder} cannot be read: {error.strerror}. Check who owns it and its rights."
            ) from error
        if not present:
            raise _missing(layout)
        connection = _connect_read_only(layout)
        try:
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            _check_format(version, layout)
            if version == 0:
                raise _missing(layout)
        except BaseException:
            connection.close()
            raise
        return connection


def _connect_read_only(layout: Layout) -> sqlite3.Connection:
    address = layout.database.resolve().as_uri()
    connection = sqlite3.connect(f"{address}?mode=ro", uri=True, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA busy_timeout = 5000")
        _complete(connection)
        connection.execute("PRAGMA query_only = ON")
    except sqlite3.OperationalError as error:
        connection.close()
        if error.sqlite_errorcode & 0xFF not in _UNWRITABLE:
            raise
        # A write-ahead log needs a writable folder. Where there is none, nobody writes, and the file cannot change.
        connection = sqlite3.connect(
            f"{address}?mode=ro&immutable=1", uri=True, isolation_level=None, check_same_thread=False
        )
        _complete(connection)
    return connection


def _complete(connection: sqlite3.Connection) -> None:
    """Gives the connection to an older index the view of its words that a newer one has in its schema."""
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE name LIKE 'passage_term%'")}
    if "passage_terms" in tables and "passage_term_places" not in tables:
        connection.execute(
            "CREATE VIRTUAL TABLE temp.passage_term_places USING fts5vocab (main, passage_terms, instance)"
        )


def open_for_writing(layout: Layout) -> sqlite3.Connection:
    """A connection in autocommit mode to a database that exists after this call, with its schema.

    The caller holds the writer's lock. Raises IndexTooNew, IndexDamaged, IndexUnwritable, IndexFull.
    """
    with errors_in_our_words(layout.folder):
        connection = sqlite3.connect(layout.database, isolation_level=None, check_same_thread=False)
        try:
            connection.execute("PRAGMA busy_timeout = 5000")
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            _check_format(version, layout)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA cache_size = -65536")
            if version == 0:
                connection.executescript(f"BEGIN IMMEDIATE; {SCHEMA} {FACETS} PRAGMA user_version = {FORMAT}; COMMIT;")
        except BaseException:
            connection.close()
            raise
        return connection


def _check_format(version: int, layout: Layout) -> None:
    if version > FORMAT:
        raise IndexTooNew(
            f"The index in {layout.folder} has format {version}, and this program reads formats up to {FORMAT}. "
            "Upgrade the program (pip install --upgrade article-assistant), or name another folder with --index."
        )


def not_a_folder(layout: Layout) -> IndexUnwritable:
    return IndexUnwritable(
        f"An index is a folder, and {layout.folder} is a file. Name the folder, or another one, with --index."
    )


def _missing(layout: Layout) -> IndexMissing:
    return IndexMissing(
        f"There is no index in {layout.folder}. Make one from a folder of articles: "
        f"assistant index build --index {layout.folder} PATH..."
    )
