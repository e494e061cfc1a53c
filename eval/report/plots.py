"""The geometry of the report's plots, in the units of their SVG view boxes; the template draws them."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 360
HEIGHT = 200
MARGIN = 36


@dataclass(frozen=True, slots=True)
class Tick:
    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Bar:
    """`x`, `y` is the upper left corner; `label` stands below, `told` is shown on hover."""

    x: float
    y: float
    width: float
    height: float
    label: str
    told: str


@dataclass(frozen=True, slots=True)
class BarChart:
    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]


@dataclass(frozen=True, slots=True)
class LineChart:
    """`path` is the `d` of an SVG path; both axes go from 0 to 1."""

    path: str
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]


@dataclass(frozen=True, slots=True)
class Whisker:
    """A share with its interval on a line of 100 units."""

    value: float
    low: float
    high: float


def whisker(mean: float, low: float, high: float) -> Whisker:
    return Whisker(*(round(100 * min(1.0, max(0.0, value)), 2) for value in (mean, low, high)))


def bar_chart(counts: Sequence[tuple[str, int]], unit: str) -> BarChart:
    """One bar for each label and its count, in the order given; the axis goes from 0 to the largest count."""
    most = max((count for _, count in counts), default=0) or 1
    room = (WIDTH - MARGIN) / max(1, len(counts))
    bars = []
    for place, (label, count) in enumerate(counts):
        height = round((HEIGHT - 2 * MARGIN) * count / most, 2)
        bars.append(
            Bar(
                round(MARGIN + place * room + 0.1 * room, 2),
                round(HEIGHT - MARGIN - height, 2),
                round(0.8 * room, 2),
                height,
                label,
                f"{label}: {count} {unit}",
            )
        )
    return BarChart(tuple(bars), (Tick(_down(0.0), "0"), Tick(_down(1.0), str(most))))


def line_chart(xs: Sequence[float], ys: Sequence[float]) -> LineChart:
    """Values from 0 to 1 against values from 0 to 1."""
    points = [f"{_right(x)} {_down(y)}" for x, y in zip(xs, ys, strict=True)]
    path = "M " + " L ".join(points) if points else ""
    shares = (0.0, 0.25, 0.5, 0.75, 1.0)
    return LineChart(
        path,
        tuple(Tick(_right(share), f"{share:.0%}") for share in shares),
        tuple(Tick(_down(share), f"{share:.0%}") for share in shares),
    )


def histogram(values: Sequence[float], bins: int = 12) -> list[tuple[str, int]]:
    """Counts of values in equal steps from 0 to the 99th percentile, each with where it begins; what lies above is
    counted in the last one."""
    if not values:
        return []
    ordered = sorted(values)
    top = ordered[min(len(ordered) - 1, int(0.99 * len(ordered)))] or 1.0
    counts = [0] * bins
    for value in ordered:
        counts[min(bins - 1, int(bins * value / top))] += 1
    return [(f"{top * place / bins:.0f}", count) for place, count in enumerate(counts)]


def _right(share: float) -> float:
    return round(MARGIN + (WIDTH - 2 * MARGIN) * float(share), 2)


def _down(share: float) -> float:
    return round(HEIGHT - MARGIN - (HEIGHT - 2 * MARGIN) * float(share), 2)
