"""What the review page shows and asks for: proposals of questions, one at a time, and what a person decides on each.

The page knows nothing of files: whoever serves it gives it a `Review`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from index.types import Article, Passage

Decision = Literal["accept", "reject", "unanswerable"]
"""Take it as it stands in the fields, take it not, take it as a question that no article answers."""


@dataclass(frozen=True, slots=True)
class Proposed:
    """A proposal that waits. The sentence stands at `start` to `end` of the article, where `quote` was read. `swapped`
    is the name in an unanswerable question that the sentence does not have, "" where there is none."""

    id: str
    question: str
    answers: tuple[str, ...]
    answerable: bool
    article: str
    start: int
    end: int
    quote: str
    swapped: str = ""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many proposals there are, how many wait, and what became of the others."""

    total: int
    left: int
    accepted: int
    mended: int
    rejected: int


class Review(Protocol):
    """Every call that changes something returns when that is stored. All may raise AssistantError and the errors of the
    index."""

    def waiting(self) -> Proposed | None:
        """The first proposal without a decision."""
        ...

    def tally(self) -> Tally: ...

    def decide(self, proposal: str, decision: Decision, question: str, answers: Sequence[str]) -> None:
        """Nothing happens where the proposal is unknown or was decided before."""
        ...

    def undo(self) -> bool:
        """Takes the last decision back, with the words as they were decided on; false where there is none."""
        ...

    def write_accepted(self) -> tuple[Path, int]:
        """Writes the test set of what was taken: the file, and how many questions."""
        ...

    def article(self, article_id: str) -> Article | None: ...

    def nearest(self, question: str) -> Sequence[Passage]:
        """A few passages that come nearest to a question; none where it cannot be searched for."""
        ...
