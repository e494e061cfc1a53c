"""The articles of an index as programs read them: searched, listed, one by one."""

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.filters import EVERYTHING, Filters
from index.access import open_to
from index.article_list import ArticleList
from index.conditions import all_of
from index.language import detect
from index.protocols import PassageIndex
from index.types import Article, Hit, Span


@dataclass(frozen=True, slots=True)
class Library:
    """Reads one index for somebody in the access `groups`, None for everything. Every method raises the errors of the
    index."""

    index: PassageIndex
    groups: frozenset[str] | None = None

    def search(self, query: str, k: int, filters: Filters = EVERYTHING) -> tuple[list[Hit], dict[str, str]]:
        """The `k` best passages, best first, and the titles of their articles by id. Raises QueryRefused, too."""
        with self.index.snapshot(self.groups) as snapshot:
            hits = snapshot.search(query, k, detect(query), allowed=filters.condition())
            return hits, snapshot.titles({hit.passage.article for hit in hits})

    def listed(
        self, words: str = "", filters: Filters = EVERYTHING, *, first: int = 0, count: int = 200
    ) -> ArticleList:
        """See `index.article_list`."""
        visible = None if self.groups is None else open_to(self.groups)
        condition = all_of(filters.condition(), visible)
        return self.index.listed(words, condition, first=first, count=count)

    def article(self, article_id: str) -> Article:
        """Raises ArticleUnknown, too."""
        with self.index.snapshot(self.groups) as snapshot:
            return snapshot.article(article_id)

    def read(self, article_id: str) -> tuple[Article, Sequence[Span], int]:
        """An article, its passages and the generation of the index. Raises ArticleUnknown, too."""
        with self.index.snapshot(self.groups) as snapshot:
            article = snapshot.article(article_id)
            return article, snapshot.passages_of(article_id), snapshot.generation
