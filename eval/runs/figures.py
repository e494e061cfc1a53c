"""The figures of a run with their intervals: over all questions, and over slices of them."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from eval.metrics.abstention import RiskCoverage, risk_coverage
from eval.metrics.latency import Latency, latency
from eval.runs.measures import measure_of
from eval.runs.scored import Scored
from eval.significance import Interval, interval

MOST_VALUES = 40
"""A property with more values than this tells questions apart, not kinds of questions."""

CURVE_POINTS = 200
"""A curve over more questions is thinned to so many."""

Figures = Mapping[str, Interval]
"""By the names of measures."""


@dataclass(frozen=True, slots=True)
class Summary:
    """`slices` are by property and its value. `first_ranks` counts the questions by the rank of the first passage (of
    sets that name whole articles, article) that is right, "none" where there is none among those that were brought.
    The same outcomes give the same summary, but for `latency`.
    """

    questions: int
    conversations: int
    refused: tuple[str, ...]
    figures: Figures
    slices: Mapping[str, Mapping[str, Figures]]
    first_ranks: Mapping[str, int]
    risk_coverage: RiskCoverage | None
    latency: Latency | None


def summarise(table: Scored) -> Summary:
    return Summary(
        questions=len(table),
        conversations=len(set(table.cases)),
        refused=tuple(table.refused),
        figures=_figures(table, table.measures(), range(len(table))),
        slices=_slices(table),
        first_ranks=_first_ranks(table),
        risk_coverage=_risk_coverage(table),
        latency=latency([value for value in table.milliseconds if not math.isnan(value)]),
    )


def _figures(table: Scored, measures: Sequence[str], rows: Sequence[int]) -> Figures:
    found = {}
    for name in measures:
        column = table.scores[name]
        there = [row for row in rows if not math.isnan(column[row])]
        figure = interval([column[row] for row in there], [table.cases[row] for row in there])
        if figure is not None:
            found[name] = figure
    return found


def _slices(table: Scored) -> dict[str, dict[str, Figures]]:
    """Headline measures only, and only properties that some questions share and others do not."""
    measures = [name for name in table.measures() if measure_of(name).headline]
    found: dict[str, dict[str, Figures]] = {}
    for name, values in sorted(table.slices.items()):
        distinct = sorted(set(values) - {""})
        if 1 < len(distinct) <= MOST_VALUES:
            found[name] = {value: _figures(table, measures, table.rows_of(name, value)) for value in distinct}
    return found


def _first_ranks(table: Scored) -> dict[str, int]:
    column = table.scores.get("passage mrr") or table.scores.get("article mrr") or ()
    ranks = [round(1 / value) if value else 0 for value in column if not math.isnan(value)]
    if not ranks:
        return {}
    return {**{str(rank): ranks.count(rank) for rank in range(1, max(ranks) + 1)}, "none": ranks.count(0)}


def _risk_coverage(table: Scored) -> RiskCoverage | None:
    told = [
        (confidence, bool(right))
        for confidence, right in zip(table.confidence, table.would_be_right, strict=True)
        if not math.isnan(confidence) and not math.isnan(right)
    ]
    if not told:
        return None
    whole = risk_coverage([confidence for confidence, _ in told], [right for _, right in told])
    places = sorted({round(step * (len(whole.risk) - 1) / CURVE_POINTS) for step in range(CURVE_POINTS + 1)})
    return RiskCoverage(
        tuple(whole.coverage[place] for place in places), tuple(whole.risk[place] for place in places), whole.area
    )


def as_json(summary: Summary) -> dict[str, Any]:
    """Everything but how long it took."""
    told = asdict(summary)
    del told["latency"]
    return told
