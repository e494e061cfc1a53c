"""A proposal: a question with its answer over one sentence, and what a person decided on it; and its line in a file.

A line is a case of our own format (docs/test-sets.md) with some more fields, which readers of test sets leave alone.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any, Literal

from pydantic import TypeAdapter, ValidationError

Status = Literal["proposed", "accepted", "mended", "rejected"]
Maker = Literal["blank", "question", "model"]
"""A sentence with a blank, one that was turned into a question, or a language model."""

TAKEN: tuple[Status, ...] = ("accepted", "mended")


@dataclass(frozen=True, slots=True)
class Sentence:
    """Where the proposal comes from: `quote` is what stood at these positions of the article."""

    article: str
    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class Draft:
    """What is asked, and what is right. Where `answerable` is false, there are no `answers`; `swapped` is then the name
    in the question that stands in the place of the sentence's own, "" where none was swapped."""

    question: str
    answers: tuple[str, ...]
    kind: str
    by: Maker
    answerable: bool = True
    swapped: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """`draft` is what was proposed; `question`, `answers` and `answerable` are what stands now. `decided` numbers the
    decisions of the file from 1, 0 where there is none. `candidate` is the sentence's place among all that could be
    taken, from 0, and `made` what it was chosen by; with both, `eval.proposals.making` goes on."""

    id: str
    question: str
    language: str
    answerable: bool
    answers: tuple[str, ...]
    status: Status
    sentence: Sentence
    draft: Draft
    candidate: int
    made: Mapping[str, Any]
    decided: int = 0

    @property
    def is_as_drafted(self) -> bool:
        return (self.question, self.answers, self.answerable) == (
            self.draft.question,
            self.draft.answers,
            self.draft.answerable,
        )

    def as_case(self) -> dict[str, Any]:
        """The case of a test set; by its tags, figures can be told apart."""
        return {
            "id": self.id,
            "question": self.question,
            "language": self.language,
            "answerable": self.answerable,
            "answers": list(self.answers),
            "gold": [asdict(self.sentence)] if self.answerable else [],
            "kind": self.draft.kind if self.answerable else "near-miss",
            "tags": {"proposed as": self.draft.by, "status": self.status},
        }

    def as_line(self) -> str:
        """One line of JSON without its end. Halves of characters become "?"."""
        own = {name: value for name, value in asdict(self).items() if name not in ("id", "question", "language")}
        line = json.dumps({**self.as_case(), **own}, ensure_ascii=False)
        return line.encode("utf-8", "replace").decode("utf-8")


def proposal_of_line(line: str) -> Proposal:
    """Raises ValueError, whose words say what is missing, for a line that is no proposal."""
    try:
        return _lines().validate_json(line)
    except ValidationError as error:
        first = error.errors()[0]
        raise ValueError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}".removeprefix(": ")) from error


@cache
def _lines() -> TypeAdapter[Proposal]:
    return TypeAdapter(Proposal)
