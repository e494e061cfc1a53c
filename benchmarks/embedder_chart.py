"""Quality against speed of several models, measured in one run, as a table and a picture.

    python -m benchmarks.embedder_chart --model fast --model "6 layers, int8=index/embedders/weights/multilingual"

A model is `LABEL=NAME`, or a name alone, which is then its label. Quality is hit@1 by vectors alone on XQuAD: English
questions over English, and over Spanish and German paragraphs (2 x 1,190 questions). Speed is passages of about 800
characters a second with all cores, the median of several blocks that the models take in turns.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean, median
from typing import NamedTuple

from benchmarks.embedder_quality import distractors, evaluate, xquad_tasks
from index.embedders import load_embedder
from index.training.pairs import SOURCES, is_held_out, read
from index.training.teacher import teacher_folder
from index.types import Embedder


class Measured(NamedTuple):
    """`english` and `across` are shares of questions, `speed` is passages a second."""

    label: str
    english: float
    across: float
    speed: float


def measure(models: Sequence[tuple[str, Embedder]], data: Path, passages: int, rounds: int) -> list[Measured]:
    laws = [
        pair
        for pair in read(data / "data" / "parallel", SOURCES[0])
        if is_held_out(pair.english, SOURCES[0].held_out_one_in)
    ]
    texts = distractors(laws, count=passages * rounds, length=800)
    speeds: dict[str, list[float]] = {label: [] for label, _ in models}
    for number in range(rounds):
        block = texts[number * passages : (number + 1) * passages]
        for label, embedder in models:
            embedder.embed_queries(["warm"])
            started = time.perf_counter()
            embedder.embed_passages(block)
            speeds[label].append(len(block) / (time.perf_counter() - started))
    tasks = [task for task in xquad_tasks(data / "data" / "xquad", []) if task.name.startswith("XQuAD: en-")]
    measured = []
    for label, embedder in models:
        scores = {name: found.hit_at_1 for name, found in evaluate(embedder, tasks).items()}
        across = fmean([scores["XQuAD: en-es"], scores["XQuAD: en-de"]])
        measured.append(Measured(label, scores["XQuAD: en-en"], across, median(speeds[label])))
        sys.stderr.write(f"{label}: done\n")
    return measured


def draw(measured: Sequence[Measured], out: Path) -> None:
    """Speed to the right, on a logarithmic scale; quality upwards."""
    import matplotlib

    matplotlib.use("Agg")
    matplotlib.rcParams["svg.hashsalt"] = "fixed"  # the same figures give the same file
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(7, 4), layout="constrained")
    for one in measured:
        axes.scatter(one.speed, one.across, color="#1f5fa8")
        axes.annotate(one.label, (one.speed, one.across), xytext=(5, 4), textcoords="offset points", fontsize=8)
    axes.set_xscale("log")
    axes.set_xlabel("passages of 800 characters a second")
    axes.set_ylabel("hit@1, English over Spanish and German")
    axes.grid(alpha=0.3)
    axes.margins(x=0.2)
    figure.savefig(out, metadata={"Date": None} if out.suffix == ".svg" else None)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared"), help="the folder with data/")
    parser.add_argument("--model", action="append", required=True, help='LABEL=NAME, or a name; "teacher" is one')
    parser.add_argument("--passages", type=int, default=60, help="in a block")
    parser.add_argument("--rounds", type=int, default=5, help="blocks for each model")
    parser.add_argument("--out", type=Path, help="an SVG or PNG file")
    arguments = parser.parse_args()
    if not (arguments.data / "data" / "xquad").is_dir():
        sys.stderr.write(f"Skipped: there is no folder {arguments.data / 'data' / 'xquad'}.\n")
        return 0
    models = []
    for given in arguments.model:
        label, _, name = given.rpartition("=")
        models.append((label or name, load_embedder(str(teacher_folder()) if name == "teacher" else name)))
    measured = measure(models, arguments.data, arguments.passages, arguments.rounds)
    sys.stdout.write("| model | en-en | en-es, en-de | passages/s |\n|---|---|---|---|\n")
    for one in measured:
        sys.stdout.write(f"| {one.label} | {one.english:.3f} | {one.across:.3f} | {one.speed:,.0f} |\n")
    if arguments.out:
        draw(measured, arguments.out)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
