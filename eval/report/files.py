"""What a run leaves beside its questions: metrics.json, questions.csv and report.html, each whole or not at all."""

import csv
import io
import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

from eval.errors import RunUnwritable
from eval.report.page import report_html
from eval.report.question_view import QuestionView, ReadArticle, question_view, remembering
from eval.runs.figures import Summary, as_json, summarise
from eval.runs.journal import read_basis, read_outcomes, write_durably
from eval.runs.scored import Scored, read_scored

METRICS = "metrics.json"
TABLE = "questions.csv"
REPORT = "report.html"

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for a formula when a cell begins with it."""


def write_results(
    folder: Path, read: ReadArticle, problems: Sequence[str] = (), circumstances: Mapping[str, Any] | None = None
) -> Summary:
    """Scores the run in a folder and writes all that is told of it. `read` gives an article of the index that it was
    asked of; `problems` say what of the set could not be used; `circumstances` are what may differ between two runs
    of the same, such as times. Raises RunMissing, RunDamaged and RunUnwritable."""
    basis = read_basis(folder)
    table = read_scored(folder)
    summary = summarise(table)
    title = str(basis["set"]["name"])
    remembered = remembering(read)

    def views() -> Iterator[QuestionView]:
        for row, outcome in enumerate(read_outcomes(folder)):
            yield question_view(outcome, table.scores_of_row(row), remembered)

    times = [value for value in table.milliseconds if not math.isnan(value)]
    page = report_html(title, summary, basis, views(), problems, times)
    try:
        write_durably(folder / METRICS, _text(_metrics(summary, basis, problems, circumstances or {})))
        write_durably(folder / TABLE, _text(_csv(views(), table)))
        write_durably(folder / REPORT, _text(page))
    except OSError as error:
        raise RunUnwritable(f"{folder} cannot be written to: {error.strerror or error}. Make room there.") from error
    return summary


def _metrics(
    summary: Summary, basis: Mapping[str, Any], problems: Sequence[str], circumstances: Mapping[str, Any]
) -> Iterator[str]:
    """Everything that two runs of the same share, and under `timings` what they do not."""
    latency = asdict(summary.latency) if summary.latency else None
    told = {
        "basis": basis,
        "problems": list(problems),
        **as_json(summary),
        "timings": {**circumstances, "milliseconds": latency},
    }
    yield json.dumps(told, indent=2, ensure_ascii=False) + "\n"


def _csv(views: Iterable[QuestionView], table: Scored) -> Iterator[str]:
    """One row a question; the columns of the measures are those of the whole run, empty where a question has none."""
    properties, measures = sorted(table.slices), table.measures()
    yield _row(
        "id",
        "case",
        *properties,
        "outcome",
        "question",
        "searched for",
        "answer",
        "right answers",
        "cited",
        "gold",
        "passages",
        "first gold rank",
        "confidence",
        "error",
        *measures,
        "milliseconds",
    )
    for view in views:
        yield _row(
            view.id,
            view.case,
            *(view.properties.get(name, "") for name in properties),
            view.outcome,
            view.question,
            view.searched_for,
            view.answer,
            " | ".join(view.right_answers),
            " | ".join(quote.where for quote in view.quotes),
            " | ".join(gold.where for gold in view.gold),
            " | ".join(passage.where for passage in view.passages),
            view.first_gold,
            view.confidence,
            view.error,
            *(view.scores.get(name) for name in measures),
            view.milliseconds,
        )


def _row(*values: str | float | None) -> str:
    line = io.StringIO()
    csv.writer(line).writerow([_cell(value) for value in values])
    return line.getvalue()


def _cell(value: str | float | None) -> str:
    """Texts come from articles and questions, and none may become a formula: an apostrophe keeps it a text."""
    if value is None:
        return ""
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_FORMULA_STARTS) else value
    return f"{value:.6g}"


def _text(pieces: Iterable[str]) -> Callable[[BinaryIO], None]:
    def write(stream: BinaryIO) -> None:
        stream.writelines(piece.encode("utf-8", "backslashreplace") for piece in pieces)

    return write
