"""What the chat asks of the rest of the program: answers, articles, and a few facts about the collection."""

import threading
from collections.abc import Iterator, Sequence
from typing import Protocol

from assistant.filters import EVERYTHING, Filters
from assistant.library import Library
from assistant.types import Citation, Event, LanguageModel, Turn
from index.facets import Facets
from index.snapshot import Collection
from index.types import Article

__all__ = ["Collection", "Engine", "Facets"]


class Engine(Protocol):
    """Answers questions from the articles; called from several threads at once. Every method may raise an
    `index.errors.AssistantIndexError`, whose message is shown to the user."""

    @property
    def language_model(self) -> LanguageModel | None:
        """What writes the answers, or None where they are quotes."""
        ...

    def seen_by(self, groups: frozenset[str] | None) -> "Engine":
        """The same for somebody in these access groups: whatever they may not see does not exist for it. None is the
        right to see everything."""
        ...

    def stream(
        self,
        question: str,
        history: Sequence[Turn] = (),
        stop: threading.Event | None = None,
        search_for: str | None = None,
        filters: Filters = EVERYTHING,
    ) -> Iterator[Event]:
        """What is searched for, what a language model writes, and at last the answer. It ends soon after `stop` is
        set. `search_for` is searched instead of what the question means in its conversation, and only in the articles
        that `filters` let through."""
        ...

    def can_answer(self, question: str) -> bool:
        """Whether the articles have sentences that answer; asks no language model."""
        ...

    def article(self, article_id: str) -> Article | None:
        """The article as it is now, or None if it is gone."""
        ...

    def collection(self) -> Collection: ...

    def locate(self, quote: str, likely: Sequence[str] = ()) -> Citation | None:
        """Where the articles say `quote`, those with the ids `likely` first; None where none does."""
        ...

    def facets(self) -> Facets:
        """What questions can be narrowed to."""
        ...

    def library(self) -> Library:
        """The articles as programs read them."""
        ...

    def sample_articles(self, count: int) -> list[Article]:
        """At most `count` articles, the same ones as long as the collection does not change."""
        ...
