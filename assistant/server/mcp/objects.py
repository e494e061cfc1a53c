"""What the tool `read_article` takes and gives; `ask` and `search` have the objects of the API."""

from pydantic import BaseModel, Field

from assistant.server.api.bodies import Body, Typed
from assistant.server.api.objects import Anchor
from index.types import Article, Span

USUAL_PART = 20_000
LONGEST_PART = 100_000
"""Characters of an article that are given at once: a language model can read only so much."""


class ReadBody(Body):
    article: Typed = Field(
        max_length=4_000, description="Its id, as `ask` and `search` give it.", examples=["en/germany-pledges.txt"]
    )
    start: int = Field(default=0, ge=0, le=10_000_000_000, description="The first character to read.")
    length: int = Field(default=USUAL_PART, ge=1, le=LONGEST_PART, description="At most so many characters.")


class PartObject(BaseModel):
    """A part of an article as it is stored: characters `start` to `end` of `characters`. `passages` are those that
    begin in it; `next_start` is where to read on, None at the end."""

    id: str
    title: str
    text: str
    start: int
    end: int
    characters: int
    next_start: int | None
    language: str
    date: str | None
    author: str | None
    url: str | None
    passages: list[Anchor]
    index_generation: int

    @classmethod
    def of(cls, article: Article, passages: list[Span], generation: int, asked: ReadBody) -> "PartObject":
        characters = len(article.text)
        start = min(asked.start, characters)
        end = min(start + asked.length, characters)
        return cls(
            id=article.id,
            title=article.title,
            text=article.text[start:end],
            start=start,
            end=end,
            characters=characters,
            next_start=end if end < characters else None,
            language=article.language,
            date=article.date,
            author=article.author,
            url=article.url,
            passages=[Anchor.of(span) for span in passages if start <= span.start < end],
            index_generation=generation,
        )
