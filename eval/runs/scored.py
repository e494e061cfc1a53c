"""The scores of all questions of a run, held small: numbers and properties by question, no texts."""

import json
import math
from array import array
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from sys import intern

from eval.cases import Turn
from eval.runs.journal import read_outcomes
from eval.runs.measures import ABSTENTION_PRECISION, ABSTENTION_RECALL, in_order
from eval.runs.outcome import Outcome
from eval.runs.scoring import is_right, scores_of, would_be_right

MOST_TURNS = 3
"""Later turns are one slice."""


@dataclass(slots=True)
class Scored:
    """Column by column, one row a question, in the order of the set.

    `scores` are NaN where a question has no such figure. `slices` are the properties that figures are told apart by,
    "" where a question has none. `milliseconds`, `confidence` and `would_be_right` (0 or 1, see `eval.runs.scoring`)
    are NaN where a question was refused or the answer has none. `asked` is the same for questions that are the same,
    with what the set holds for right.
    """

    ids: list[str] = field(default_factory=list)
    asked: list[bytes] = field(default_factory=list)
    cases: list[str] = field(default_factory=list)
    scores: dict[str, "array[float]"] = field(default_factory=dict)
    slices: dict[str, list[str]] = field(default_factory=dict)
    milliseconds: "array[float]" = field(default_factory=lambda: array("d"))
    confidence: "array[float]" = field(default_factory=lambda: array("d"))
    would_be_right: "array[float]" = field(default_factory=lambda: array("d"))
    refused: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.ids)

    def add(self, outcome: Outcome) -> None:
        scores = scores_of(outcome)
        answer = outcome.answer
        for name in scores.keys() - self.scores.keys():
            self.scores[name] = array("d", [math.nan]) * len(self)
        for name, column in self.scores.items():
            column.append(scores.get(name, math.nan))
        properties = properties_of(outcome)
        for name in properties.keys() - self.slices.keys():
            self.slices[name] = [""] * len(self)
        for name, values in self.slices.items():
            values.append(intern(properties.get(name, "")))
        self.milliseconds.append(answer.timings_ms.get("total", math.nan) if answer else math.nan)
        self.confidence.append(_number(answer.confidence if answer else None))
        self.would_be_right.append(_number(would_be_right(outcome)))
        if answer is None:
            self.refused.append(outcome.turn.id)
        self.ids.append(outcome.turn.id)
        self.asked.append(_fingerprint(outcome.turn))
        self.cases.append(intern(outcome.case))

    def measures(self) -> list[str]:
        """The figures that the questions have. Where every question can be answered, no abstention can be right, and
        their precision tells nothing."""
        return in_order(
            {name for name in self.scores if name != ABSTENTION_PRECISION or ABSTENTION_RECALL in self.scores}
        )

    def scores_of_row(self, row: int) -> dict[str, float]:
        """The figures that one question has."""
        return {name: value for name in self.measures() if not math.isnan(value := self.scores[name][row])}

    def rows_of(self, name: str, value: str) -> list[int]:
        """The rows with this value of a property."""
        return [row for row, held in enumerate(self.slices[name]) if held == value]


def _fingerprint(turn: Turn) -> bytes:
    told = json.dumps(asdict(turn), sort_keys=True, ensure_ascii=False)
    return sha256(told.encode("utf-8", "replace")).digest()[:8]


def _number(value: float | None) -> float:
    return math.nan if value is None else float(value)


def scored(outcomes: Iterable[Outcome]) -> Scored:
    table = Scored()
    for outcome in outcomes:
        table.add(outcome)
    return table


def read_scored(folder: Path) -> Scored:
    """Scores the outcomes of a run anew, with the measures of this version. Raises RunMissing and RunDamaged."""
    return scored(read_outcomes(folder))


def properties_of(outcome: Outcome) -> Mapping[str, str]:
    """What a question can be told apart by: language, answerable, type, turn, relation, and the set's own tags."""
    turn = outcome.turn
    number = str(outcome.number) if outcome.number < MOST_TURNS else f"{MOST_TURNS} and later"
    properties = {
        "language": turn.language,
        "answerable": {True: "yes", False: "no", None: ""}[turn.answerable],
        "type": turn.kind,
        "turn": number,
        "relation": turn.relation,
        "split": outcome.split,
    }
    return {**outcome.tags, **properties}


def outcome_word(outcome: Outcome) -> str:
    """What became of a question, in one word: right, wrong, abstained, refused, or unjudged."""
    if outcome.answer is None:
        return "refused"
    right = is_right(outcome)
    if right:
        return "right"
    if outcome.answer.abstained:
        return "abstained"
    return "wrong" if right is False else "unjudged"
