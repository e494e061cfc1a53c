"""The states of an index in Milvus: what is published, and what readers must leave out.

Milvus has no transactions. So every row carries the generation that it was `born` in, and a change is published by
writing one row, its state: rows that were born later do not exist for a reader of an earlier state, nor do the versions
of articles that its state lists as `gone`. Their rows are deleted later, when no reader needs them any more.
"""

import json
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace

from index import visible_state
from index.derived import EmbedderRecord
from index.errors import IndexDamaged, IndexMissing, IndexTooNew
from index.milvus.layout import FORMAT, NOTHING, Names
from index.milvus.server import MilvusServer, Row
from index.types import Article

STATE, SECTION, COUNTED, CHANGE = 1, 2, 3, 4
"""Kinds of rows of the log, and of the list of changes."""

SLOTS = 1 << 20
"""Keys of one generation's rows in the log: its state comes first."""


@dataclass(frozen=True, slots=True)
class Gone:
    """Versions of articles that were removed or replaced in a generation, at a time in seconds since 1970."""

    generation: int
    at: float
    versions: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class State:
    """What one generation is. `identity` tells one index from another that was built later under the same name.
    `next_version` and `next_passage` are the numbers that the next change begins with; `counted` is false until the
    words of this change are in their counts; `written` counts passages that ever came or went."""

    identity: str
    generation: int
    embedder: EmbedderRecord
    analysis: str
    space: int = 0
    articles: int = 0
    passages: int = 0
    next_version: int = 1
    next_passage: int = 1
    written: int = 0
    counted: bool = True
    gone: tuple[Gone, ...] = ()
    format: int = FORMAT

    def gone_versions(self) -> list[int]:
        return sorted(version for each in self.gone for version in each.versions)

    def condition(self) -> str:
        """True for the rows of articles and passages that exist in this state."""
        gone = self.gone_versions()
        return f"born <= {self.generation}" + (f" and version not in {gone}" if gone else "")


@dataclass(frozen=True, slots=True)
class Section:
    """The articles of one list of readers and one source, and their figures. `names` are the list's groups
    (`index.access.names_of`), `terms` the number of terms in all of its passages, `shown` the total of what is shown of
    its articles (`index.visible_state`)."""

    number: int
    names: tuple[str, ...]
    source: str
    articles: int = 0
    passages: int = 0
    terms: int = 0
    languages: Mapping[str, int] = field(default_factory=dict)
    earliest: str | None = None
    latest: str | None = None
    shown: int = 0

    def changed(self, article: Article, shown: int, passages: int, terms: int, sign: int) -> "Section":
        """With one article more (`sign` 1) or less (-1); where less, the dates stay and may be those of no article. The
        article's text is not asked for: `shown` is its number."""
        language, date = article.language, article.date
        languages = dict(self.languages)
        languages[language] = languages.get(language, 0) + sign
        dates = [each for each in (self.earliest, self.latest, date if sign > 0 else None) if each]
        return replace(
            self,
            articles=self.articles + sign,
            passages=self.passages + sign * passages,
            terms=self.terms + sign * terms,
            languages={name: count for name, count in languages.items() if count},
            earliest=min(dates, default=None),
            latest=max(dates, default=None),
            shown=visible_state.total([self.shown, sign * shown]),
        )


@dataclass(frozen=True, slots=True)
class View:
    """A state with its sections, as a reader keeps it; `since` is when it was first seen, by a clock that only runs
    forward."""

    state: State
    sections: Mapping[int, Section]
    since: float


def read_state(server: MilvusServer, names: Names, known: State | None = None) -> State:
    """The newest state. Raises IndexMissing, IndexTooNew, IndexDamaged; IndexUnreachable."""
    later = f" and born >= {known.generation}" if known else ""
    try:
        rows = server.query(names.log, f"kind in [{STATE}, {COUNTED}]{later}", ["kind", "born", "value"])
    except IndexDamaged:
        if names.log in server.collections():
            raise
        raise missing(server) from None
    states = {int(row["born"]): row for row in rows if int(row["kind"]) == STATE}
    if not states and known:
        return read_state(server, names)
    if not states:
        raise missing(server)
    newest = max(states)
    counted = any(int(row["kind"]) == COUNTED and int(row["born"]) == newest for row in rows)
    return replace(_state_of(states[newest], server), counted=counted)


def missing(server: MilvusServer) -> IndexMissing:
    return IndexMissing(
        f"There is no index at {server.address}. Make one from a folder of articles: "
        f"assistant index build --index {server.address} PATH..."
    )


def _state_of(row: Row, server: MilvusServer) -> State:
    try:
        read = json.loads(row["value"])
        if read["format"] > FORMAT:
            raise IndexTooNew(
                f"The index at {server.address} has format {read['format']}, and this program reads formats up to "
                f"{FORMAT}. Upgrade the program (pip install --upgrade article-assistant)."
            )
        gone = tuple(Gone(each["generation"], each["at"], tuple(each["versions"])) for each in read.pop("gone"))
        return State(embedder=EmbedderRecord(**read.pop("embedder")), gone=gone, **read)
    except (ValueError, TypeError, KeyError) as error:
        raise IndexDamaged(
            f"The index at {server.address} is damaged: its state is {str(row.get('value'))[:80]!r}. Restore it from a "
            "backup, or build another one under another name."
        ) from error


def read_view(server: MilvusServer, names: Names, known: View | None = None) -> View:
    """The newest state with its sections, of which only those are read that changed since `known`. Raises what
    `read_state` raises."""
    while True:
        state = read_state(server, names, known.state if known else None)
        if known and state.identity == known.state.identity:
            if state == known.state:
                return known
            if state.generation == known.state.generation:
                return replace(known, state=state)
        else:
            known = None
        rows = server.iterate(
            names.log,
            f"kind == {SECTION} and born > {known.state.generation if known else -1} and born <= {state.generation}",
            ["key", "born", "value"],
        )
        sections = dict(known.sections) if known else {}
        for row in rows:  # in the order of their generations
            section = section_of(row)
            sections[section.number] = section
        # One that was replaced while we read may have been deleted. The newest state tells.
        newest = read_state(server, names, state)
        if newest.generation == state.generation and newest.identity == state.identity:
            return View(state, sections, time.monotonic())


def section_of(row: Row) -> Section:
    read = json.loads(row["value"])
    return Section(**{**read, "names": tuple(read["names"])})


def change_rows(generation: int, changed: Sequence[tuple[str, str, str]], at: str) -> list[Row]:
    """`changed` holds (kind, article id, title) of each article."""
    return [
        log_row(CHANGE, generation, slot, [at, kind, article_id[:5_000], title[:5_000]])
        for slot, (kind, article_id, title) in enumerate(changed)
    ]


def log_row(kind: int, generation: int, slot: int, value: object) -> Row:
    """`slot` is the row's place among those of its generation, from 0."""
    return {
        "key": generation * SLOTS + slot,
        "kind": kind,
        "born": generation,
        "value": json.dumps(value, ensure_ascii=False),
        "nothing": NOTHING,
    }


def state_row(state: State) -> Row:
    return log_row(STATE, state.generation, 0, asdict(state))


def visible(sections: Iterable[Section], groups: Collection[str] | None) -> list[Section]:
    """The sections that somebody in the groups may see; None may see everything."""
    if groups is None:
        return [section for section in sections if section.articles]
    own = {"", *(group for group in groups if group.strip())}
    return [section for section in sections if section.articles and not own.isdisjoint(section.names)]
