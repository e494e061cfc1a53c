"""What the API answers, for its OpenAPI page and for programs that are tested against it."""

from typing import Any

from pydantic import BaseModel

from assistant.types import Answer, Citation, Mode, PassageReference, Statement
from index.types import Span


class AnswerObject(BaseModel):
    """The object of `assistant ask --json`."""

    question: str
    searched_for: str
    language: str
    answer: str
    abstained: bool
    citations: list[Citation]
    passages: list[PassageReference]
    mode: Mode
    index_generation: int
    timings_ms: dict[str, float]
    notices: list[str] = []
    statements: list[Statement] = []

    def made(self) -> Answer:
        """The answer as the program has it; what it says is not checked."""
        return Answer(
            question=self.question,
            searched_for=self.searched_for,
            language=self.language,
            text=self.answer,
            abstained=self.abstained,
            citations=tuple(self.citations),
            passages=tuple(self.passages),
            mode=self.mode,
            index_generation=self.index_generation,
            timings_ms=dict(self.timings_ms),
            notices=tuple(self.notices),
            statements=tuple(self.statements),
        )


class FoundPassage(BaseModel):
    article: str
    title: str
    start: int
    end: int
    text: str
    score: float


class FoundObject(BaseModel):
    """The object of `assistant search --json`."""

    query: str
    hits: list[FoundPassage]


class ListedObject(BaseModel):
    id: str
    title: str
    language: str
    date: str | None
    source: str
    passages: int


class ListObject(BaseModel):
    """One page of the list. `total` counts all articles that were asked for."""

    articles: list[ListedObject]
    first: int
    total: int
    index_generation: int


class Anchor(BaseModel):
    """A passage: `text[start:end]` of its article, in Unicode characters; `anchor` names it in a link."""

    anchor: str
    start: int
    end: int

    @classmethod
    def of(cls, span: Span) -> "Anchor":
        return cls(anchor=f"{span.start}-{span.end}", start=span.start, end=span.end)


class ArticleObject(BaseModel):
    """An article as it is stored."""

    id: str
    title: str
    text: str
    language: str
    date: str | None
    author: str | None
    url: str | None
    passages: list[Anchor]
    index_generation: int


class UnreadObject(BaseModel):
    where: str
    what: str
    next_step: str


class AddedObject(BaseModel):
    """What became of the files. `problems` are what could not be read; everything else was added."""

    added: int
    replaced: int
    unchanged: int
    index_generation: int
    problems: list[UnreadObject]


class RemovedObject(BaseModel):
    """`will_return` are files that the next `assistant index build` of their folder would read again."""

    removed: list[str]
    will_return: list[str]


class KeptObject(BaseModel):
    """`id` takes it back; `placed` is where the right passage was found."""

    id: str
    placed: Citation | None = None


class ProblemObject(BaseModel):
    """RFC 9457."""

    title: str
    status: int
    detail: str
    code: str
    errors: list[dict[str, str]] = []
    error: dict[str, Any]


class MeObject(BaseModel):
    name: str | None
    is_owner: bool


class MyDataObject(BaseModel):
    """`audit` are the lines of the record of who asked."""

    name: str
    audit: list[dict[str, Any]]
    shared_answers: list[dict[str, Any]]
    feedback: list[dict[str, Any]]


class DeletedObject(BaseModel):
    """How much was deleted."""

    audit_lines: int
    shared_answers: int
    feedback: int
