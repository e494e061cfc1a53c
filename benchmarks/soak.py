"""Half an hour of questions, adds and removes together, through one server: do memory and waiting stay flat?

    python -m benchmarks.soak [--minutes 30] [--articles 1000] [--users 4] [--data ../shared/data]
                              [--out benchmarks/results] [--picture docs/images/soak.svg]

An index of law articles and `seeds/` is served by `assistant chat`. Users ask one question after another through the
API. Beside them, one article after another is added, looked for, removed, and looked for again, half of them through
the server, half by `assistant index add` and `remove` in processes of their own: what was acknowledged must be found
with the next search, and what was removed must not. Every minute is a line: answers, errors, percentiles, the memory of
the server, its threads and open files. At the end, what minutes tell of a trend: the first third beside the last one,
and the slope an hour (Theil-Sen, with its 95 % interval). Writes `soak-COMMIT.json`.
"""

import argparse
import asyncio
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import cycle
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.index_scale import ASSISTANT
from benchmarks.law_articles import PAIRS, keep_back, write_articles
from benchmarks.processes import MEGABYTE, ROOT, commit, say
from benchmarks.server_load import Connection, Tally, endless, open_questions, served, status_of, user

KEPT_BACK = 40
"""So many articles are not in the index at first: they come and go."""

BOUNDARY = "soak-articles-boundary"


@dataclass(frozen=True, slots=True)
class Minute:
    """Seconds since the start, and what happened in the minute before: percentiles in seconds, memory in MB. Only
    `errors` are all since the start."""

    at: float
    answers: int
    changes: int
    errors: int
    p50: float
    p95: float
    change_p50: float
    memory_mb: float
    threads: int
    open_files: int


@dataclass(slots=True)
class Counts:
    """What the changes of the articles met with. `wrong` are searches that contradict what was acknowledged before."""

    added: int = 0
    removed: int = 0
    wrong: int = 0


def main() -> None:
    options = _options()
    if not (options.data / PAIRS).is_file():
        sys.exit(f"{options.data / PAIRS} is not there: name the folder with --data. Nothing was measured.")
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        work = Path(folder)
        later = write(work, options.data, options.articles)
        with served(work, articles=[ROOT / "seeds", work / "articles"]) as (process, port):
            result = asyncio.run(soak(options, process.pid, port, work / "index", later))
    options.out.mkdir(parents=True, exist_ok=True)
    file = options.out / f"soak-{commit()}.json"
    file.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    say(f"written: {file}")
    if options.picture:
        draw([Minute(**minute) for minute in result["minutes"]], options.picture)
    print("\n".join(table(result)))


def write(work: Path, data: Path, articles: int) -> list[Path]:
    """Writes the articles below `work`; returns those that are kept back."""
    write_articles(data, work / "articles", articles + KEPT_BACK, 1)
    return keep_back(work / "articles", work / "later", KEPT_BACK)


async def soak(options: argparse.Namespace, pid: int, port: int, index: Path, later: Sequence[Path]) -> dict[str, Any]:
    """The whole load, for so many minutes; prints a line for each."""
    asked, changed, counts = Tally(), Tally(), Counts()
    began, seconds = time.monotonic(), 60 * options.minutes
    questions = endless(open_questions())
    minutes: list[Minute] = []

    async def tell() -> None:
        for number in range(1, options.minutes + 1):
            await asyncio.sleep(max(0.0, began + 60 * number - time.monotonic()))
            minutes.append(minute(time.monotonic() - began, asked, changed, pid))
            say(str(minutes[-1]))

    async with asyncio.TaskGroup() as tasks:  # one that fails ends the others
        for _ in range(options.users):
            tasks.create_task(user(port, questions, asked, seconds))
        tasks.create_task(changes(port, index, later, changed, counts, seconds))
        tasks.create_task(tell())
    return {
        "commit": commit(),
        "cores": os.cpu_count(),
        "articles": options.articles,
        "users": options.users,
        "answers": sum(each.answers for each in minutes),
        "added": counts.added,
        "removed": counts.removed,
        "wrong": counts.wrong,
        "errors": dict(asked.errors + changed.errors),
        "trends": {
            "p95 of answers, s": trend(minutes, "p95"),
            "p50 of answers, s": trend(minutes, "p50"),
            "p50 of adding or removing, s": trend(minutes, "change_p50"),
            "memory, MB": trend(minutes, "memory_mb"),
            "open files": trend(minutes, "open_files"),
        },
        "minutes": [asdict(each) for each in minutes],
    }


def minute(at: float, asked: Tally, changed: Tally, pid: int) -> Minute:
    """What the tallies hold, which are emptied for the next minute but for their errors."""
    status = status_of(pid)
    told = Minute(
        at=round(at, 1),
        answers=len(asked.seconds),
        changes=len(changed.seconds),
        errors=sum(asked.errors.values()) + sum(changed.errors.values()),
        p50=round(asked.percentile(0.5), 3),
        p95=round(asked.percentile(0.95), 3),
        change_p50=round(changed.percentile(0.5), 3),
        memory_mb=round(int(status["VmRSS"].split()[0]) * 1024 / MEGABYTE, 1),
        threads=int(status["Threads"]),
        open_files=len(os.listdir(f"/proc/{pid}/fd")),
    )
    asked.seconds.clear()
    changed.seconds.clear()
    return told


async def changes(port: int, index: Path, later: Sequence[Path], tally: Tally, counts: Counts, seconds: float) -> None:
    """Adds and removes one article after another, and looks each time whether searches say so at once."""
    until = time.monotonic() + seconds
    for number, path in enumerate(cycle(later)):
        if time.monotonic() >= until:
            return
        through_server = number % 2 == 0
        text = path.read_text("utf-8")
        query = max(text.split("\n\n"), key=len)[:200]
        for verb in ("add", "remove"):
            began = time.perf_counter()
            try:
                await (_by_server(port, verb, path) if through_server else _by_command(index, verb, path))
            except (OSError, EOFError, ValueError) as error:
                tally.errors[f"{verb}: {error}"] += 1
                continue
            tally.seconds.append(time.perf_counter() - began)
            if verb == "add":
                counts.added += 1
            else:
                counts.removed += 1
            if (path.name in await found(port, query)) != (verb == "add"):
                counts.wrong += 1


async def _by_server(port: int, verb: str, path: Path) -> None:
    async with Connection.to(port) as connection:
        if verb == "add":
            body = (
                (
                    f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{path.name}"\r\n'
                    "Content-Type: text/plain\r\n\r\n"
                ).encode()
                + path.read_bytes()
                + f"\r\n--{BOUNDARY}--\r\n".encode()
            )
            kind = f"multipart/form-data; boundary={BOUNDARY}"
            connection.send(f"POST /api/v1/articles HTTP/1.1\r\nContent-Type: {kind}\r\nConnection: close", body)
        else:
            connection.send(f"DELETE /api/v1/articles/{path.name} HTTP/1.1\r\nConnection: close")
        status, answer = await connection.response()
    if status not in (200, 201):
        raise ValueError(f"status {status} {answer[:200]!r}")


async def _by_command(index: Path, verb: str, path: Path) -> None:
    given = str(path) if verb == "add" else path.name
    process = await asyncio.create_subprocess_exec(
        *ASSISTANT,
        "index",
        verb,
        "--index",
        str(index),
        given,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    _, said = await process.communicate()
    if process.returncode:
        raise ValueError(f"status {process.returncode} {said[-200:]!r}")


async def found(port: int, query: str) -> set[str]:
    """The files of the articles among the first ten passages."""
    async with Connection.to(port) as connection:
        kind = "Content-Type: application/json\r\nConnection: close"
        connection.send(f"POST /api/v1/search HTTP/1.1\r\n{kind}", json.dumps({"query": query, "k": 10}).encode())
        status, body = await connection.response()
    if status != 200:
        raise ValueError(f"status {status}")
    return {hit["article"] for hit in json.loads(body)["hits"]}


def trend(minutes: Sequence[Minute], name: str) -> dict[str, float]:
    """The median of the first and of the last third of the minutes, and the slope an hour with its 95 % interval. The
    first two minutes, in which models and caches are filled, are left out where there are ten or more."""
    from scipy.stats import theilslopes

    kept = [each for each in minutes[2 if len(minutes) >= 10 else 0 :] if not math.isnan(getattr(each, name))]
    values = [float(getattr(each, name)) for each in kept]
    third = max(1, len(values) // 3)
    told = {"first_third": round(median(values[:third]), 3), "last_third": round(median(values[-third:]), 3)}
    if len(values) < 3:
        return told
    slope, _, low, high = map(float, theilslopes(values, [each.at / 3600 for each in kept]))
    return told | {"slope_an_hour": round(slope, 3), "low": round(low, 3), "high": round(high, 3)}


def table(result: dict[str, Any]) -> list[str]:
    """The trends as lines of a Markdown table, after a line of counts."""
    counted = ", ".join(f"{result[name]} {name}" for name in ("answers", "added", "removed", "wrong"))
    rows = [
        f"| {name} | {each['first_third']} | {each['last_third']} | "
        + (f"{each['slope_an_hour']} ({each['low']} to {each['high']})" if "slope_an_hour" in each else "")
        + " |"
        for name, each in result["trends"].items()
    ]
    return [
        f"{counted}; errors {result['errors']}",
        "",
        "| each minute | first third | last third | slope an hour (95 %) |",
        "|---|---|---|---|",
        *rows,
    ]


def draw(minutes: Sequence[Minute], out: Path) -> None:
    """Memory, and the waiting for answers, by minute, as SVG or PNG by the name of `out`."""
    import matplotlib

    matplotlib.use("Agg")
    matplotlib.rcParams["svg.hashsalt"] = "fixed"  # the same curve gives the same file
    from matplotlib import pyplot

    at = [each.at / 60 for each in minutes]
    figure, (above, below) = pyplot.subplots(2, 1, figsize=(7, 4.6), layout="constrained", sharex=True)
    above.plot(at, [each.p95 for each in minutes], color="#b4561b", label="p95")
    above.plot(at, [each.p50 for each in minutes], color="#1f5fa8", label="p50")
    above.set_ylabel("to the whole answer, s")
    above.set_ylim(bottom=0)
    above.legend()
    below.plot(at, [each.memory_mb for each in minutes], color="#1f5fa8")
    below.set_ylabel("memory of the server, MB")
    below.set_ylim(bottom=0)
    below.set_xlabel("minutes")
    for axes in (above, below):
        axes.grid(alpha=0.3)
    out.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(out, metadata={"Date": None} if out.suffix == ".svg" else None)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=int, default=30)
    parser.add_argument("--articles", type=int, default=1_000)
    parser.add_argument("--users", type=int, default=4)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--out", type=Path, default=ROOT / "benchmarks" / "results")
    parser.add_argument("--picture", type=Path, default=None, help="an SVG or PNG file to draw")
    return parser.parse_args()


if __name__ == "__main__":
    main()
