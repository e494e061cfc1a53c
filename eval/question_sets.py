"""Question sets as JSON lines: what is asked, whether the articles tell, and which sentences answer it. Conversations
are sets, too, whose questions go on from one another."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar

from index.types import Article, Span

Record = TypeVar("Record")
Split = Literal["dev", "heldout"]
Collection = Literal["seeds", "user_article"]
Relation = Literal["opening", "follow-up", "new topic", "two turns back"]


@dataclass(frozen=True, slots=True)
class Gold:
    """A sentence that answers: by its quote, or by its positions in the article's text."""

    article: str
    quote: str | None = None
    start: int | None = None
    end: int | None = None

    def span(self, text: str) -> Span | None:
        """Where it stands in the article's text, or None when it does not."""
        if self.quote is not None:
            start = text.find(self.quote)
            return None if start < 0 else Span(start, start + len(self.quote))
        if self.start is None or self.end is None or self.end > len(text):
            return None
        return Span(self.start, self.end)


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a set. `gold` holds every sentence that would be a right answer; any one is enough."""

    id: str
    question: str
    language: str
    answerable: bool
    gold: tuple[Gold, ...]
    answers: tuple[str, ...]
    kind: str
    split: Split


@dataclass(frozen=True, slots=True)
class ConversationTurn:
    """One question of a conversation. `relation` says what it goes on from: the turn before, the one before that, or
    nothing; `standalone` is the same question as one would write it without the turns before."""

    question: Question
    relation: Relation
    standalone: str


@dataclass(frozen=True, slots=True)
class Conversation:
    """Two or three questions that one person asks in a row, over one of the collections."""

    id: str
    articles: Collection
    language: str
    split: Split
    turns: tuple[ConversationTurn, ...]


class QuestionSetInvalid(ValueError):
    """A line of a question set is not a question."""


def load_questions(file: Path, split: Split | None = None) -> list[Question]:
    """The questions of a file, all of them or those of one split. Raises QuestionSetInvalid with file and line."""
    questions = _records(file, "a question", _question)
    return [question for question in questions if split in (None, question.split)]


def load_conversations(file: Path, split: Split | None = None) -> list[Conversation]:
    """The conversations of a file, as `load_questions` reads questions."""
    conversations = _records(file, "a conversation", _conversation)
    return [conversation for conversation in conversations if split in (None, conversation.split)]


def _records(file: Path, kind: str, read: Callable[[dict[str, Any]], Record]) -> list[Record]:
    records = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            records.append(read(json.loads(line)))
        except (ValueError, KeyError, TypeError) as error:
            raise QuestionSetInvalid(
                f"{file}, line {number}: not {kind}: {error!r}. See eval/sets/README.md."
            ) from error
    return records


def _question(record: dict[str, Any]) -> Question:
    return Question(
        id=record["id"],
        question=record["question"],
        language=record["language"],
        answerable=bool(record["answerable"]),
        gold=tuple(Gold(**gold) for gold in record.get("gold", ())),
        answers=tuple(record.get("answers", ())),
        kind=record.get("kind", "other"),
        split=record.get("split", "dev"),
    )


def _conversation(record: dict[str, Any]) -> Conversation:
    turns = []
    for number, turn in enumerate(record["turns"], start=1):
        question = _question({"id": f"{record['id']}/{number}", "split": record["split"], **turn})
        turns.append(ConversationTurn(question, turn["relation"], turn["standalone"]))
    return Conversation(record["id"], record["articles"], record["language"], record["split"], tuple(turns))


def is_gold(question: Question, article: str, span: Span, read: Callable[[str], Article | None]) -> bool:
    """Whether a quote, by article and positions, holds at least half of a sentence that is a right answer."""
    for gold in question.gold:
        if gold.article != article:
            continue
        found = read(article)
        wanted = found and gold.span(found.text)
        if wanted and 2 * (min(span.end, wanted.end) - max(span.start, wanted.start)) >= wanted.end - wanted.start:
            return True
    return False
