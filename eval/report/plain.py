"""The figures of a run, and of a comparison, as lines for a terminal."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from eval.compare import ChangedQuestion, Comparison
from eval.runs.figures import Summary
from eval.runs.measures import measure_of

_SHOWN = 100
"""Characters of a question or an answer."""


def summary_lines(summary: Summary) -> Iterator[str]:
    """The headline figures and how long answers took."""
    rows = [
        (name, f"{figure.mean:.3f}", f"{figure.low:.3f} to {figure.high:.3f}", str(figure.questions))
        for name, figure in summary.figures.items()
        if measure_of(name).headline
    ]
    yield from _aligned([("figure", "mean", "95 % interval", "questions"), *rows])
    if summary.latency is not None:
        yield f"milliseconds to an answer: {summary.latency.p50:.0f} (half), {summary.latency.p95:.0f} (95 %)"


def comparison_lines(comparison: Comparison, most: int = 20) -> Iterator[str]:
    """Every figure with its difference, then what was won and lost, at most `most` questions of each."""
    yield f"{comparison.questions} questions in both runs"
    for name, ids in (("first", comparison.only_first), ("second", comparison.only_second)):
        if ids:
            yield f"{len(ids)} questions only in the {name} run, or asked otherwise there: {', '.join(ids[:5])}" + (
                " ..." if len(ids) > 5 else ""
            )
    yield from (f"not the same: {difference}" for difference in comparison.other)
    yield ""
    yield from _aligned([("figure", "first", "second", "difference", "95 % interval", "p", ""), *_changes(comparison)])
    for title, questions in (("won", comparison.won), ("lost", comparison.lost)):
        yield ""
        yield f"{title}: {len(questions)}"
        yield from _turned(questions[:most])
        if len(questions) > most:
            yield f"  ... and {len(questions) - most} more; --json lists all"


def _changes(comparison: Comparison) -> Iterator[tuple[str, ...]]:
    for change in comparison.changes:
        found = change.difference
        told = change.verdict if measure_of(change.measure).higher_is_better else f"{change.verdict} (lower is better)"
        if change.fell_too_far:
            told += f"; fell by more than {change.allowance:g}"
        interval = f"{found.low:+.3f} to {found.high:+.3f}"
        yield (
            change.measure,
            f"{change.first:.3f}",
            f"{change.second:.3f}",
            f"{found.mean:+.3f}",
            interval,
            f"{change.p_adjusted:.4f}",
            told,
        )


def _turned(questions: Sequence[ChangedQuestion]) -> Iterator[str]:
    for one in questions:
        yield f"  {one.id}: {_short(one.question)}"
        yield f"    first, {one.first}: {_short(one.first_answer)}"
        yield f"    second, {one.second}: {_short(one.second_answer)}"


def comparison_as_json(comparison: Comparison) -> dict[str, Any]:
    """All of it, with `fell` for the names of the figures that fell too far."""
    return asdict(comparison) | {"fell": [change.measure for change in comparison.fell]}


def _short(text: str) -> str:
    line = " ".join("".join(mark if mark.isprintable() else " " for mark in text).split())
    return line if len(line) <= _SHOWN else line[: _SHOWN - 1] + "…"


def _aligned(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    """Columns of equal width: the first and the last to the left, numbers to the right."""
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    for row in rows:
        cells = [
            cell.ljust(width) if place in (0, 6) else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        yield "  ".join(cells).rstrip()
