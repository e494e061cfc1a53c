"""An index of ten thousand articles: how long it takes to build, to open, to search and to change, and what it needs.

    python -m benchmarks.index_scale [--articles 10000] [--embedder default] [--data ../shared/data]
                                     [--out benchmarks/results]

The articles are made of `parallel/laws.en-fr.tsv.gz` (French side) and indexed by the program itself, each measured
step in a process of its own. 135000 articles are a million passages: most of them are composed then, see
`benchmarks.law_articles`, and `--embedder fast` embeds them in minutes. What vectors find is compared with exact
search over all vectors, also with a filter. Where `llama-index-vector-stores-faiss` is installed (for this benchmark
only), the same passages with the same vectors go into a stock LlamaIndex index, too. Writes
`index_scale-COMMIT-ARTICLES.json`.
"""

import argparse
import importlib.util
import json
import os
import platform
import statistics
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.law_articles import PAIRS, keep_back, write_articles
from benchmarks.processes import MEGABYTE, ROOT, Process, commit, run, say

CHANGED_ARTICLES = 20
"""So many articles are kept out of the build, then added and removed one by one."""

REPEATS = 3
ASSISTANT = [sys.executable, "-c", "from assistant.cli.app import main; main()"]


def main() -> None:
    options = _options()
    os.environ["ASSISTANT_EMBEDDER"] = options.embedder  # for the processes of all steps
    if not (options.data / PAIRS).is_file():
        sys.exit(f"{options.data / PAIRS} is not there: name the folder with --data. Nothing was measured.")
    with tempfile.TemporaryDirectory(prefix="index-scale-", dir=options.work) as work:
        result = measure(Path(work), options.data, options.articles, options.k, options.queries)
    options.out.mkdir(parents=True, exist_ok=True)
    file = options.out / f"index_scale-{commit()}-{options.articles}.json"
    file.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    say(f"written: {file}")
    print("\n".join(table(result)))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--embedder", default="default")
    parser.add_argument("--queries", type=int, default=300, help="in each language")
    parser.add_argument("--k", type=int, default=10, help="results a query")
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--out", type=Path, default=ROOT / "benchmarks" / "results")
    parser.add_argument("--work", type=Path, default=None, help="where the temporary folder goes")
    return parser.parse_args()


def measure(work: Path, data: Path, articles: int, k: int, queries: int) -> dict[str, Any]:
    """Everything, in the order in which an owner meets it. `work` is an empty folder."""
    loads = [os.getloadavg()[0]]
    say(f"writing {articles} articles")
    made = write_articles(data, work / "articles", articles + CHANGED_ARTICLES, queries)
    queries_file = work / "queries.json"
    queries_file.write_text(json.dumps(asdict(made) | {"k": k}), encoding="utf-8")
    later = work / "later"
    first = min(keep_back(work / "articles", later, CHANGED_ARTICLES))
    index = work / "index"

    say("building")
    built = assistant("index", "build", "--index", index, work / "articles")
    status = json.loads(assistant("index", "status", "--json", "--index", index).output)
    assert status["articles"] == articles, status
    say("building again, nothing changed")
    rebuilt = assistant("index", "build", "--index", index, work / "articles")
    assert f" 0 added, 0 replaced, {articles} unchanged" in rebuilt.output, rebuilt.output

    say("opening and searching")
    openings = [step("open", index, queries_file) for _ in range(REPEATS)]
    searched = step("search", index, queries_file)
    say("comparing with exact search")
    compared = step("recall", index, queries_file)
    asked = [assistant("ask", "--index", index, made.english[0]) for _ in range(REPEATS)]

    say("adding and removing")
    added = assistant("index", "add", "--index", index, first)
    removed = assistant("index", "remove", "--index", index, first.name)
    adding = step("add", index, later)
    removing = step("remove", index, later)
    say("verifying")
    verified = assistant("index", "verify", "--index", index)

    say("stages of a build, over a part of the articles")
    sample = min((work / "articles").iterdir())
    stages = json.loads(step("stages", work / "stages", sample).output)
    total = sum(stages.values())
    loads.append(os.getloadavg()[0])
    return {
        "commit": commit(),
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "load_before_and_after": [round(load, 1) for load in loads],
        "embedder": status["embedder"],
        "articles": articles,
        "passages": status["passages"],
        "index_mb": round(status["bytes"] / MEGABYTE, 1),
        "build": {
            "seconds": round(built.seconds, 1),
            "processor_seconds": round(built.processor_seconds, 1),
            "passages_a_second": round(status["passages"] / built.seconds),
            "peak_mb": round(built.peak_mb),
            "again_unchanged_seconds": round(rebuilt.seconds, 1),
        },
        "build_stages_share": {name: round(seconds / total, 3) for name, seconds in stages.items()},
        "open": {
            "process_seconds": median(process.seconds for process in openings),
            "processor_seconds": median(process.processor_seconds for process in openings),
            **{
                f"{part}_seconds": median(json.loads(process.output)[part] for process in openings)
                for part in ("import", "open", "first_search")
            },
            "peak_mb": round(openings[0].peak_mb),
        },
        "search_ms": json.loads(searched.output),
        "search_peak_mb": round(searched.peak_mb),
        "recall": json.loads(compared.output),
        "ask_process_seconds": median(process.seconds for process in asked),
        "ask_processor_seconds": median(process.processor_seconds for process in asked),
        "add_one": {
            "process_seconds": round(added.seconds, 2),
            "processor_seconds": round(added.processor_seconds, 2),
            "in_open_writer": json.loads(adding.output),
        },
        "remove_one": {
            "process_seconds": round(removed.seconds, 2),
            "processor_seconds": round(removed.processor_seconds, 2),
            "in_open_writer": json.loads(removing.output),
        },
        "verify_seconds": round(verified.seconds, 1),
        "stock": measure_stock(index, work / "stock"),
    }


def measure_stock(index: Path, folder: Path) -> dict[str, float] | None:
    """The stock index over the same passages; None where its package is not installed."""
    if not _stock_is_installed():
        say("llama-index-vector-stores-faiss is not installed: no comparison")
        return None
    say("the stock index: building, opening, adding")

    def stock(name: str) -> Process:
        return run([sys.executable, "-m", "benchmarks.stock_index", name, str(index), str(folder)])

    built, opened, added = stock("build"), stock("open"), stock("add")
    return {
        "build_without_embedding_seconds": round(json.loads(built.output)["build"], 1),
        "bytes_mb": round(sum(file.stat().st_size for file in folder.iterdir()) / MEGABYTE, 1),
        "open_process_seconds": round(opened.seconds, 2),
        "open_processor_seconds": round(opened.processor_seconds, 2),
        "open_peak_mb": round(opened.peak_mb),
        "add_one_process_seconds": round(added.seconds, 2),
        "add_one_processor_seconds": round(added.processor_seconds, 2),
    }


def _stock_is_installed() -> bool:
    try:
        return importlib.util.find_spec("llama_index.vector_stores.faiss") is not None
    except ModuleNotFoundError:  # not even the package above it is there
        return False


def assistant(*words: str | Path) -> Process:
    return run([*ASSISTANT, *map(str, words)])


def step(name: str, index: Path, given: Path) -> Process:
    return run([sys.executable, "-m", "benchmarks.index_scale_steps", name, str(index), str(given)])


def median(values: Any) -> float:
    return round(float(statistics.median(values)), 3)


def table(result: dict[str, Any]) -> list[str]:
    """The result as lines of a Markdown table."""
    build, opened, search = result["build"], result["open"], result["search_ms"]
    add, remove, stock = result["add_one"], result["remove_one"], result["stock"]
    shares = ", ".join(f"{name} {share:.0%}" for name, share in result["build_stages_share"].items())
    rows = [
        ("articles / passages", f"{result['articles']} / {result['passages']}"),
        ("build", f"{build['seconds']} s ({build['processor_seconds']} s of processor), peak {build['peak_mb']} MB"),
        ("build, passages a second", str(build["passages_a_second"])),
        ("build again, nothing changed", f"{build['again_unchanged_seconds']} s"),
        ("stages of a build", shares),
        ("index on disk", f"{result['index_mb']} MB"),
        (
            "open and first search, fresh process",
            f"{opened['process_seconds']} s (open {opened['open_seconds']}, search {opened['first_search_seconds']})",
        ),
        *(
            (f"search, {kind}", f"p50 {found['p50']} ms, p95 {found['p95']} ms, first {found['first']} ms")
            for kind, found in search.items()
        ),
        *((f"recall@10 against exact search, {kind}", str(found)) for kind, found in result["recall"].items()),
        ("memory of a searching process", f"{result['search_peak_mb']} MB"),
        ("ask, whole process", f"{result['ask_process_seconds']} s ({result['ask_processor_seconds']} s of processor)"),
        *(
            (
                f"{name} one",
                f"{one['process_seconds']} s as a process, {one['in_open_writer']['each_ms']['p50']} ms open",
            )
            for name, one in (("add", add), ("remove", remove))
        ),
        ("verify", f"{result['verify_seconds']} s"),
        ("load before / after", " / ".join(map(str, result["load_before_and_after"]))),
    ]
    if stock:
        rows += [
            ("stock: open, process", f"{stock['open_process_seconds']} s, {stock['open_peak_mb']} MB"),
            ("stock: add one, process", f"{stock['add_one_process_seconds']} s"),
            ("stock add / ours", f"{stock['add_one_processor_seconds'] / add['processor_seconds']:.1f} (processor)"),
            ("stock open / ours", f"{stock['open_processor_seconds'] / opened['processor_seconds']:.1f} (processor)"),
        ]
    return ["| what | measured |", "|---|---|", *(f"| {name} | {value} |" for name, value in rows)]


if __name__ == "__main__":
    main()
