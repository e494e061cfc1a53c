"""The one process that changes an index: adds, replaces and removes articles, each change whole or not at all."""

import errno
import json
import sqlite3
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal

from filelock import FileLock, Timeout

from index import article_changes, compaction, facets, recent_words, store
from index.analysis import analysis_version
from index.compaction import BackgroundCompaction, Compacted, Stopped
from index.database import errors_in_our_words, not_a_folder, open_for_writing
from index.derived import (
    EmbedderRecord,
    embedder_record,
    forget_word_file,
    record_files,
    recorded_vector_file,
    recorded_word_file,
)
from index.errors import AssistantIndexError, EmbedderUnavailable, IndexBusy, IndexFull, IndexUnwritable
from index.layout import FORMAT, Layout
from index.local_index import VectorFileWarning, check_embedder
from index.passages import split
from index.types import Article, Embedder, Progress, Span

Outcome = Literal["added", "replaced", "unchanged"]

BATCH_PASSAGES = 2_048
"""Articles are embedded and committed together until they have this many passages."""

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def passages_at_once(embedder: Embedder | None) -> int:
    """`BATCH_PASSAGES`, or more where an embedder that works on several machines says that it needs more."""
    return max(BATCH_PASSAGES, int(getattr(embedder, "passages_at_once", 0)))


@dataclass(frozen=True, slots=True)
class Written:
    """What became of one article, after it was committed."""

    article: Article
    outcome: Outcome
    passages: int


@dataclass(slots=True)
class IndexWriter:
    """Opened with `IndexWriter.open`, in a `with` block; holds the writer's lock until its end."""

    layout: Layout
    embedder: Embedder | None
    connection: sqlite3.Connection
    _lock: FileLock = field(repr=False)
    left_undone: str | None = None
    """Set at the end, when there was no room for the vector file; it is told as a warning, too."""
    _background: BackgroundCompaction | None = field(default=None, repr=False)

    @classmethod
    @contextmanager
    def open(
        cls, folder: Path, embedder: Embedder | None, *, wait_seconds: float = 10.0, re_embed: bool = False
    ) -> Iterator["IndexWriter"]:
        """Opens the index in a folder for writing, and makes it when there is none.

        Without an embedder, articles can be removed and derived files made anew, in an index that exists.
        Waits up to `wait_seconds` for another writer, then raises IndexBusy. Raises EmbedderMismatch unless
        `re_embed` is set, IndexTooNew, IndexDamaged, IndexUnwritable and IndexFull.
        """
        layout = Layout(folder)
        with _writers_lock(layout, wait_seconds) as lock:
            connection = open_for_writing(layout)
            try:
                with errors_in_our_words(folder):
                    writer = cls(layout, embedder, connection, lock)
                    writer._prepare(re_embed)
                    try:
                        yield writer
                        writer._finish()
                    finally:
                        writer._abandon_background()
            finally:
                connection.close()

    def _prepare(self, re_embed: bool) -> None:
        for left in self.layout.unfinished_files():
            left.unlink(missing_ok=True)
        recorded = store.get_meta(self.connection, "embedder")
        if recorded is None:
            with self._change():
                self._record_embedder()
                store.set_meta(self.connection, "analysis", analysis_version())
            return
        if self.embedder and not re_embed:
            check_embedder(embedder_record(self.connection, self.layout), self.embedder, self.layout)
        if store.get_meta(self.connection, "analysis") != analysis_version():
            self.remake_terms()
        if not facets.are_whole(self.connection):
            with self._change():
                facets.remake(self.connection)

    def _record_embedder(self) -> None:
        embedder = self._required_embedder()
        record = EmbedderRecord(embedder.name, embedder.dimension, embedder.fingerprint)
        store.set_meta(self.connection, "embedder", json.dumps(asdict(record)))

    def _required_embedder(self) -> Embedder:
        if self.embedder is None:
            raise EmbedderUnavailable(
                f"The index in {self.layout.folder} was opened without an embedder, and nothing can be added to it."
            )
        return self.embedder

    @property
    def generation(self) -> int:
        return store.generation(self.connection)

    def holds(self, article_id: str) -> bool:
        return store.known_hash(self.connection, article_id) is not None

    def file_of(self, article_id: str) -> str | None:
        """The file that the article was read from; None where there is none, and where it is not held."""
        return store.file_of(self.connection, article_id)

    def ids_of_file(self, file: str) -> list[str]:
        return store.ids_of_file(self.connection, file)

    def files(self) -> list[tuple[str, str]]:
        """(article id, file) of every article that was read from a file."""
        return store.files(self.connection)

    def repair(self) -> None:
        """Makes what is derived from the articles anew: the lexical index, what filters use, the vector file."""
        self.remake_terms()
        self.remake_vector_file()

    @contextmanager
    def _change(self) -> Iterator[int]:
        """One transaction, and one generation: gives its number, commits at the end, undoes everything on an error."""
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            generation = store.generation(self.connection) + 1
            store.set_meta(self.connection, "generation", str(generation))
            yield generation
            self.connection.execute("COMMIT")
        except BaseException:
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK")
            raise

    def add(self, articles: Iterable[Article]) -> Iterator[Written]:
        """Adds articles, or replaces those of the same id; unchanged ones are left as they are.

        Lazily, a batch at a time: an article that was given out has been committed and stays, whatever happens next.
        """
        batch: list[tuple[Article, list[Span]]] = []
        pending: set[str] = set()
        passages, most = 0, passages_at_once(self.embedder)
        for article in articles:
            if article.id in pending or passages >= most:
                yield from self._add_batch(batch)
                batch, pending, passages = [], set(), 0
            if store.known_hash(self.connection, article.id) == store.content_hash(article):
                yield Written(article, "unchanged", len(store.passages_of(self.connection, article.id)))
                continue
            spans = split(article.text)
            batch.append((article, spans))
            pending.add(article.id)
            passages += len(spans)
        if batch:
            yield from self._add_batch(batch)

    def _add_batch(self, batch: Sequence[tuple[Article, list[Span]]]) -> list[Written]:
        vectors = self._required_embedder().embed_passages(
            [article.text[span.start : span.end] for article, spans in batch for span in spans]
        )
        written = []
        changed: list[tuple[article_changes.Kind, str, str]] = []
        with self._change() as generation:
            first = 0
            for article, spans in batch:
                replaced = store.delete_article(self.connection, article.id, generation)
                store.insert_article(self.connection, article, spans, vectors[first : first + len(spans)])
                first += len(spans)
                written.append(Written(article, "replaced" if replaced else "added", len(spans)))
                changed.append(("replaced" if replaced else "added", article.id, article.title))
            article_changes.record(self.connection, generation, changed)
        self._compact_in_background()
        return written

    def remove(self, article_ids: Iterable[str]) -> list[str]:
        """Removes articles in one change, and returns the ids that were there."""
        wanted = list(dict.fromkeys(article_ids))
        if not any(store.known_hash(self.connection, article_id) for article_id in wanted):
            return []
        with self._change() as generation:
            titles = store.titles(self.connection, wanted)
            removed = [each for each in wanted if store.delete_article(self.connection, each, generation)]
            article_changes.record(self.connection, generation, [("removed", each, titles[each]) for each in removed])
        self._compact_in_background()
        return removed

    def re_embed(self, progress: Progress | None = None) -> int:
        """Gives every article new passages and new vectors, by this embedder, in one change; returns how many."""
        embedder = self._required_embedder()
        self._abandon_background()
        ids = store.article_ids(self.connection)
        with self._change() as generation:
            self._record_embedder()
            # The old vectors' file does not belong to this embedder; until the new one is written there is none.
            self.connection.execute("DELETE FROM meta WHERE key = 'vector_file'")
            self._forget_words()
            for done, article_id in enumerate(ids, start=1):
                article = store.get_article(self.connection, article_id)
                assert article is not None
                spans = split(article.text)
                vectors = embedder.embed_passages([article.text[start:end] for start, end in spans])
                store.delete_article(self.connection, article_id, generation)
                store.insert_article(self.connection, article, spans, vectors)
                if progress:
                    progress(done, len(ids))
        self.remake_vector_file()
        return len(ids)

    def remake_terms(self) -> None:
        """Makes the lexical index, and what filters use, anew from the articles, in one change."""
        self._abandon_background()
        with self._change():
            store.remake_terms(self.connection)
            facets.remake(self.connection)
            store.set_meta(self.connection, "analysis", analysis_version())
            self._forget_words()

    def _forget_words(self) -> None:
        """The word file no longer holds what the database does; the database is searched until there is another."""
        forget_word_file(self.connection)
        recent_words.end(self.connection)

    def remake_vector_file(self) -> None:
        """Writes the derived files anew from the database; readers go on with the old ones until they see it."""
        self._compact(anew=True)

    def _compact(self, *, anew: bool = False) -> None:
        self._end_background()
        with _disk_errors(self.layout):
            made = compaction.compact(self.connection, self.layout, store.generation(self.connection) + 1, anew=anew)
        self._take_over(made)

    def _take_over(self, made: Compacted) -> None:
        """Records new files; what came or went since their generation stays beside them."""
        before = recorded_vector_file(self.connection)
        try:
            with self._change():
                record_files(self.connection, made.vectors, made.words)
                if made.words is None:
                    recent_words.end(self.connection)
                else:
                    store.remake_recent_words(self.connection, made.words.last_key)
                    self.connection.execute(f"PRAGMA user_version = {FORMAT}")
                self.connection.execute(
                    "DELETE FROM removed_passages WHERE generation <= ?", (made.vectors.generation,)
                )
        except BaseException:
            made.delete(self.layout)
            raise
        # The files before these stay: a reader may be about to open them.
        kept = {made.vectors.generation, *([before.generation] if before else [])}
        for path in compaction.unused_files(self.layout, *kept):
            path.unlink(missing_ok=True)

    def _compact_in_background(self) -> None:
        """Begins to where it is due, and takes over what is done: called after each change, and costs no time for the
        whole index."""
        _, passages = store.counts(self.connection)
        if passages < compaction.MANY:
            return
        if self._background is not None:
            if not self._background.is_running():
                self._end_background()
        elif self._files_are_stale(is_last=False):
            self._background = BackgroundCompaction.begun(self.layout)

    def _end_background(self) -> None:
        """Waits for a compaction that was begun, and takes it over; one that failed is tried again at the end."""
        if self._background is None:
            return
        self._background.wait()
        ended, self._background = self._background, None
        if ended.result is not None:
            self._take_over(ended.result)
        elif not isinstance(ended.error, OSError | AssistantIndexError | Stopped) and ended.error is not None:
            raise ended.error

    def _abandon_background(self) -> None:
        """Stops a compaction whose files are not wanted any more."""
        if self._background is not None:
            self._background.abandon()
            self._background = None

    def _finish(self) -> None:
        try:
            self._end_background()
            if self._files_are_stale():
                self._compact()
        except IndexFull as error:
            self.left_undone = (
                f"{error} All articles are stored and are found, but the vector file is not up to date and "
                "searching takes longer; the next command that writes makes it anew."
            )
            warnings.warn(self.left_undone, VectorFileWarning, stacklevel=2)
        with suppress(sqlite3.OperationalError):  # without room for it everything stays in the log, where it is safe
            self.connection.execute("PRAGMA wal_checkpoint(PASSIVE)")

    def _files_are_stale(self, *, is_last: bool = True) -> bool:
        file, words = recorded_vector_file(self.connection), recorded_word_file(self.connection)
        _, passages = store.counts(self.connection)
        if file is None:
            return passages > 0
        if not self.layout.vector_file(file.generation).is_file():
            return True
        if passages >= compaction.MANY and (words is None or not self.layout.word_file(words.generation).is_file()):
            return True
        changes = store.changes_since(self.connection, file.last_key)
        return compaction.is_due(passages, changes, is_last=is_last)


@contextmanager
def _writers_lock(layout: Layout, wait_seconds: float) -> Iterator[FileLock]:
    try:
        with _disk_errors(layout):
            layout.folder.mkdir(parents=True, exist_ok=True)
            lock = FileLock(layout.writer_lock, timeout=wait_seconds)
            lock.acquire()
    except Timeout as error:
        raise IndexBusy(
            f"Another process is writing to the index in {layout.folder}, and was not done within {wait_seconds:g} "
            "seconds. Nothing was changed. Run the command again when it is done, or wait longer with --wait."
        ) from error
    try:
        yield lock
    finally:
        lock.release()


@contextmanager
def _disk_errors(layout: Layout) -> Iterator[None]:
    try:
        yield
    except Timeout:
        raise
    except (FileExistsError, NotADirectoryError) as error:
        raise not_a_folder(layout) from error
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise IndexFull(
                f"There is no room to write the index in {layout.folder} ({error.strerror or error}). "
                "What was stored before is unchanged. Make room on the disk, then run the command again."
            ) from error
        raise IndexUnwritable(
            f"The index folder {layout.folder} cannot be written to ({error.strerror or error}). "
            "Check who owns it, or name another one with --index."
        ) from error
