"""What a question and a million passages cost, as the collection grows: a table and a picture.

    python -m benchmarks.index_scale --articles 1350 --embedder fast --out FOLDER      (and 13500, 135000, ...)
    python -m benchmarks.cost_chart FOLDER/*.json [--core-hour 0.04] [--gigabyte-month 0.10] --out docs/images/cost.svg

Reads results of `benchmarks.index_scale`, one for each size, of one embedder on one machine. A question is the median
time of one whole search, in French and in English, counted as one core's: vectors are compared beside the search by
words, so that two cores have part in it and it may cost up to twice as much. A million passages is what all cores do to
read and embed them, and what they take on the disk for a month. Prices are those of `--core-hour` and
`--gigabyte-month`, which are yours to put in: the ones that stand there are round figures of the order that clouds ask
for, and no offer of anybody.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean
from typing import Any, NamedTuple

HOUR = 3600.0
MILLION = 1_000_000
GIGABYTE_IN_MB = 1_000.0


class Cost(NamedTuple):
    """At a number of passages: of one search the milliseconds (mean of the medians of both languages); of
    a million passages the hours of one core to build, and the gigabytes on disk; of a serving process the megabytes."""

    passages: int
    search_ms: float
    build_core_hours: float
    disk_gb: float
    memory_mb: float

    def of_a_million_questions(self, core_hour: float) -> float:
        return self.search_ms / 1_000 / HOUR * MILLION * core_hour

    def of_building(self, core_hour: float) -> float:
        return self.build_core_hours * core_hour

    def of_keeping(self, gigabyte_month: float) -> float:
        return self.disk_gb * gigabyte_month


def read(file: Path) -> tuple[str, Cost]:
    """The embedder's name, and the costs. Raises ValueError where the file is no result of `benchmarks.index_scale`."""
    try:
        result: dict[str, Any] = json.loads(file.read_text("utf-8"))
        passages, build, search = result["passages"], result["build"], result["search_ms"]
        of_a_million = MILLION / passages
        cost = Cost(
            passages,
            fmean([search["english"]["p50"], search["french"]["p50"]]),
            build["processor_seconds"] / HOUR * of_a_million,
            result["index_mb"] / GIGABYTE_IN_MB * of_a_million,
            result["search_peak_mb"],
        )
        return str(result["embedder"]), cost
    except (KeyError, TypeError, ValueError, ZeroDivisionError) as problem:
        raise ValueError(f"{file} is no result of benchmarks.index_scale: {problem!r}") from problem


def read_all(files: Sequence[Path]) -> list[Cost]:
    """The costs by the number of passages. Raises ValueError where the embedders differ."""
    found = [read(file) for file in files]
    embedders = sorted({embedder for embedder, _ in found})
    if len(embedders) > 1:
        raise ValueError(f"These are results of different embedders, which cost differently: {', '.join(embedders)}.")
    return sorted(cost for _, cost in found)


def table(costs: Sequence[Cost], core_hour: float, gigabyte_month: float) -> list[str]:
    head = (
        "passages",
        "ms a search",
        "a million questions",
        "building, a million passages",
        "a month on disk, a million passages",
        "memory, MB",
    )
    rows = [
        (
            f"{each.passages:,}",
            f"{each.search_ms:.1f}",
            f"{each.of_a_million_questions(core_hour):.2f}",
            f"{each.of_building(core_hour):.3f}",
            f"{each.of_keeping(gigabyte_month):.3f}",
            f"{each.memory_mb:.0f}",
        )
        for each in costs
    ]
    return [f"| {' | '.join(row)} |" for row in (head, ("---",) * len(head), *rows)]


def draw(costs: Sequence[Cost], core_hour: float, out: Path) -> None:
    """Both costs by the number of passages, as SVG or PNG by the name of `out`."""
    import matplotlib

    matplotlib.use("Agg")
    matplotlib.rcParams["svg.hashsalt"] = "fixed"  # the same figures give the same file
    from matplotlib import pyplot

    sizes = [each.passages for each in costs]
    figure, (left, right) = pyplot.subplots(1, 2, figsize=(8, 3.4), layout="constrained")
    left.plot(sizes, [each.search_ms for each in costs], "o-", color="#1f5fa8")
    left.set_ylabel("a search, ms")
    dearer = left.secondary_yaxis(
        "right",
        functions=(
            lambda ms: ms / 1_000 / HOUR * MILLION * core_hour,
            lambda price: price / core_hour / MILLION * HOUR * 1_000,
        ),
    )
    dearer.set_ylabel(f"a million questions, at {core_hour:g} a core and hour")
    right.plot(
        sizes,
        [60 * each.build_core_hours for each in costs],
        "o-",
        color="#b4561b",
        label="building, minutes of one core",
    )
    right.plot(sizes, [10 * each.disk_gb for each in costs], "s--", color="#3a7d44", label="on disk, tenths of a GB")
    right.set_ylabel("a million passages")
    right.legend()
    for axes in (left, right):
        axes.set_xscale("log")
        axes.set_xlabel("passages in the index")
        axes.set_ylim(bottom=0)
        axes.grid(alpha=0.3)
    out.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(out, metadata={"Date": None} if out.suffix == ".svg" else None)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("results", type=Path, nargs="+", help="files of benchmarks.index_scale, one for each size")
    parser.add_argument("--core-hour", type=float, default=0.04, help="the price of one core for an hour")
    parser.add_argument(
        "--gigabyte-month", type=float, default=0.10, help="the price of a gigabyte of disk for a month"
    )
    parser.add_argument("--out", type=Path, default=None, help="an SVG or PNG file to draw")
    arguments = parser.parse_args()
    if arguments.core_hour <= 0:
        parser.error("--core-hour must be above 0")
    try:
        costs = read_all(arguments.results)
    except (OSError, ValueError) as problem:
        sys.exit(f"{problem} Nothing was drawn.")
    if arguments.out:
        draw(costs, arguments.core_hour, arguments.out)
    print("\n".join(table(costs, arguments.core_hour, arguments.gigabyte_month)))


if __name__ == "__main__":
    main()
