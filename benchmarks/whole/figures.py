"""What is compared: each figure beside the best of the peers, and the ratios that are wanted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Better = Literal["less", "more"]
Record = Mapping[str, Any]
"""One stack's `title`, `ours`, `figures` and `problems`."""


@dataclass(frozen=True, slots=True)
class Figure:
    """`keys` are those under which it may stand; of a stack that has several, the best counts. `our_key` is this
    project's, where that is none of them."""

    title: str
    keys: tuple[str, ...]
    better: Better = "less"
    digits: int = 1
    our_key: str = ""

    def of(self, record: Record) -> float | None:
        names = (self.our_key,) if self.our_key and record["ours"] else self.keys
        values = [float(record["figures"][name]) for name in names if name in record["figures"]]
        return best(values, self.better) if values else None


@dataclass(frozen=True, slots=True)
class Compared:
    """`ratio` says how many times as good this project is as the best peer; None where one of the two has no figure."""

    ours: float | None
    peer: float | None
    peer_title: str
    ratio: float | None


@dataclass(frozen=True, slots=True)
class Bar:
    """The least ratio that is wanted."""

    figure: Figure
    wanted: float
    above: bool = False

    def is_met(self, ratio: float) -> bool:
        return ratio > self.wanted if self.above else ratio >= self.wanted


def of_modes(title: str, key: str, better: Better = "less", digits: int = 1) -> tuple[Figure, Figure]:
    """A figure of the search by meaning and words, and of that by vectors alone, which this project does not offer."""
    hybrid = f"{key}_hybrid"
    return (
        Figure(f"{title}, hybrid", (hybrid,), better, digits),
        Figure(f"{title}, vectors alone", (f"{key}_dense",), better, digits, our_key=hybrid),
    )


def of_any_mode(title: str, key: str, better: Better = "less") -> Figure:
    return Figure(title, (f"{key}_hybrid", f"{key}_dense"), better)


def figures(clients: Sequence[int], languages: Sequence[str]) -> tuple[Figure, ...]:
    """The rows of the table."""
    return (
        Figure("build, s", ("build_seconds",)),
        Figure("build, s of processor", ("build_processor_seconds",)),
        Figure("peak memory of the build, MB", ("build_peak_mb",), digits=0),
        Figure("index on disk, MB", ("disk_mb",)),
        *of_modes("cold question, whole process, s", "cold_seconds", digits=2),
        *of_modes("of which importing and opening, s", "open_seconds", digits=2),
        *of_modes("of which the first query, ms", "first_query_ms"),
        *of_modes("query p50, ms", "query_p50_ms"),
        *of_modes("query p95, ms", "query_p95_ms"),
        *(
            figure
            for count in clients
            for figure in of_modes(
                f"queries a second, {count} client{'s' * (count > 1)}", f"queries_a_second_{count}", "more"
            )
        ),
        *of_modes("peak memory of searching, MB", "query_peak_mb", digits=0),
        Figure("add one article, whole process, s", ("add_seconds",), digits=2),
        Figure("remove one article, whole process, s", ("remove_seconds",), digits=2),
        *(
            figure
            for language in languages
            for figure in of_modes(f"hit@10, {language} queries", f"hit_at_10_{language}", "more", 3)
        ),
    )


def bars(languages: Sequence[str]) -> tuple[Bar, ...]:
    """Each against the best peer in whatever mode, but for the hybrid query, which is compared with hybrid ones."""
    return (
        Bar(Figure("build", ("build_seconds",)), 1.5),
        Bar(Figure("hybrid query, p50", ("query_p50_ms_hybrid",)), 4),
        Bar(of_any_mode("cold question", "cold_seconds"), 4),
        Bar(Figure("add one article", ("add_seconds",)), 4),
        Bar(Figure("peak memory of the build", ("build_peak_mb",)), 1, above=True),
        Bar(of_any_mode("peak memory of searching", "query_peak_mb"), 1, above=True),
        Bar(Figure("index on disk", ("disk_mb",)), 1, above=True),
        *(Bar(of_any_mode(f"hit@10, {language}", f"hit_at_10_{language}", "more"), 1) for language in languages),
    )


def compared(figure: Figure, ours: Record | None, peers: Sequence[Record]) -> Compared:
    own = None if ours is None else figure.of(ours)
    others = [(value, str(peer["title"])) for peer in peers if (value := figure.of(peer)) is not None]
    if not others:
        return Compared(own, None, "", None)
    value = best([value for value, _ in others], figure.better)
    title = next(title for found, title in others if found == value)
    return Compared(own, value, title, None if own is None else ratio(own, value, figure.better))


def ratio(ours: float, peer: float, better: Better) -> float | None:
    """How many times as good ours is; None where the one that divides is zero."""
    above, below = (peer, ours) if better == "less" else (ours, peer)
    return above / below if below else None


def best(values: Sequence[float], better: Better) -> float:
    return min(values) if better == "less" else max(values)
