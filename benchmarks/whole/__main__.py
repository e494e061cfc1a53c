"""This project and stock stacks over the same articles, the same weights and the same queries, in one run.

    python -m benchmarks.whole [--articles 1000] [--peers-python PATH] [--stacks ours llama_index ...]

Writes `whole-COMMIT.json` after each stack, and prints tables with ratios. A run that was stopped goes on with the
rest. The peers live in an environment of their own:

    python3 -m venv PEERS
    PEERS/bin/pip install torch==2.13.0
    PEERS/bin/pip install -r benchmarks/peers.txt

and `--peers-python PEERS/bin/python`. What is measured, and how: docs/benchmark.md.
"""

import argparse
import contextlib
import json
import os
import platform
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.law_articles import PAIRS
from benchmarks.processes import ROOT, commit, run, say
from benchmarks.whole.measuring import Measuring, Place, Setting, last_words, run_step
from benchmarks.whole.results import Results
from benchmarks.whole.stacks.known import BY_DEFAULT, STACKS
from benchmarks.whole.table import tables
from benchmarks.whole.weights import SHA256, model_for


def main() -> None:
    options = _options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped; started again, it goes on with the rest"))
    if not (options.data / PAIRS).is_file():
        sys.exit(f"{options.data / PAIRS} is not there: name the folder with --data. Nothing was measured.")
    setting = Setting(options.articles, options.queries, tuple(options.clients), options.repeats, options.share_vectors)
    results = Results(options.out / f"whole-{commit()}.json", commit())
    with _work_folder(options.work) as work:
        print(measure(options, setting, work, results))
    say(f"written: {results.file}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=1_000)
    parser.add_argument("--queries", type=int, default=200, help="in each language; at most half as many as articles")
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 16], help="how many ask at once")
    parser.add_argument("--repeats", type=int, default=3, choices=(1, 2, 3), help="of cold questions and changes")
    parser.add_argument("--stacks", nargs="+", default=list(BY_DEFAULT), choices=STACKS, metavar="STACK", help=_known())
    parser.add_argument("--peers-python", default=sys.executable, help="the interpreter of the peers' environment")
    parser.add_argument("--limit", type=float, default=3_600, help="seconds after which a stack is given up")
    parser.add_argument(
        "--share-vectors", action="store_true", help="passages and vectors are computed once: only indexes are compared"
    )
    parser.add_argument("--again", action="store_true", help="measure also what the result file holds already")
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--out", type=Path, default=ROOT / "benchmarks" / "results")
    parser.add_argument("--work", type=Path, help="a folder that stays, for articles, weights and messages")
    return parser.parse_args()


def _known() -> str:
    return "of " + ", ".join(f"{name} ({stack.title}, {stack.runtime})" for name, stack in STACKS.items())


@contextlib.contextmanager
def _work_folder(named: Path | None) -> Iterator[Path]:
    if named is not None:
        named.mkdir(parents=True, exist_ok=True)
        yield named.resolve()
        return
    with tempfile.TemporaryDirectory(prefix="whole-") as folder:
        yield Path(folder)


def measure(options: argparse.Namespace, setting: Setting, work: Path, results: Results) -> str:
    """Every stack that is asked for and was not measured yet; the tables of the run."""
    collection = _collection(options.data, setting, work)
    queries = json.loads((collection / "collection.json").read_text(encoding="utf-8"))["queries"]
    machine = {"cores": os.cpu_count(), "system": platform.platform(), "python": platform.python_version()}
    done = results.run(setting, sorted({query["language"] for query in queries}), machine)
    for name in options.stacks:
        if name in done["stacks"] and done["stacks"][name]["finished"] and not options.again:
            say(f"{name}: measured before; --again measures it again")
            continue
        done["stacks"][name] = measure_stack(name, options, setting, work, collection)
        results.save()
    return tables(done)


def _collection(data: Path, setting: Setting, work: Path) -> Path:
    folder = work / f"articles-{setting.articles}-queries-{setting.queries}"
    if not (folder / "collection.json").is_file():
        say(f"writing {setting.articles} articles")
        words = [str(data.resolve()), str(folder), str(setting.articles), str(setting.queries)]
        log = work / "collection.log"
        try:
            run([sys.executable, "-m", "benchmarks.whole.collection", *words], log=log)
        except subprocess.CalledProcessError:
            sys.exit(f"{last_words(log)} Nothing was measured.")
    return folder


def measure_stack(
    name: str, options: argparse.Namespace, setting: Setting, work: Path, collection: Path
) -> dict[str, Any]:
    """The record of one stack. It is not `finished` where there was nothing to measure, as without its packages."""
    stack = STACKS[name]
    log = work / f"{name}.log"
    record = {
        "title": stack.title,
        "ours": stack.ours,
        "runtime": "shared vectors" if setting.shared_vectors else stack.runtime,
        "notes": list(stack.notes),
        "versions": {},
        "figures": {},
        "problems": {},
        "finished": False,
    }
    # The steps run in another folder; and the link that makes an interpreter that of an environment is kept.
    python = sys.executable if stack.ours else os.path.abspath(options.peers_python)
    try:
        _, told = run_step(python, name, "describe", (), log=log)
        if told["sha256"] != SHA256:
            return record | {"problems": {"weights": f"not the published ones: SHA-256 {told['sha256']}"}}
        own = Path(told["weights"])
        model = model_for(stack.weights, own, work / "weights")
        vectors = _shared_vectors(work, collection) if setting.shared_vectors else None
    except (OSError, subprocess.CalledProcessError) as error:
        said = last_words(log) if log.is_file() and log.stat().st_size else str(error)
        return record | {"problems": {"set up": f"{said}; see docs/benchmark.md for what it needs"}}
    loads = [os.getloadavg()[0]]
    place = Place(python, model, collection, work / f"index-{name}", log, vectors)
    measuring = Measuring(name, setting, place, options.limit)
    measuring.all_parts()
    loads.append(os.getloadavg()[0])
    return record | {
        "versions": told["versions"],
        "figures": measuring.figures,
        "problems": measuring.problems,
        "load_before_and_after": [round(load, 1) for load in loads],
        "finished": True,
    }


def _shared_vectors(work: Path, collection: Path) -> Path:
    """Computed once, in a process of its own, by this project's int8 export."""
    from benchmarks.whole.shared_vectors import is_there

    folder = collection / "vectors"
    if not is_there(folder):
        log = work / "sharing.log"
        _, told = run_step(sys.executable, "ours", "describe", (), log=log)
        model = model_for("int8", Path(told["weights"]), work / "weights")
        say("computing the vectors that are shared")
        run([sys.executable, "-m", "benchmarks.whole.sharing", model, str(collection), str(folder)], log=log)
    return folder


if __name__ == "__main__":
    main()
