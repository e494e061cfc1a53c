"""Ten thousand questions in one evaluation: memory while they are asked and while the report is made, and the speed.

    python -m benchmarks.eval_scale [--questions 10000] [--articles 200] [--pipeline] [--out benchmarks/results]

Two parts, each in a process of its own. Without `--pipeline` a search alone answers, over articles made here, so that
what is measured is the evaluation: journal, scores, intervals, report. With it the whole assistant answers, as users
get it. Memory is the process's peak (10**6 bytes), for a tenth of the questions and for all: what grows with the
questions is their difference. Writes `eval_scale-COMMIT.json`.
"""

import argparse
import json
import multiprocessing
import platform
import random
import resource
import sys
import tempfile
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import cast

from assistant.answering import Assistant
from assistant.settings import Settings, load_settings
from assistant.wiring import open_assistant
from benchmarks.processes import commit
from benchmarks.search_only import SearchOnly
from eval.cases import Case, GoldSpan, TestSet, Turn
from eval.evaluation import index_articles, run_set
from eval.report.files import METRICS, REPORT, TABLE
from eval.runs.journal import QUESTIONS
from index.types import Article

MEGABYTE = 1_000_000
SUBJECTS = "The council|A carpenter|The school|Our library|The old mill|A doctor|The harbour|The orchestra".split("|")
VERBS = "opened|sold|repaired|painted|moved|closed|measured|lent".split("|")
THINGS = "the bridge|a lighthouse|forty chairs|the archive|two boats|a garden|the market hall|nine windows".split("|")
PLACES = "Ashby|Marlow|Kelso|Hythe|Stowe|Tring|Wells|Yarm".split("|")


@dataclass(frozen=True, slots=True)
class Result:
    """Of one process: seconds and questions a second for asking, and for scoring and reporting; its peak memory and
    the sizes of what it wrote, in MB."""

    questions: int
    asking_seconds: float
    questions_a_second: float
    writing_seconds: float
    peak_mb: float
    sizes_mb: dict[str, float]


def made_set(questions: int, articles: int) -> TestSet:
    """Articles of sentences that each tell a thing apart from all others, and a question on one of them after another;
    every tenth asks for what no article tells."""
    chance = random.Random(7)
    texts: list[list[str]] = []
    asked: list[tuple[str, str, str]] = []
    for number in range(articles):
        sentences = []
        for place in range(24):
            subject, verb, thing, town = (chance.choice(words) for words in (SUBJECTS, VERBS, THINGS, PLACES))
            year = 1800 + (24 * number + place) % 220
            sentences.append(f"{subject} {verb} {thing} in {town} in {year}, as file {24 * number + place} says.")
            asked.append((f"who {verb} {thing} in {town} in {year}?", f"made/{number}", sentences[-1]))
        texts.append(sentences)
    cases = []
    for number in range(questions):
        question, article, sentence = asked[number * 7 % len(asked)]
        told = number % 10 != 0
        turn = Turn(
            str(number),
            f"{question} ({number})" if told else f"what will the comet number {number} weigh?",
            "en",
            told,
            (GoldSpan(article, quote=sentence),) if told else (),
            kind="who" if told else "off-topic",
        )
        cases.append(Case(str(number), (turn,)))
    documents = tuple(
        Article(f"made/{number}", f"File {number}", " ".join(sentences), "en") for number, sentences in enumerate(texts)
    )
    return TestSet("made", "jsonl", tuple(cases), documents)


def measure(questions: int, articles: int, pipeline: bool) -> Result:
    with tempfile.TemporaryDirectory(prefix="eval-scale-") as work:
        test_set = made_set(questions, articles)
        settings: Settings = load_settings(index=Path(work) / "index", embedder="fast", llm="none")
        index_articles(settings, test_set.articles)
        test_set = replace(test_set, articles=())
        engine = open_assistant(settings)
        moments: dict[tuple[str, bool], float] = {}

        def watch(stage: str, done: int, total: int) -> None:
            if done in (0, total):
                moments[stage, done == total] = time.perf_counter()

        out = Path(work) / "out"
        run_set(engine if pipeline else cast(Assistant, SearchOnly(engine)), settings, test_set, out, watch=watch)
        asking = moments["Asking", True] - moments["Asking", False]
        unit = 1 if sys.platform == "darwin" else 1024
        return Result(
            questions,
            round(asking, 2),
            round(questions / asking, 1),
            round(moments["Writing", True] - moments["Writing", False], 2),
            round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / MEGABYTE, 1),
            {name: round((out / name).stat().st_size / MEGABYTE, 1) for name in (QUESTIONS, METRICS, TABLE, REPORT)},
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--questions", type=int, default=10_000)
    parser.add_argument("--articles", type=int, default=200)
    parser.add_argument("--pipeline", action="store_true", help="the whole assistant answers, not only the search")
    parser.add_argument("--out", type=Path, default=Path("benchmarks/results"))
    options = parser.parse_args()
    with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
        results = [
            pool.apply(measure, (count, options.articles, options.pipeline))
            for count in (max(1, options.questions // 10), options.questions)
        ]
    for result in results:
        print(json.dumps(asdict(result)))
    options.out.mkdir(parents=True, exist_ok=True)
    record = {
        "commit": commit(),
        "machine": f"{platform.machine()}, Python {platform.python_version()}",
        "pipeline": options.pipeline,
        "articles": options.articles,
        "results": [asdict(result) for result in results],
    }
    file = options.out / f"eval_scale{'-pipeline' if options.pipeline else ''}-{commit()}.json"
    file.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    print(file)


if __name__ == "__main__":
    main()
