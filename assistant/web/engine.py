"""What the chat asks of the rest of the program: answers, articles, and a few facts about the collection."""

from collections.abc import Sequence
from typing import Protocol

from assistant.types import Answer, Turn
from index.snapshot import Collection
from index.types import Article

__all__ = ["Collection", "Engine"]


class Engine(Protocol):
    """Answers questions from the articles; called from several threads at once. Every method may raise an
    `index.errors.AssistantIndexError`, whose message is shown to the user."""

    def ask(self, question: str, history: Sequence[Turn] = ()) -> Answer: ...

    def article(self, article_id: str) -> Article | None:
        """The article as it is now, or None if it is gone."""
        ...

    def collection(self) -> Collection: ...

    def sample_articles(self, count: int) -> list[Article]:
        """At most `count` articles, the same ones as long as the collection does not change."""
        ...
