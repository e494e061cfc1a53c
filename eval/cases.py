"""The shapes of a test set: cases of one or more turns, what answers each, and what a format's reader makes of a file.

A case is a conversation; a single question is a case of one turn.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from index.types import Article, ReadProblem

CheckKind = Literal[
    "equals",
    "contains",
    "icontains",
    "contains-any",
    "contains-all",
    "icontains-any",
    "icontains-all",
    "regex",
    "starts-with",
]
"""The assertions of promptfoo that need no judge."""


@dataclass(frozen=True, slots=True)
class GoldSpan:
    """One place in the articles that answers, as the set names it; `eval.gold` finds it in an index.

    `article` is the id that the set gives, None where it gives only text. `start` and `end` are character positions in
    that article's text, as the set has it. `quote` is the text that answers. `context` is the text around it, to find
    it where the id or the positions differ, and to tell it from the same words elsewhere; `quote_in_context` is where
    the quote starts in it; with a context alone, the answer stands somewhere in it. With neither positions nor text the
    whole article is meant, as in BEIR and TREC.
    `relevance` is the grade of the judgement, 1 where the set has none; 0 and below (judged, and not relevant) are
    kept for nothing: readers leave them out.
    """

    article: str | None = None
    start: int | None = None
    end: int | None = None
    quote: str | None = None
    context: str | None = None
    quote_in_context: int | None = None
    relevance: int = 1

    @property
    def whole_article(self) -> bool:
        """Whether nothing narrower than the article is named."""
        return self.start is None and self.quote is None and self.context is None


@dataclass(frozen=True, slots=True)
class Check:
    """What an answer's text must fulfil, after promptfoo: `kind` with its `values`, or its opposite if `negated`."""

    kind: CheckKind
    values: tuple[str, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Turn:
    """One question that is asked and scored.

    `id` is unique in its set: the case's own id where the case has one turn, else `case/number` from 1. `language` is
    ISO 639-1: the set's, else the one that the question is in, "und" where it cannot be told. `answerable` is None
    where the set does not say, which is not the same as no: such a turn counts in no figure that needs it. `gold` are
    the places that answer, `answers` right answers in words; of each, any one is enough. `checks` are what the
    answer's text must fulfil, all of them. `kind` is the type of question ("who", "near-miss", ...), `relation` what
    it goes on from ("opening", "follow-up", "new topic", "two turns back"), "" where the set does not say.
    `standalone` is the same question as it would be asked without the turns before. `reply` is what the set gives as
    the answer of its conversation: where it is there, later turns are asked as if the assistant had said it; where it
    is None, with the assistant's own answer.
    """

    id: str
    question: str
    language: str = "und"
    answerable: bool | None = None
    gold: tuple[GoldSpan, ...] = ()
    answers: tuple[str, ...] = ()
    checks: tuple[Check, ...] = ()
    kind: str = ""
    relation: str = ""
    standalone: str | None = None
    reply: str | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """What one person asks in a row; turns are asked in order, each with those before it as history.

    `where` is file and line (or file and place within the JSON), for messages. `split` is "dev", "heldout", or
    whatever the set says, "" if nothing. `tags` are further properties that figures can be sliced by.
    """

    id: str
    turns: tuple[Turn, ...]
    where: str = ""
    split: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TestSet:
    """What a reader makes of a file or folder.

    `format` is the reader's name, a key of `eval.formats.choose.FORMATS`. `articles` are the documents that the set
    brings, as they would be indexed; empty where it is asked of articles that are elsewhere. The gold of a set that
    brings its own names their ids. `problems` say what could not be read, where, and what to do next: everything else
    was read.
    """

    __test__ = False  # pytest would take it for tests

    name: str
    format: str
    cases: tuple[Case, ...]
    articles: tuple[Article, ...] = ()
    problems: tuple[ReadProblem, ...] = ()
