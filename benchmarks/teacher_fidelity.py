"""How near a model's vectors are to those of its teacher, on held-out parallel texts.

    python -m benchmarks.teacher_fidelity --embedder default --embedder FOLDER

For each model the mean cosine to the teacher's vector of the English text: of English sentences, of English passages of
about 700 characters joined of law texts, and of the other language's sentences; and the share of sentences whose own
translation is the nearest among all of its source, both ways. Looks at no question set, so that a model may be chosen
by it.
"""

import argparse
import random
import sys
from pathlib import Path
from statistics import fmean

import numpy as np
from numpy.typing import NDArray

from index.embedders import load_embedder
from index.training.pairs import SOURCES, Pair, is_held_out, read
from index.training.teacher import teacher_folder
from index.types import Embedder

SHORTEST = 20
PASSAGE = 650
"""Characters."""


def held_out(data: Path, count: int) -> dict[str, list[Pair]]:
    """Source -> at most `count` of its held-out pairs, no English text twice."""
    chosen = {}
    for source in SOURCES:
        pairs = [pair for pair in read(data, source) if is_held_out(pair.english, source.held_out_one_in)]
        random.Random(5).shuffle(pairs)
        distinct = {pair.english: pair for pair in pairs if len(pair.english) >= SHORTEST}
        chosen[source.name] = list(distinct.values())[:count]
    return chosen


def english_passages(data: Path, count: int) -> list[str]:
    """Law texts in English, joined in the order in which they stand."""
    passages: list[str] = []
    joined = ""
    for pair in read(data, SOURCES[0]):
        if is_held_out(pair.english, SOURCES[0].held_out_one_in):
            joined = f"{joined} {pair.english}".strip()
            if len(joined) > PASSAGE:
                passages.append(joined)
                joined = ""
    return random.Random(5).sample(passages, min(count, len(passages)))


def cosine(first: NDArray[np.float32], second: NDArray[np.float32]) -> float:
    return float((first * second).sum(axis=1).mean())


def translations_found(first: NDArray[np.float32], second: NDArray[np.float32]) -> float:
    """The share of rows whose nearest row on the other side is the one at the same place, both ways."""
    likeness = first @ second.T
    own = np.arange(len(first))
    return float(((likeness.argmax(axis=1) == own).mean() + (likeness.argmax(axis=0) == own).mean()) / 2)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/parallel"))
    parser.add_argument("--embedder", action="append", required=True, help="a name or a folder; may be repeated")
    parser.add_argument("--pairs", type=int, default=250, help="of each source")
    parser.add_argument("--passages", type=int, default=300)
    arguments = parser.parse_args()
    if not arguments.data.is_dir():
        sys.stderr.write(f"Skipped: there is no folder {arguments.data}.\n")
        return 0
    pairs = held_out(arguments.data, arguments.pairs)
    passages = english_passages(arguments.data, arguments.passages)
    teacher = load_embedder(str(teacher_folder()))
    taught = {name: teacher.embed_passages([pair.english for pair in held]) for name, held in pairs.items()}
    taught_passages = teacher.embed_passages(passages)
    sys.stdout.write("| model | English sentences | English passages | other languages | translations found |\n")
    sys.stdout.write("|---|---|---|---|---|\n")
    for name in arguments.embedder:
        sys.stdout.write(f"| {name} | {row(load_embedder(name), pairs, passages, taught, taught_passages)} |\n")
        sys.stdout.flush()
    return 0


def row(
    model: Embedder,
    pairs: dict[str, list[Pair]],
    passages: list[str],
    taught: dict[str, NDArray[np.float32]],
    taught_passages: NDArray[np.float32],
) -> str:
    english, other, found = [], [], []
    for name, held in pairs.items():
        own = model.embed_passages([pair.english for pair in held])
        translated = model.embed_passages([pair.other for pair in held])
        english.append(cosine(own, taught[name]))
        other.append(cosine(translated, taught[name]))
        found.append(translations_found(own, translated))
    long = cosine(model.embed_passages(passages), taught_passages)
    return f"{fmean(english):.4f} | {long:.4f} | {fmean(other):.4f} | {fmean(found):.3f}"


if __name__ == "__main__":
    raise SystemExit(main())
