"""One generation of an index, as a search or an answer sees it from its beginning to its end."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index import access, facets, store, visible_state
from index.conditions import Condition, all_of
from index.errors import ArticleUnknown, QueryRefused
from index.lexical import search_all_words, search_visible_words, search_words
from index.ranking import ranked_hits
from index.selection import Selection
from index.store import StoredPassage
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
        vector = self.embedder.embed_queries([query])[0]
        depth = max(self.settings.depth, 2 * k)
        # Exact for whoever does not see everything: what a faster search misses would depend on hidden passages.
        by_vector, similarities = self.view.search(vector, depth, selection, exact=part is not None)
        if part is not None:
            by_words = search_visible_words(self.connection, query, part, depth, language, selection)
        elif self.view.visible_parts.words is not None:
            everything = self.view.visible_parts.everything(self.connection, self.view.removed)
            by_words = search_all_words(self.connection, query, everything, depth, language, selection)
        else:
            languages, (_, count) = store.languages(self.connection), store.counts(self.connection)
            by_words = search_words(self.connection, query, languages, count, depth, language, selection)
        passages = store.get_passages(self.connection, {*by_vector, *by_words})
        cosines = {key: cosine for key, cosine in zip(by_vector, similarities, strict=True) if key in passages}
        words = {key: score for key, score in by_words.items() if key in passages}
        return ranked_hits(
            cosines,
            words,
            self.settings.words_weight,
            lambda keys: self._texts(keys, passages),
            k,
            keep_near_copies=keep_near_copies,
        )

    @property
    def _visible(self) -> Condition | None:
        return None if self.groups is None else access.open_to(self.groups)

    def _part(self) -> VisiblePart | None:
        """What may be seen; None where everything may be. Raises IndexTooOld."""
        if self.groups is None:
            return None
        return self.view.visible_parts.of(self.connection, self.view.selections, self.groups)

    def _texts(self, keys: Iterable[int], passages: dict[int, StoredPassage]) -> Iterator[tuple[int, Passage]]:
        for key in keys:
            yield key, store.passage_with_text(self.connection, passages[key])

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
