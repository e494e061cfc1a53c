"""The report of a run: one HTML file that needs nothing else, whatever the articles hold.

Every text is escaped where it is put in, the only script and the only style are those of this package, and the page
itself forbids all others (Content-Security-Policy, by their hashes).
"""

import base64
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from eval.report.plots import bar_chart, histogram, line_chart, whisker
from eval.report.question_view import QuestionView
from eval.runs.figures import Summary
from eval.runs.measures import measure_of

if TYPE_CHECKING:
    from jinja2 import Environment

MANY = 2_000
"""From so many questions on, only the first passages of each are shown with their text."""

MOST_PROBLEMS = 100
OUTCOMES = ("right", "wrong", "abstained", "refused", "unjudged")


@dataclass(frozen=True, slots=True)
class Choice:
    """A property to filter by; `key` is its attribute's name."""

    name: str
    key: str
    values: Sequence[str]


def report_html(
    title: str,
    summary: Summary,
    basis: Mapping[str, Any],
    questions: Iterable[QuestionView],
    problems: Sequence[str] = (),
    milliseconds: Sequence[float] = (),
) -> Iterator[str]:
    """The page, piece by piece, so that no more than a few questions are held at once. `basis` is what the answers
    depend on; see `eval.runs.journal`."""
    style, script = _file("report.css"), _file("report.js")
    environment = _environment()
    bars = environment.get_template("bars.svg")
    ranked, timed = summary.first_ranks, histogram(milliseconds)
    curve = summary.risk_coverage
    yield from environment.get_template("report.html").generate(
        title=title,
        summary=summary,
        basis=basis,
        questions=questions,
        problems=problems,
        most_problems=MOST_PROBLEMS,
        most_excerpts=10 if summary.questions < MANY else 2,
        headlines=[name for name in summary.figures if measure_of(name).headline],
        choices=_choices(summary),
        provenance=list(flattened(basis)),
        ranks=bar_chart(list(ranked.items()), "questions") if ranked else None,
        times=bar_chart(timed, "questions") if timed else None,
        risk=line_chart(curve.coverage, curve.risk) if curve else None,
        measure_of=measure_of,
        whisker=whisker,
        bars=lambda chart: _trusted(bars.render(chart=chart)),
        style=_trusted(style),
        script=_trusted(script),
        style_hash=_hash(style),
        script_hash=_hash(script),
    )


def _choices(summary: Summary) -> list[Choice]:
    by_property = [
        Choice(name, f"property-{place}", list(values)) for place, (name, values) in enumerate(summary.slices.items())
    ]
    return [Choice("outcome", "outcome", OUTCOMES), *by_property]


def flattened(values: Mapping[str, Any], within: str = "") -> Iterator[tuple[str, str]]:
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from flattened(value, f"{within}{name} ")
        else:
            yield f"{within}{name}", value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("eval.report"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )


def _trusted(text: str) -> str:
    """Text of this package, or text that was escaped before."""
    from markupsafe import Markup

    return Markup(text)


def _file(name: str) -> str:
    return resources.files("eval.report").joinpath("templates", name).read_text(encoding="utf-8").strip()


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
