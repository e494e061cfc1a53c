"""One generation of an index, as a search or an answer sees it from its beginning to its end."""

import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from index import access, facets, store, visible_state
from index.conditions import Condition, all_of
from index.errors import ArticleUnknown, QueryRefused
from index.lexical import search_all_words, search_words
from index.ranking import ranked_hits
from index.selection import Selection
from index.types import Article, Embedder, Hit, Passage, Span
from index.vectors import VectorView
from index.visible_part import VisiblePart

LONGEST_QUERY = 2_000
"""Characters. Longer ones are texts, not questions, and a mean over them finds nothing."""


@dataclass(frozen=True, slots=True)
class SearchSettings:
    """How vectors and words are put together; `benchmarks/passage_retrieval.py` measures it.

    `words_weight` is what the best score by words adds to a cosine. `depth` is how many passages each of the two
    brings.
    """

    words_weight: float = 0.2
    depth: int = 100


@cache
def _beside() -> ThreadPoolExecutor:
    """Embeds questions and compares vectors, which is most of a search and nearly none of it in the interpreter, while
    the calling thread searches words."""
    return ThreadPoolExecutor(max(4, os.cpu_count() or 1), "vectors")


@dataclass(frozen=True, slots=True)
class Collection:
    """How much an index holds. `languages` maps a language to its number of articles; `generation` as in snapshots."""

    articles: int
    passages: int
    languages: dict[str, int]
    generation: int


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Reads one generation, whatever is written meanwhile. Valid inside `LocalIndex.snapshot()` only.

    `groups` are those of whom it is read for: to all that is asked of it, the articles that none of them may see do not
    exist. None is the right to see everything.
    """

    connection: sqlite3.Connection
    view: VectorView
    embedder: Embedder
    settings: SearchSettings = SearchSettings()
    groups: frozenset[str] | None = None

    @property
    def generation(self) -> int:
        """Counts up with every change of the index. For somebody in `groups`, who must not learn of changes that they
        cannot see, it is a number that only stands for the articles that they may see: another one when one of those
        changes, in no order (`index.visible_state`). Raises IndexTooOld then."""
        if self.groups is None:
            return self.view.generation
        return visible_state.told(self.view.visible_parts.totals(self.connection, self.groups).shown)

    def search(
        self,
        query: str,
        k: int = 10,
        language: str = "und",
        *,
        keep_near_copies: bool = False,
        allowed: Condition | None = None,
    ) -> list[Hit]:
        """The `k` best passages, best first; of near-copies only the first, unless they are to be kept.

        `language` is the query's, "und" where it is not known. Only articles that are `allowed` are searched, where
        that is given. Raises QueryRefused for an empty or too long query; IndexTooOld, see `index.selection`.
        """
        query = checked_query(query)
        part = self._part()
        narrowed = all_of(self._visible, allowed)
        if part is not None and allowed is None:
            selection: Selection | None = part.selection
        else:
            selection = None if narrowed is None else self.view.selections.of(self.connection, narrowed)
        depth = max(self.settings.depth, 2 * k)
        # Exact for whoever does not see everything: what a faster search misses would depend on hidden passages.
        nearest = _beside().submit(self._nearest, query, depth, selection, exact=part is not None)
        words = self._by_words(query, depth, language, part, selection)
        by_vector, similarities = nearest.result()
        cosines = dict(zip(by_vector, similarities, strict=True))
        return ranked_hits(
            cosines,
            words,
            self.settings.words_weight,
            lambda keys: self._texts(keys, k),
            k,
            keep_near_copies=keep_near_copies,
        )

    def _nearest(
        self, query: str, k: int, selection: Selection | None, *, exact: bool
    ) -> tuple[list[int], list[float]]:
        return self.view.search(self.embedder.embed_queries([query])[0], k, selection, exact=exact)

    def search_words(self, query: str, k: int, language: str = "und") -> dict[int, float]:
        """Keys of the `k` best passages by words alone, with their scores, best first."""
        return self._by_words(query, k, language, self._part(), None)

    def _by_words(
        self, query: str, k: int, language: str, part: VisiblePart | None, selection: Selection | None
    ) -> dict[int, float]:
        if part is not None:
            return search_words(self.connection, query, part, k, language, selection)
        everything = self.view.visible_parts.everything(self.connection, self.view.removed)
        search = search_words if everything.words is None else search_all_words
        return search(self.connection, query, everything, k, language, selection)

    @property
    def _visible(self) -> Condition | None:
        return None if self.groups is None else access.open_to(self.groups)

    def _part(self) -> VisiblePart | None:
        """What may be seen; None where everything may be. Raises IndexTooOld."""
        if self.groups is None:
            return None
        return self.view.visible_parts.of(self.connection, self.view.selections, self.groups)

    def _texts(self, keys: Sequence[int], at_once: int) -> Iterator[tuple[int, Passage]]:
        """One after another, and so many are read at once, since most are not wanted."""
        for start in range(0, len(keys), at_once):
            some = keys[start : start + at_once]
            passages = store.get_passages(self.connection, some)
            yield from ((key, passages[key]) for key in some if key in passages)

    def article(self, article_id: str) -> Article:
        """Raises ArticleUnknown."""
        article = self.find_article(article_id)
        if article is None:
            raise ArticleUnknown(
                f"The index holds no article {article_id!r}. List what it holds: assistant index status --articles"
            )
        return article

    def find_article(self, article_id: str) -> Article | None:
        """The article, or None when the index does not hold it."""
        if self.groups is not None:
            access.check(self.connection)
            if not access.sees(self.connection, self.groups, article_id):
                return None
        return store.get_article(self.connection, article_id)

    def articles(self) -> Iterator[Article]:
        """All articles in the order in which they were added."""
        found = store.iterate_articles(self.connection)
        return (article for article in found if access.may_see(self.groups, article.groups))

    def article_ids(self) -> list[str]:
        return store.article_ids(self.connection, self._condition())

    def passages_of(self, article_id: str) -> Sequence[Span]:
        """The passages of an article in order; none where it is not held."""
        return store.passages_of(self.connection, article_id) if self.find_article(article_id) else []

    def titles(self, wanted: Iterable[str]) -> dict[str, str]:
        """Id -> title of those of the articles that are held."""
        if self.groups is None:
            return store.titles(self.connection, wanted)
        found = (self.find_article(article_id) for article_id in wanted)
        return {article.id: article.title for article in found if article is not None}

    def collection(self) -> Collection:
        if (part := self._part()) is not None:
            return Collection(part.articles, part.selection.passages, dict(part.languages), self.generation)
        articles, passages = store.counts(self.connection)
        return Collection(articles, passages, store.languages(self.connection), self.generation)

    def facets(self) -> facets.Facets:
        """What searches can be narrowed by."""
        return facets.read(self.connection, self._condition())

    def _condition(self) -> Condition | None:
        """`_visible`, of an index that is new enough to know it. Raises IndexTooOld."""
        if self.groups is not None:
            access.check(self.connection)
        return self._visible


def checked_query(query: str) -> str:
    """The query without control characters and outer white space. Raises QueryRefused."""
    cleaned = "".join(character if character.isprintable() else " " for character in query).strip()
    cleaned = cleaned.encode("utf-8", "ignore").decode("utf-8")
    if not cleaned:
        raise QueryRefused("The question is empty. Ask something in a few words.")
    if len(cleaned) > LONGEST_QUERY:
        raise QueryRefused(
            f"The question has {len(cleaned)} characters; at most {LONGEST_QUERY} can be searched for. "
            "Ask it in fewer words."
        )
    return cleaned


def empty_view(dimension: int) -> VectorView:
    """The view of an index that holds nothing yet."""
    no_keys: NDArray[np.int64] = np.empty(0, dtype=np.int64)
    return VectorView(0, None, None, no_keys, np.empty((0, dimension), dtype=np.float32), frozenset(), 0)
