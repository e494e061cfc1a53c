"""One question of a run: what was asked, what is right, what the assistant made of it; and its line in a file."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cache

from pydantic import TypeAdapter

from assistant.types import Answer
from eval.cases import Turn
from eval.gold import FoundGold


@dataclass(frozen=True, slots=True)
class Outcome:
    """`case` is the id of the conversation, `number` the turn in it, from 1. `gold` is where the turn's gold stands in
    the index. Either there is an `answer`, or an `error` says why the question could not be asked. `split` and `tags`
    are the case's. `judged` are figures that a judge gave, by name."""

    case: str
    number: int
    turn: Turn
    gold: tuple[FoundGold, ...]
    answer: Answer | None
    error: str | None = None
    split: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    judged: Mapping[str, float] = field(default_factory=dict)

    def as_line(self) -> bytes:
        """One line of JSON, with its end; the same for the same outcome. Halves of characters become "?"."""
        return json.dumps(asdict(self), ensure_ascii=False).encode("utf-8", "replace") + b"\n"


def outcome_of_line(line: bytes) -> Outcome:
    """Raises ValueError (a ValidationError of pydantic) for a line that is no outcome."""
    return _lines().validate_json(line)


@cache
def _lines() -> TypeAdapter[Outcome]:
    return TypeAdapter(Outcome)
