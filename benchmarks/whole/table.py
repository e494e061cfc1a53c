"""What was measured, as Markdown."""

from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks.whole.figures import Figure, Record, bars, compared, figures

NOTHING = "–"


def tables(run: Mapping[str, Any]) -> str:
    """The figures with their ratios, the bars, the stacks and what could not be done, of one run of the result file."""
    records = list(run["stacks"].values())
    ours = next((record for record in records if record["ours"]), None)
    peers = [record for record in records if not record["ours"]]
    languages = run["languages"]
    rows = figures(sorted({1, *run["setting"]["clients"]}), languages)
    parts = [[f"## {run['name']}"], *([SHARED] if run["setting"]["shared_vectors"] else [])]
    parts += [_figures(rows, records, ours, peers), _bars(ours, peers, languages), _stacks(records)]
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


SHARED = [
    "Passages and vectors, those of the queries, too, were computed once by this project and given to every stack: "
    "what is compared is the index and nothing before it. No figure here is one of the whole."
]


def _figures(
    rows: Sequence[Figure], records: Sequence[Record], ours: Record | None, peers: Sequence[Record]
) -> list[str]:
    lines = [_row(["", *(str(record["title"]) for record in records), "best peer", "times as good"])]
    lines += [_row(["---", *["---:" for _ in records], "---", "---:"])]
    lines += [_row(["passages", *(str(record["figures"].get("passages", NOTHING)) for record in records), "", ""])]
    for figure in rows:
        if not any(key in record["figures"] for record in records for key in figure.keys):
            continue
        result = compared(figure, ours, peers)
        cells = [shown(figure.of(record), figure.digits) for record in records]
        lines.append(_row([figure.title, *cells, result.peer_title, shown(result.ratio, 2)]))
    return lines


def _bars(ours: Record | None, peers: Sequence[Record], languages: Sequence[str]) -> list[str]:
    if ours is None or not peers:
        return []
    lines = [
        _row(["this project beside the best peer", "wanted", "found", "met"]),
        _row(["---", "---:", "---:", "---"]),
    ]
    for bar in bars(languages):
        found = compared(bar.figure, ours, peers).ratio
        wanted = f"{'above' if bar.above else 'at least'} {bar.wanted:g}"
        met = NOTHING if found is None else "yes" if bar.is_met(found) else "no"
        lines.append(_row([bar.figure.title, wanted, shown(found, 2), met]))
    return lines


def _stacks(records: Sequence[Record]) -> list[str]:
    lines = [_row(["stack", "weights run by", "versions", "to be known"]), _row(["---", "---", "---", "---"])]
    for record in records:
        versions = ", ".join(f"{name} {version}" for name, version in record["versions"].items())
        known = [*record["notes"], *(f"**{part}: {problem}**" for part, problem in record["problems"].items())]
        known += [words for key, words in CHECKS.items() if record["figures"].get(key) is False]
        lines.append(_row([str(record["title"]), str(record["runtime"]), versions, "; ".join(known)]))
    return lines


CHECKS = {
    "added_is_found": "**an added article was not found by its own words**",
    "removed_is_gone": "**a removed article was still found**",
}


def shown(value: float | None, digits: int) -> str:
    return NOTHING if value is None else f"{value:,.{digits}f}"


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
