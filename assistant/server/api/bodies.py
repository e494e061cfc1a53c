"""What programs send to the API; checked as it comes in."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from assistant import filters as narrowing
from assistant.filters import Filters
from assistant.keeping.feedback import LONGEST_REMARK, Reason
from assistant.keeping.right_passage import LONGEST_QUOTE
from assistant.server.api.objects import AnswerObject
from assistant.types import Turn
from assistant.web import escaping
from assistant.web.chat import QUESTION_LIMIT

MOST_TURNS = 50
LONGEST_TURN = 50_000
"""Characters of an earlier answer."""

Typed = Annotated[str, AfterValidator(escaping.clean)]
Question = Annotated[
    str, Field(max_length=QUESTION_LIMIT, examples=["what did Germany pledge?"]), AfterValidator(escaping.clean)
]


class Body(BaseModel):
    """What a program sends. A field that is not known is refused: it would have been meant for something."""

    model_config = ConfigDict(extra="forbid")


class TurnBody(Body):
    """An earlier question and its answer."""

    question: Typed = Field(max_length=QUESTION_LIMIT)
    answer: Typed = Field(max_length=LONGEST_TURN)

    def turn(self) -> Turn:
        return Turn(self.question, self.answer)


class FiltersBody(Body):
    """What is searched: languages (ISO 639-1), dates (YYYY-MM-DD, both included), sources; see docs/sharing.md."""

    language: str | list[str] | None = Field(None, examples=[["fr"]])
    earliest: str | None = Field(None, alias="from", examples=["2025-01-01"])
    latest: str | None = Field(None, alias="to", examples=["2025-06-30"])
    source: str | list[str] | None = Field(None, examples=[[]])

    def filters(self) -> Filters:
        """Raises FiltersInvalid."""
        return narrowing.from_json(self.model_dump(by_alias=True))


class AskBody(Body):
    question: Question
    history: list[TurnBody] = Field([], max_length=MOST_TURNS, description="Earlier turns, the oldest first.")
    filters: FiltersBody | None = None

    def turns(self) -> tuple[Turn, ...]:
        return tuple(each.turn() for each in self.history)


class SearchBody(Body):
    query: Question
    k: int = Field(10, ge=1, le=100, description="How many passages.")
    filters: FiltersBody | None = None


class FilterQuery(Body):
    """Filters in an address; see docs/sharing.md."""

    language: list[str] = []
    earliest: str | None = Field(None, alias="from")
    latest: str | None = Field(None, alias="to")
    source: list[str] = []

    def filters(self) -> Filters:
        """Raises FiltersInvalid."""
        return narrowing.filters_of(self.language, self.earliest, self.latest, self.source)


class SearchQuery(FilterQuery):
    q: Question
    k: int = Field(10, ge=1, le=100, description="How many passages.")


class ListQuery(FilterQuery):
    q: Typed = Field("", max_length=200, description="Words that the title or the id holds.", examples=["germany"])
    first: int = Field(0, ge=0, le=10_000_000, description="How many to leave out before.")
    count: int = Field(50, ge=1, le=200, description="How many to list.")


class FeedbackBody(Body):
    """`answer` is the object that `ask` gave, unchanged."""

    answer: AnswerObject
    good: bool
    reason: Reason | None = None
    remark: Typed = Field("", max_length=LONGEST_REMARK)
    right_passage: Typed = Field("", max_length=LONGEST_QUOTE, description="Copied from the article that tells it.")
    filters: FiltersBody | None = None
