"""The one process that changes an index in Milvus: each change whole or not at all, and kept once acknowledged."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from index import visible_state
from index.analysis import analysis_version
from index.derived import EmbedderRecord
from index.errors import EmbedderUnavailable, IndexMissing
from index.local_index import check_record
from index.milvus import articles, layout, words
from index.milvus.batch import Batch
from index.milvus.beginning import begin, create_space, vector_index
from index.milvus.claim import Claim, claimed
from index.milvus.gone import delete_gone
from index.milvus.layout import FORMAT, Names, key_of
from index.milvus.server import MilvusServer, Row
from index.milvus.states import (
    COUNTED,
    SECTION,
    SLOTS,
    Gone,
    Section,
    State,
    View,
    change_rows,
    log_row,
    read_view,
    section_of,
    state_row,
)
from index.passages import split
from index.store import content_hash
from index.types import Article, Embedder, Progress, Span
from index.writer import BATCH_PASSAGES, Written, passages_at_once

BATCH_ARTICLES = 1_000
"""Articles that are replaced or removed in one change; its state lists them."""

LOOKED_UP_AT_ONCE = 64

SETTLED_AFTER = 500
"""Passages; Milvus Lite is told to make its indexes when so many were written."""

Remade = tuple[Sequence[Span], NDArray[np.float32]]


@dataclass(slots=True)
class MilvusWriter:
    """Opened with `MilvusWriter.open`, in a `with` block; holds the writer's claim until its end."""

    server: MilvusServer
    names: Names
    embedder: Embedder | None
    claim: Claim
    view: View
    left_undone: str | None = None
    _section_rows: dict[int, int] = field(default_factory=dict)
    _written: int = 0

    @classmethod
    @contextmanager
    def open(
        cls, server: MilvusServer, embedder: Embedder | None, *, wait_seconds: float = 10.0, re_embed: bool = False
    ) -> Iterator["MilvusWriter"]:
        """Opens the index for writing, and makes it when there is none and an embedder is given.

        Raises IndexBusy, EmbedderMismatch unless `re_embed` is set, IndexMissing, IndexTooNew, IndexDamaged and
        IndexUnreachable.
        """
        names = Names(server.address.name)
        kind = vector_index(server)
        for name, columns in (
            (names.claims, layout.CLAIMS),
            (names.articles, layout.ARTICLES),
            (names.changes, layout.LOG),
            (names.log, layout.LOG),
        ):
            server.create(name, columns, kind)
        with claimed(server, names.claims, wait_seconds) as claim:
            try:
                view = read_view(server, names)
            except IndexMissing:
                view = begin(server, names, embedder, claim)
            writer = cls(server, names, embedder, claim, view)
            writer._prepare(re_embed)
            yield writer
            writer._finish()

    @property
    def generation(self) -> int:
        return self.view.state.generation

    def holds(self, article_id: str) -> bool:
        return bool(self._heads([article_id]))

    def file_of(self, article_id: str) -> str | None:
        head = self._heads([article_id]).get(article_id)
        return None if head is None else head.article.file

    def ids_of_file(self, file: str) -> list[str]:
        condition = f"file_key == {key_of(file)} and {self.view.state.condition()}"
        found = articles.heads(self.server, self.names.articles, condition, few=True)
        return [head.article.id for head in found if head.article.file == file]

    def files(self) -> list[tuple[str, str]]:
        return [(head.article.id, head.article.file) for head in self._all_heads() if head.article.file is not None]

    def add(self, given: Iterable[Article]) -> Iterator[Written]:
        """Adds articles, or replaces those of the same id; see `index.writer.IndexWriter.add`."""
        batch: list[tuple[Article, list[Span], articles.Head | None]] = []
        pending: set[str] = set()
        passages, replaced, most = 0, 0, passages_at_once(self.embedder)
        for article, head in self._looked_up(given):
            if article.id in pending or passages >= most or replaced >= BATCH_ARTICLES:
                yield from self._add_batch(batch)
                head = self._heads([article.id]).get(article.id) if article.id in pending else head
                batch, pending, passages, replaced = [], set(), 0, 0
            if head is not None and head.content_hash == content_hash(article).hex():
                yield Written(article, "unchanged", head.passages)
                continue
            spans = split(article.text)
            batch.append((article, spans, head))
            pending.add(article.id)
            passages += len(spans)
            replaced += head is not None
        if batch:
            yield from self._add_batch(batch)

    def remove(self, article_ids: Iterable[str]) -> list[str]:
        """Removes articles, at most `BATCH_ARTICLES` in one change, and returns the ids that were there."""
        wanted = list(dict.fromkeys(article_ids))
        removed: list[str] = []
        for first in range(0, len(wanted), BATCH_ARTICLES):
            found = self._heads(wanted[first : first + BATCH_ARTICLES])
            if found:
                batch = self._batch()
                self._remove_from(batch, found.values())
                self._publish(batch, [("removed", head.article.id, head.article.title) for head in found.values()])
                removed += [each for each in wanted if each in found]
        return removed

    def re_embed(self, progress: Progress | None = None) -> int:
        """Gives every article new passages and new vectors, by this embedder, in one change; returns how many."""
        embedder = self._required_embedder()

        def remade(_head: articles.Head, article: Article) -> Remade:
            spans = split(article.text)
            return spans, embedder.embed_passages([article.text[start:end] for start, end in spans])

        record = EmbedderRecord(embedder.name, embedder.dimension, embedder.fingerprint)
        return self._remake(record, remade, progress)

    def repair(self) -> None:
        """Makes what is derived from the articles anew: terms, counts, figures; vectors stay."""
        passages = self.names.passages(self.view.state.space)

        def remade(head: articles.Head, _article: Article) -> Remade:
            columns = ["key", "first", "last", "vector"]
            rows = sorted(
                self.server.query(passages, f"version == {head.version}", columns), key=lambda row: row["key"]
            )
            vectors = np.array([row["vector"] for row in rows], dtype=np.float32)
            return [Span(int(row["first"]), int(row["last"])) for row in rows], vectors

        self._remake(self.view.state.embedder, remade)

    def _prepare(self, re_embed: bool) -> None:
        state = self.view.state
        later = f"born > {state.generation}"  # of a change that was never published
        collections = self.server.collections()
        for name in (self.names.log, self.names.changes, self.names.articles, self.names.passages(state.space)):
            self.server.delete(name, later)
        for name, space in self.names.spaces(collections).items():
            if space != state.space:
                self.server.drop(name)
        for row in self.server.iterate(self.names.log, f"kind == {SECTION}", ["key", "value"]):
            self._section_rows[section_of(row).number] = int(row["key"])
        if not state.counted:
            self._count_again()
        if self.embedder and not re_embed:
            check_record(state.embedder, self.embedder, str(self.server.address))
        if state.analysis != analysis_version() or state.format < FORMAT:
            self.repair()

    def _count_again(self) -> None:
        """The words of the last change, which was published and not counted, or not all of it."""
        state = self.view.state
        gone = [version for each in state.gone if each.generation == state.generation for version in each.versions]
        passages = self.names.passages(state.space)
        columns = ["key", "section", "terms"]
        born = self.server.iterate(passages, f"born == {state.generation}", columns)
        went = self.server.query_keys(passages, "version", gone, columns)
        counts = words.counts_of((self._names_of(row), row["terms"]) for row in born)
        counts.update(words.counts_of(((self._names_of(row), row["terms"]) for row in went), -1))
        self._count(counts, state)

    def _names_of(self, row: Row) -> tuple[str, ...]:
        return self.view.sections[int(row["section"])].names

    def _count(self, counts: words.Counts, state: State) -> None:
        words.count_in(self.server, self.names.words(state.space), counts, state.generation)
        self.server.write(self.names.log, [log_row(COUNTED, state.generation, 1, "")])
        self.view = replace(self.view, state=replace(state, counted=True))

    def _required_embedder(self) -> Embedder:
        if self.embedder is None:
            raise EmbedderUnavailable(
                f"The index at {self.server.address} was opened without an embedder, and nothing can be added to it."
            )
        return self.embedder

    def _heads(self, article_ids: Iterable[str]) -> dict[str, articles.Head]:
        return articles.heads_of(self.server, self.names.articles, article_ids, self.view.state.condition())

    def _all_heads(self) -> Iterator[articles.Head]:
        return articles.heads(self.server, self.names.articles, self.view.state.condition())

    def _looked_up(self, given: Iterable[Article]) -> Iterator[tuple[Article, articles.Head | None]]:
        """The articles with what is stored of the same id, several of them looked up in one request."""
        chunk: list[Article] = []
        characters = 0
        for article in given:
            chunk.append(article)
            characters += len(article.text)
            if len(chunk) == LOOKED_UP_AT_ONCE or characters > layout.TEXT_BYTES * LOOKED_UP_AT_ONCE:
                yield from self._with_heads(chunk)
                chunk, characters = [], 0
        yield from self._with_heads(chunk)

    def _with_heads(self, chunk: Sequence[Article]) -> Iterator[tuple[Article, articles.Head | None]]:
        found = self._heads(article.id for article in chunk)
        looked_up_in = self.generation
        for article in chunk:
            if self.generation != looked_up_in and article.id in found:
                found.update(self._heads([article.id]))  # what came before it in this chunk may have replaced it
            yield article, found.get(article.id)

    def _add_batch(self, given: Sequence[tuple[Article, list[Span], articles.Head | None]]) -> list[Written]:
        vectors = self._required_embedder().embed_passages(
            [article.text[span.start : span.end] for article, spans, _ in given for span in spans]
        )
        batch = self._batch()
        written = []
        changed = []
        self._remove_from(batch, [head for _, _, head in given if head is not None])
        first = 0
        for article, spans, head in given:
            batch.add(article, spans, vectors[first : first + len(spans)])
            first += len(spans)
            kind = "added" if head is None else "replaced"
            written.append(Written(article, "added" if head is None else "replaced", len(spans)))
            changed.append((kind, article.id, article.title))
        self._publish(batch, changed)
        return written

    def _batch(self) -> Batch:
        state = self.view.state
        return Batch(state.generation + 1, dict(self.view.sections), state.next_version, state.next_passage)

    def _remove_from(self, batch: Batch, heads: Iterable[articles.Head]) -> None:
        going = {head.version: head for head in heads}
        terms: dict[int, list[Sequence[int]]] = {version: [] for version in going}
        passages = self.names.passages(self.view.state.space)
        for row in self.server.query_keys(passages, "version", going, ["key", "version", "terms"]):
            terms[int(row["version"])].append([int(term) for term in row["terms"]])
        for version, head in going.items():
            batch.remove(head, self._shown(head), terms[version])

    def _shown(self, head: articles.Head) -> int:
        if head.shown is not None:
            return head.shown
        return visible_state.shown(articles.with_text(self.server, self.names.articles, head))

    def _publish(self, batch: Batch, changed: Sequence[tuple[str, str, str]]) -> None:
        """Writes all of a change, then the row that makes it be there, then the counts of its words."""
        before = self.view.state
        gone = delete_gone(self.server, self.names, before)
        if batch.gone:
            gone = (*gone, Gone(batch.generation, time.time(), tuple(sorted(batch.gone))))
        state = replace(
            before,
            generation=batch.generation,
            articles=before.articles + batch.articles,
            passages=before.passages + batch.passages,
            next_version=batch.next_version,
            next_passage=batch.next_passage,
            written=before.written + batch.written,
            counted=False,
            gone=gone,
        )
        self.server.write(self.names.articles, batch.article_rows)
        self.server.write(self.names.passages(state.space), batch.passage_rows)
        for number in batch.undated_sections:
            condition = f"section == {number} and date > 0 and {state.condition()}"
            earliest, latest = articles.dates(self.server, self.names.articles, condition)
            batch.sections[number] = replace(batch.sections[number], earliest=earliest, latest=latest)
        self._make_newest(state, batch.sections, batch.changed_sections, changed)
        self._count(batch.counts, self.view.state)
        self._written += len(batch.passage_rows)

    def _make_newest(
        self,
        state: State,
        sections: dict[int, Section],
        changed_sections: Iterable[int],
        changed: Sequence[tuple[str, str, str]],
    ) -> None:
        rows = {
            number: log_row(SECTION, state.generation, 2 + slot, asdict(sections[number]))
            for slot, number in enumerate(sorted(changed_sections))
        }
        self.server.write(self.names.log, rows.values())
        at = datetime.now(UTC).isoformat(timespec="seconds")
        self.server.write(self.names.changes, change_rows(state.generation, changed, at))
        self.claim.check()
        self.server.write(self.names.log, [state_row(state)])
        earlier = self.view.state.generation * SLOTS
        old = [earlier, earlier + 1, *(self._section_rows[number] for number in rows if number in self._section_rows)]
        self.view = View(state, sections, time.monotonic())
        self._section_rows.update({number: int(row["key"]) for number, row in rows.items()})
        self.server.delete(self.names.log, f"key in {old}")

    def _remake(
        self,
        embedder: EmbedderRecord,
        remade: Callable[[articles.Head, Article], Remade],
        progress: Progress | None = None,
    ) -> int:
        """All passages and counts of words anew, in a space of their own that readers see when it is whole."""
        state = self.view.state
        after = replace(
            state,
            generation=state.generation + 1,
            space=state.space + 1,
            embedder=embedder,
            analysis=analysis_version(),
            format=FORMAT,
        )
        create_space(self.server, self.names, after, vector_index(self.server))
        sections = {
            number: Section(number, section.names, section.source) for number, section in self.view.sections.items()
        }
        batch = replace(self._batch(), sections=sections)
        done = 0
        for done, head in enumerate(self._all_heads(), start=1):
            article = articles.with_text(self.server, self.names.articles, head)
            spans, vectors = remade(head, article)
            terms = batch.add_passages(article, head.version, head.section, spans, vectors)
            shown = visible_state.shown(article)
            batch.change_section(head.section, article, shown, len(spans), terms, 1)
            if (len(spans), terms, shown) != (head.passages, head.terms, head.shown):
                rows = articles.rows_of(article, head.version, head.born, head.section, len(spans), terms)
                self.server.write(self.names.articles, [next(iter(rows))])
            if len(batch.passage_rows) >= BATCH_PASSAGES:
                self._write_space(batch, after)
            if progress:
                progress(done, state.articles)
        self._write_space(batch, after)
        after = replace(after, passages=batch.passages, next_passage=batch.next_passage, gone=())
        for each in state.gone:  # they stay in the articles, and have no passages in the new space
            self.server.delete(self.names.articles, f"version in {list(each.versions)}")
        self._make_newest(after, sections, sections, [])
        self.server.write(self.names.log, [log_row(COUNTED, after.generation, 1, "")])
        self.view = replace(self.view, state=replace(after, counted=True))
        return done

    def _write_space(self, batch: Batch, state: State) -> None:
        self.server.write(self.names.passages(state.space), batch.passage_rows)
        words.count_in(self.server, self.names.words(state.space), batch.counts, state.generation, once=False)
        self._written += len(batch.passage_rows)
        batch.passage_rows.clear()
        batch.counts.clear()

    def _finish(self) -> None:
        if self._written >= SETTLED_AFTER:
            self.server.settle(self.names.passages(self.view.state.space))
            self.server.settle(self.names.words(self.view.state.space))
