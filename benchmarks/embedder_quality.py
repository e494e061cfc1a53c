"""How well an embedder finds what belongs together, within and across languages; vectors alone.

    python -m benchmarks.embedder_quality --data ../shared --embedder static --embedder teacher

Prints a Markdown table, one column an embedder. Nothing here was trained on: the pairs are held out by the content of
their texts (`index.training.pairs`), XQuAD and the questions over the starter article are for evaluation only.
"""

import argparse
import glob
import json
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.embedders import load_embedder
from index.sentences import sentences
from index.training.pairs import Pair, split
from index.training.teacher import teacher_folder
from index.types import Embedder

QUESTIONS = Path(__file__).parent.parent / "eval" / "sets" / "embedder_dev.jsonl"
XQUAD_DIRECTIONS = ("en-en", "en-es", "en-de", "es-es", "de-de", "es-en", "de-en")


@dataclass(frozen=True, slots=True)
class Task:
    """Questions, the texts to search, and for each question the places of the texts that answer it."""

    name: str
    questions: Sequence[str]
    texts: Sequence[str]
    gold: Sequence[frozenset[int]]


@dataclass(frozen=True, slots=True)
class Score:
    """Shares of the questions with a right text first, and among the first five; mean nDCG at ten."""

    hit_at_1: float
    hit_at_5: float
    ndcg_at_10: float

    def __str__(self) -> str:
        return f"{self.hit_at_1:.3f} / {self.hit_at_5:.3f} / {self.ndcg_at_10:.3f}"


def score(similarities: NDArray[np.float32], gold: Sequence[frozenset[int]]) -> Score:
    """From similarities of shape (questions, texts). Gain is 1 for a right text (Järvelin and Kekäläinen 2002)."""
    depth = min(10, similarities.shape[1])
    first, five, gains = 0, 0, 0.0
    for row, right in zip(similarities, gold, strict=True):
        ranked = np.argsort(-row, kind="stable")[:depth]
        found = np.array([int(place) in right for place in ranked])
        discounts = 1.0 / np.log2(np.arange(depth) + 2)
        first += bool(found[0])
        five += bool(found[:5].any())
        gains += float((found * discounts).sum() / discounts[: min(depth, len(right))].sum())
    return Score(first / len(gold), five / len(gold), gains / len(gold))


def pair_tasks(held_out: Sequence[Pair], pool: int, queries: int) -> Iterator[Task]:
    """Find a text's translation among `pool`, both ways, for every source."""
    for source in ("laws", "tatoeba-fr", "tatoeba-es", "tatoeba-de"):
        pairs = [pair for pair in held_out if pair.source == source][:pool]
        step = max(1, len(pairs) // queries)
        asked = list(range(0, len(pairs), step))[:queries]
        english, other = [pair.english for pair in pairs], [pair.other for pair in pairs]
        gold = [frozenset({place}) for place in asked]
        language = pairs[0].language
        yield Task(f"{source}: en-{language}", [english[place] for place in asked], other, gold)
        yield Task(f"{source}: {language}-en", [other[place] for place in asked], english, gold)


def distractors(held_out: Sequence[Pair], count: int = 400, length: int = 600) -> list[str]:
    """French paragraphs of about `length` characters, joined from held-out law texts."""
    paragraphs = [""]
    for pair in held_out:
        if pair.source == "laws":
            if len(paragraphs[-1]) > length:
                paragraphs.append("")
            paragraphs[-1] += " " + pair.other
    return [paragraph.strip() for paragraph in paragraphs[:count]]


def xquad_tasks(folder: Path, french: Sequence[str]) -> Iterator[Task]:
    """Find the paragraph that a question was asked about, among the 240 of its language and French ones."""
    loaded = {language: _xquad(folder / f"xquad.{language}.json") for language in ("en", "es", "de")}
    for direction in XQUAD_DIRECTIONS:
        asked, searched = direction.split("-")
        questions = [(question, place) for question, place in loaded[asked][1]]
        yield Task(
            f"XQuAD: {direction}",
            [question for question, _ in questions],
            [*loaded[searched][0], *french],
            [frozenset({place}) for _, place in questions],
        )


def _xquad(file: Path) -> tuple[list[str], list[tuple[str, int]]]:
    paragraphs: list[str] = []
    questions = []
    for article in json.loads(file.read_text("utf-8"))["data"]:
        for paragraph in article["paragraphs"]:
            questions += [(answered["question"], len(paragraphs)) for answered in paragraph["qas"]]
            paragraphs.append(paragraph["context"])
    return paragraphs, questions


def article_tasks(article: str) -> Iterator[Task]:
    """Find the sentence of the starter article that answers; the gold is given by character positions."""
    spans = sentences(article)
    rows = [json.loads(line) for line in QUESTIONS.read_text("utf-8").splitlines()]
    for language in ("en", "fr"):
        for half in ("tune", "held-out"):
            chosen = [row for row in rows if row["language"] == language and row["half"] == half]
            gold = [
                frozenset(
                    place
                    for place, span in enumerate(spans)
                    if any(
                        min(span.end, end) - max(span.start, start) > (end - start) / 2 for start, end in row["gold"]
                    )
                )
                for row in chosen
            ]
            texts = [article[span.start : span.end] for span in spans]
            yield Task(f"article sentences: {language}-fr, {half}", [row["question"] for row in chosen], texts, gold)


def tasks(data: Path, pool: int, queries: int) -> Iterator[Task]:
    """All tasks whose data are there."""
    articles = sorted(glob.glob(str(data / "seeds" / "*.txt")))
    if articles:
        yield from article_tasks(Path(articles[0]).read_text("utf-8"))
    held_out = split(data / "data" / "parallel").held_out
    yield from xquad_tasks(data / "data" / "xquad", distractors(held_out))
    yield from pair_tasks(held_out, pool, queries)


def evaluate(embedder: Embedder, todo: Sequence[Task]) -> dict[str, Score]:
    """The scores by task; texts that several tasks share are embedded once."""
    known: dict[int, NDArray[np.float32]] = {}
    scores = {}
    for task in todo:
        identity = hash(tuple(task.texts))
        if identity not in known:
            known[identity] = embedder.embed_passages(task.texts)
        scores[task.name] = score(embedder.embed_queries(task.questions) @ known[identity].T, task.gold)
    return scores


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared"), help="the folder with data/ and seeds/")
    parser.add_argument("--embedder", action="append", help='a name, a folder, or "teacher"; may be repeated')
    parser.add_argument("--pool", type=int, default=10_000, help="texts to search for a translation")
    parser.add_argument("--queries", type=int, default=1_000, help="questions for each direction")
    parser.add_argument("--only", default="", help="only the tasks whose names contain this")
    arguments = parser.parse_args()
    if not (arguments.data / "data" / "parallel").is_dir():
        sys.stderr.write(f"Skipped: there is no folder {arguments.data / 'data' / 'parallel'}.\n")
        return 0
    found = tasks(arguments.data, arguments.pool, arguments.queries)
    todo = [task for task in found if arguments.only in task.name]
    columns = {}
    for name in arguments.embedder or ["static"]:
        started = time.monotonic()
        embedder = load_embedder(str(teacher_folder()) if name == "teacher" else name)
        columns[name] = evaluate(embedder, todo)
        sys.stderr.write(f"{name}: {embedder.fingerprint}, {time.monotonic() - started:.0f} s\n")
    sys.stdout.write("hit@1 / hit@5 / nDCG@10\n\n")
    sys.stdout.write("| task | questions | texts |" + "".join(f" {name} |" for name in columns) + "\n")
    sys.stdout.write("|---" * (3 + len(columns)) + "|\n")
    for task in todo:
        cells = "".join(f" {scores[task.name]} |" for scores in columns.values())
        sys.stdout.write(f"| {task.name} | {len(task.questions)} | {len(task.texts)} |{cells}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
