"""Two runs, question by question: which figures changed and how surely, what was won and lost, what fell too far."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from eval.errors import RunRefused
from eval.paired import paired_difference
from eval.provenance import differences
from eval.runs.figures import MOST_VALUES
from eval.runs.journal import read_basis, read_outcomes
from eval.runs.measures import RIGHT, in_order, measure_of
from eval.runs.scored import Scored, outcome_word, read_scored
from eval.significance import Difference

ALLOWANCE = 0.02
"""How far a figure may fall that is not named."""

ALL = "all"
SURE = 0.05
"""The share of comparisons of equals that may be called different in any of their figures."""

Verdict = Literal["better", "worse", "no difference shown"]


@dataclass(frozen=True, slots=True)
class Change:
    """One figure in two runs, over the questions of both. `difference` is the second less the first. `p_adjusted` is
    its p-value after Holm's correction for all figures that are compared; the verdict rests on it. `fell_too_far`
    says whether the figure got worse by more than `allowance`, sure or not."""

    measure: str
    first: float
    second: float
    difference: Difference
    p_adjusted: float
    verdict: Verdict
    allowance: float
    fell_too_far: bool


@dataclass(frozen=True, slots=True)
class SliceChange:
    """How the share of right answers changed in one slice; its p-value stands alone."""

    property: str
    value: str
    first: float
    second: float
    difference: Difference


@dataclass(frozen=True, slots=True)
class ChangedQuestion:
    """A question that one of the runs has right and the other has not; `first` and `second` say what became of it, in
    one word."""

    id: str
    question: str
    first: str
    first_answer: str
    second: str
    second_answer: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """`only_first` and `only_second` are the ids of questions that the other run has not, or asks otherwise; they take
    no part. `other` says what the runs do not share besides. `won` are right only in the second run, `lost` only in
    the first."""

    questions: int
    changes: tuple[Change, ...]
    slices: tuple[SliceChange, ...]
    won: tuple[ChangedQuestion, ...]
    lost: tuple[ChangedQuestion, ...]
    only_first: tuple[str, ...]
    only_second: tuple[str, ...]
    other: tuple[str, ...]

    @property
    def fell(self) -> tuple[Change, ...]:
        return tuple(change for change in self.changes if change.fell_too_far)


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two runs with the rows of the questions that they share, in the order of the first."""

    first: Scored
    second: Scored
    rows: Sequence[tuple[int, int]]

    def change(self, measure: str, rows: Sequence[tuple[int, int]]) -> tuple[float, float, Difference] | None:
        """Its means in the two runs and their difference; None where one of them has it for no question."""
        if measure not in self.first.scores or measure not in self.second.scores:
            return None
        before, after = self.first.scores[measure], self.second.scores[measure]
        return paired_difference(
            [before[row] for row, _ in rows],
            [after[row] for _, row in rows],
            [self.first.cases[row] for row, _ in rows],
        )


def compare(first: Path, second: Path, allowances: Mapping[str, float] | None = None) -> Comparison:
    """Compares the runs in two folders; `allowances` are by measure, and under `all` for the others.

    Raises RunRefused where they share no question, or where an allowance is given for a figure that they have not;
    RunMissing and RunDamaged.
    """
    other = tuple(differences(read_basis(first), read_basis(second)))
    tables = read_scored(first), read_scored(second)
    pair = _paired(*tables)
    if not pair.rows:
        raise RunRefused(
            f"The runs in {first} and {second} have no question in common, by id. Compare runs of one set."
        )
    changes = _changes(pair, dict(allowances or {}))
    shared = {tables[0].ids[row] for row, _ in pair.rows}
    won, lost = _turned(first, second, pair)
    return Comparison(
        questions=len(pair.rows),
        changes=changes,
        slices=tuple(_slices(pair)),
        won=won,
        lost=lost,
        only_first=tuple(question for question in tables[0].ids if question not in shared),
        only_second=tuple(question for question in tables[1].ids if question not in shared),
        other=other,
    )


def _paired(first: Scored, second: Scored) -> _Pair:
    """By id; a question whose words or gold differ between the runs is another question."""
    places = {
        (question, asked): row for row, (question, asked) in enumerate(zip(second.ids, second.asked, strict=True))
    }
    rows = [(row, places[key]) for row, key in enumerate(zip(first.ids, first.asked, strict=True)) if key in places]
    return _Pair(first, second, rows)


def _changes(pair: _Pair, allowances: dict[str, float]) -> tuple[Change, ...]:
    names = in_order(set(pair.first.measures()) & set(pair.second.measures()))
    found = [(name, change) for name in names if (change := pair.change(name, pair.rows)) is not None]
    unknown = sorted(set(allowances) - {ALL} - {name for name, _ in found})
    if unknown:
        raise RunRefused(
            f"The runs have no figure {', '.join(map(repr, unknown))} in common. They have: "
            f"{', '.join(name for name, _ in found)}."
        )
    adjusted = holm([difference.p_value for _, (_, _, difference) in found])
    return tuple(
        _change(name, before, after, difference, p_adjusted, allowances.get(name, allowances.get(ALL, ALLOWANCE)))
        for (name, (before, after, difference)), p_adjusted in zip(found, adjusted, strict=True)
    )


def _change(
    name: str, before: float, after: float, difference: Difference, p_adjusted: float, allowance: float
) -> Change:
    gain = difference.mean if measure_of(name).higher_is_better else -difference.mean
    verdict: Verdict = "no difference shown"
    if p_adjusted < SURE:
        verdict = "better" if gain > 0 else "worse"
    return Change(name, before, after, difference, p_adjusted, verdict, allowance, gain < -allowance - 1e-12)


def holm(p_values: Sequence[float]) -> list[float]:
    """Each p-value as it counts among the others (Holm 1979, "A Simple Sequentially Rejective Multiple Test
    Procedure")."""
    adjusted = [1.0] * len(p_values)
    largest = 0.0
    for place, number in enumerate(sorted(range(len(p_values)), key=lambda at: p_values[at])):
        largest = max(largest, min(1.0, (len(p_values) - place) * p_values[number]))
        adjusted[number] = largest
    return adjusted


def _slices(pair: _Pair) -> list[SliceChange]:
    found = []
    for name, values in sorted(pair.first.slices.items()):
        distinct = sorted({values[row] for row, _ in pair.rows} - {""})
        for value in distinct if 1 < len(distinct) <= MOST_VALUES else ():
            rows = [rows for rows in pair.rows if values[rows[0]] == value]
            if (change := pair.change(RIGHT, rows)) is not None:
                found.append(SliceChange(name, value, *change))
    return found


def _turned(first: Path, second: Path, pair: _Pair) -> tuple[tuple[ChangedQuestion, ...], tuple[ChangedQuestion, ...]]:
    """What was won and what was lost, in the order of the first run; only the texts of these are held."""
    if RIGHT not in pair.first.scores or RIGHT not in pair.second.scores:
        return (), ()
    before, after = pair.first.scores[RIGHT], pair.second.scores[RIGHT]
    gains = {pair.first.ids[row]: after[other] - before[row] for row, other in pair.rows if after[other] != before[row]}
    told = [_told(folder, gains) for folder in (first, second)]
    changed = [ChangedQuestion(question, *told[0][question], *told[1][question][1:]) for question in told[0]]
    return (
        tuple(one for one in changed if gains[one.id] > 0),
        tuple(one for one in changed if gains[one.id] < 0),
    )


def _told(folder: Path, ids: Container[str]) -> dict[str, tuple[str, str, str]]:
    """Question, what became of it, and the answer, by id."""
    return {
        outcome.turn.id: (
            outcome.turn.question,
            outcome_word(outcome),
            outcome.answer.text if outcome.answer else outcome.error or "",
        )
        for outcome in read_outcomes(folder)
        if outcome.turn.id in ids
    }
