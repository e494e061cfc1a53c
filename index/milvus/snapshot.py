"""One state of an index in Milvus, as a search or an answer sees it from its beginning to its end."""

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from index import access, visible_state
from index.article_list import ArticleList, ListedArticle
from index.conditions import Condition, Dated, OneOf, OpenTo
from index.errors import ArticleUnknown
from index.facets import SOURCES_LISTED, Facets, source_of
from index.lexical import sought_terms, telling_of
from index.milvus import articles, words
from index.milvus.layout import Names, date_number, term_number
from index.milvus.server import MOST_FOUND, MilvusServer
from index.milvus.states import Section, View, visible
from index.ranking import ranked_hits
from index.snapshot import Collection, SearchSettings, checked_query
from index.types import Article, Embedder, Hit, Passage, Span

BOUNDED_AFTER_SECONDS = 10.0
"""Milvus lets a search be some seconds behind ("Bounded", 5 s unless it is set otherwise), which spares it to wait. A
state that was seen for longer than this is whole everywhere by then."""

TEXTS_AT_ONCE = 40

_PLACE = ("key", "article", "first", "last", "language", "text")


@dataclass(frozen=True, slots=True)
class MilvusSnapshot:
    """`groups` are those of whom it is read for; see `index.snapshot`. `frequencies` keeps counts of words of this
    state."""

    server: MilvusServer
    names: Names
    view: View
    embedder: Embedder
    settings: SearchSettings
    groups: frozenset[str] | None = None
    frequencies: dict[tuple[frozenset[str] | None, str], int] = field(default_factory=dict)

    @property
    def generation(self) -> int:
        """See `index.snapshot.Snapshot.generation`."""
        if self.groups is None:
            return self.view.state.generation
        return visible_state.told(visible_state.total(section.shown for section in self._sections()))

    def search(
        self,
        query: str,
        k: int = 10,
        language: str = "und",
        *,
        keep_near_copies: bool = False,
        allowed: Condition | None = None,
    ) -> list[Hit]:
        """See `index.snapshot.Snapshot.search`."""
        query = checked_query(query)
        condition = self._condition(allowed)
        if condition is None:
            return []
        depth = max(self.settings.depth, 2 * k)
        vector = self.embedder.embed_queries([query])[0]
        # Cosines are of the numbers that are stored, in half precision, as in a local index.
        nearest = self.server.search(
            self.names.passages(self.view.state.space),
            "vector",
            np.asarray(vector, dtype=np.float32).tolist(),
            condition,
            ["key"],
            depth,
            strong=self._is_new,
        )
        cosines = {int(row["key"]): cosine for row, cosine in nearest}
        scores = self._by_words(query, language, condition, depth)
        return ranked_hits(
            cosines, scores, self.settings.words_weight, self._texts, k, keep_near_copies=keep_near_copies
        )

    @property
    def _is_new(self) -> bool:
        return time.monotonic() - self.view.since < BOUNDED_AFTER_SECONDS

    def _by_words(self, query: str, language: str, condition: str, depth: int) -> dict[int, float]:
        seen = self._sections()
        passages = sum(section.passages for section in seen)
        terms = sum(section.terms for section in seen)
        frequencies = self._frequencies(sought_terms(query, _languages(seen), language), seen)
        telling = telling_of(frequencies, passages)
        if not telling or not terms:
            return {}
        rarities = {term_number(term): words.rarity(passages, frequencies[term]) for term in telling}
        found = self.server.search(
            self.names.passages(self.view.state.space),
            "words",
            rarities,
            condition,
            ["key", "terms"],
            min(2 * depth, MOST_FOUND),
            strong=self._is_new,
        )
        return words.best((words.scored(row, rarities) for row, _ in found), rarities, terms / passages, depth)

    def _frequencies(self, terms: Sequence[str], seen: Sequence[Section]) -> dict[str, int]:
        lists = [words.EVERYTHING] if self.groups is None else sorted({section.names for section in seen})
        new = [term for term in terms if (self.groups, term) not in self.frequencies]
        if new and lists:
            counted = words.frequencies(self.server, self.names.words(self.view.state.space), new, lists)
            self.frequencies.update({(self.groups, term): count for term, count in counted.items()})
        return {term: self.frequencies.get((self.groups, term), 0) for term in terms}

    def _sections(self) -> list[Section]:
        return visible(self.view.sections.values(), self.groups)

    def _condition(self, allowed: Condition | None) -> str | None:
        """For rows of articles and passages that exist, may be seen and are allowed; None where nothing is.

        Numbers and known codes of languages only: nothing that a user wrote stands in it.
        """
        clauses = [self.view.state.condition()]
        sections, narrowed = self._sections(), self.groups is not None
        if allowed is not None and not allowed.parts:
            raise ValueError(f"{allowed} says what it allows in SQL only")
        for part in allowed.parts if allowed is not None else ():
            match part:
                case OneOf("source", values):
                    sections, narrowed = [each for each in sections if each.source in values], True
                case OneOf("language", values):
                    known = sorted(set(values) & _languages(sections).keys())
                    if not known:
                        return None
                    clauses.append(f"language in {known}".replace("'", '"'))
                case OpenTo(groups):
                    sections, narrowed = visible(sections, groups), True
                case Dated(earliest, latest):
                    if any(bound is not None and not date_number(bound) for bound in (earliest, latest)):
                        return None
                    clauses.append(f"date >= {max(1, date_number(earliest))}")
                    if latest is not None:
                        clauses.append(f"date <= {date_number(latest)}")
        if not sections:
            return None
        if narrowed:
            clauses.append(f"section in {sorted(section.number for section in sections)}")
        return " and ".join(clauses)

    def _texts(self, keys: Sequence[int]) -> Iterator[tuple[int, Passage]]:
        for first in range(0, len(keys), TEXTS_AT_ONCE):
            part = keys[first : first + TEXTS_AT_ONCE]
            rows = {
                int(row["key"]): row
                for row in self.server.query_keys(self.names.passages(self.view.state.space), "key", part, _PLACE)
            }
            for key in part:
                if (row := rows.get(key)) is not None:
                    yield (
                        key,
                        Passage(row["article"], int(row["first"]), int(row["last"]), row["text"], row["language"]),
                    )

    def article(self, article_id: str) -> Article:
        """Raises ArticleUnknown."""
        article = self.find_article(article_id)
        if article is None:
            raise ArticleUnknown(
                f"The index holds no article {article_id!r}. List what it holds: assistant index status --articles"
            )
        return article

    def find_article(self, article_id: str) -> Article | None:
        head = self._heads([article_id]).get(article_id)
        return None if head is None else articles.with_text(self.server, self.names.articles, head)

    def _heads(self, wanted: Iterable[str]) -> dict[str, articles.Head]:
        found = articles.heads_of(self.server, self.names.articles, wanted, self.view.state.condition())
        return {name: head for name, head in found.items() if access.may_see(self.groups, head.article.groups)}

    def _all_heads(self, condition: str | None) -> Iterator[articles.Head]:
        return iter(()) if condition is None else articles.heads(self.server, self.names.articles, condition)

    def articles(self) -> Iterator[Article]:
        """All articles in the order in which they were added."""
        for head in self._all_heads(self._condition(None)):
            yield articles.with_text(self.server, self.names.articles, head)

    def article_ids(self) -> list[str]:
        return [head.article.id for head in self._all_heads(self._condition(None))]

    def passages_of(self, article_id: str) -> Sequence[Span]:
        head = self._heads([article_id]).get(article_id)
        if head is None:
            return []
        rows = self.server.query(
            self.names.passages(self.view.state.space), f"version == {head.version}", ["key", "first", "last"]
        )
        return [Span(int(row["first"]), int(row["last"])) for row in sorted(rows, key=lambda row: int(row["key"]))]

    def titles(self, wanted: Iterable[str]) -> dict[str, str]:
        return {name: head.article.title for name, head in self._heads(wanted).items()}

    def collection(self) -> Collection:
        seen = self._sections()
        return Collection(
            articles=sum(section.articles for section in seen),
            passages=sum(section.passages for section in seen),
            languages=_languages(seen),
            generation=self.generation,
        )

    def facets(self) -> Facets:
        seen = self._sections()
        sources: Counter[str] = Counter()
        for section in seen:
            if section.source:
                sources[section.source] += section.articles
        return Facets(
            languages={name: count for name, count in list(_languages(seen).items())[:SOURCES_LISTED] if name},
            sources=dict(_most_first(sources)[:SOURCES_LISTED]),
            earliest=min((each.earliest for each in seen if each.earliest), default=None),
            latest=max((each.latest for each in seen if each.latest), default=None),
        )

    def listed(
        self, sought: str = "", condition: Condition | None = None, *, first: int = 0, count: int = 200
    ) -> ArticleList:
        """See `index.article_list`. Reads what is said about every article that the condition selects."""
        parts = sought.casefold().split()
        found = [
            ListedArticle(
                head.article.id,
                head.article.title,
                head.article.language,
                head.article.date,
                source_of(head.article.id, head.article.url),
                head.article.file,
                head.passages,
            )
            for head in self._all_heads(self._condition(condition))
            if all(part in head.article.title.casefold() or part in head.article.id.casefold() for part in parts)
        ]
        found.reverse()
        return ArticleList(tuple(found[first : first + count]), len(found), self.generation, self.facets())

    def files_of(self, article_ids: Sequence[str] | None = None) -> dict[str, list[str]]:
        """File -> the ids of the articles that were read from it; of these articles, or of all."""
        found: dict[str, list[str]] = {}
        for head in self._all_heads(self._condition(None)):
            if head.article.file is not None:
                found.setdefault(head.article.file, []).append(head.article.id)
        wanted = None if article_ids is None else set(article_ids)
        return {file: ids for file, ids in found.items() if wanted is None or not wanted.isdisjoint(ids)}


def _languages(sections: Iterable[Section]) -> dict[str, int]:
    counted: Counter[str] = Counter()
    for section in sections:
        counted.update(section.languages)
    return dict(_most_first(counted))


def _most_first(counted: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counted.items(), key=lambda item: (-item[1], item[0]))
