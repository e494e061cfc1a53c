"""Checks everything in an index in Milvus against everything else: articles, passages, words, vectors, figures."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from index import access, visible_state
from index.errors import IndexDamaged
from index.facets import source_of
from index.milvus import articles, words
from index.milvus.batch import term_numbers
from index.milvus.layout import FORMAT, date_number
from index.milvus.server import Row
from index.milvus.snapshot import MilvusSnapshot
from index.milvus.states import Section
from index.store import content_hash
from index.types import Article, Progress
from index.verification import Fault

_COLUMNS = ["key", "version", "section", "language", "date", "article", "first", "last", "text", "terms", "vector"]


def faults(snapshot: MilvusSnapshot, progress: Progress | None = None) -> list[Fault]:
    """All faults of one state; none means that it is sound. Reads all of it, changes nothing."""
    return list(_faults(snapshot, progress))


def _faults(snapshot: MilvusSnapshot, progress: Progress | None) -> Iterator[Fault]:
    address = snapshot.server.address
    rebuild = f"Restore {address} from a backup, or build it again under another name: assistant index build PATH..."
    repair = f"Make it anew from the articles: assistant index repair --index {address}"
    state = snapshot.view.state
    if not state.counted:
        yield Fault("The words of the last change are not counted yet.", "The next command that writes counts them.")
    seen: set[str] = set()
    versions: set[int] = set()
    sections: dict[int, Section] = {}
    counts: words.Counts = Counter()
    passages = 0
    for done, head in enumerate(articles.heads(snapshot.server, snapshot.names.articles, state.condition()), start=1):
        name, known = head.article.id, snapshot.view.sections.get(head.section)
        if name in seen:
            yield Fault(f"The article {name!r} is there twice.", f"Remove it and add it again. {rebuild}")
        seen.add(name)
        versions.add(head.version)
        try:
            article = articles.with_text(snapshot.server, snapshot.names.articles, head)
        except IndexDamaged as error:
            yield Fault(str(error), "")
            continue
        if content_hash(article).hex() != head.content_hash:
            yield Fault(f"The article {name!r} is not what was stored.", f"Add it again. {rebuild}")
        named = (tuple(access.names_of(article.groups)), source_of(article.id, article.url))
        if known is None or (known.names, known.source) != named:
            yield Fault(f"The article {name!r} stands among those of other readers or sources.", rebuild)
            continue
        rows = snapshot.server.query(snapshot.names.passages(state.space), f"version == {head.version}", _COLUMNS)
        if len(rows) != head.passages or (not rows and article.text.strip()):
            yield Fault(f"The article {name!r} has {len(rows)} passages and should have {head.passages}.", rebuild)
        terms = 0
        for row in rows:
            yield from _passage_faults(row, article, head, state.embedder.dimension, rebuild, repair)
            terms += len(row["terms"])
            counts.update(words.counts_of([(known.names, [int(term) for term in row["terms"]])]))
        passages += len(rows)
        section = sections.get(head.section) or Section(known.number, known.names, known.source)
        sections[head.section] = section.changed(article, visible_state.shown(article), len(rows), terms, 1)
        if progress:
            progress(done, state.articles)
    if state.format < FORMAT:  # which recorded no such totals
        sections = {number: replace(each, shown=0) for number, each in sections.items()}
    if {number: each for number, each in snapshot.view.sections.items() if each.articles} != sections:
        yield Fault("The numbers of articles, passages, languages and dates that are recorded are not right.", repair)
    if (len(seen), passages) != (state.articles, state.passages):
        yield Fault("The numbers of articles and passages that the state records are not those it holds.", repair)
    orphans = snapshot.server.iterate(snapshot.names.passages(state.space), state.condition(), ["key", "version"])
    if any(int(row["version"]) not in versions for row in orphans):
        yield Fault("There are passages of articles that are not there.", repair)
    yield from _count_faults(snapshot, counts, repair)


def _passage_faults(
    row: Row, article: Article, head: articles.Head, dimension: int, rebuild: str, repair: str
) -> Iterator[Fault]:
    first, last = int(row["first"]), int(row["last"])
    if not 0 <= first < last <= len(article.text) or article.text[first:last] != row["text"]:
        yield Fault(f"A passage of {article.id!r} is not what its text says ({first}:{last}).", rebuild)
        return
    if [int(term) for term in row["terms"]] != term_numbers(row["text"], article.language):
        yield Fault(f"The words of a passage of {article.id!r} are not those of its text ({first}:{last}).", repair)
    stands = (int(row["section"]), row["language"], int(row["date"]), row["article"])
    if stands != (head.section, article.language, date_number(article.date), article.id):
        yield Fault(f"What a passage of {article.id!r} is narrowed by is not that of the article.", repair)
    vector = np.asarray(row["vector"], dtype=np.float32)
    if vector.shape != (dimension,) or not np.isfinite(vector).all():
        yield Fault(f"The vector of a passage of {article.id!r} does not have {dimension} numbers.", rebuild)


def _count_faults(snapshot: MilvusSnapshot, counts: words.Counts, repair: str) -> Iterator[Fault]:
    wanted = {words.count_key(names, term): times for (names, term), times in counts.items() if times}
    found = snapshot.server.iterate(snapshot.names.words(snapshot.view.state.space), "times != 0", ["key", "times"])
    kept = {int(row["key"]): int(row["times"]) for row in found}
    wrong = sorted(key for key in wanted.keys() | kept.keys() if wanted.get(key, 0) != kept.get(key, 0))
    if wrong:
        yield Fault(f"The counts of {len(wrong)} words are not those of the passages.", repair)
