"""How often a search brings a passage that answers, for several weights of the ranking by words.

    python -m benchmarks.search_quality

The dev questions of the sets, each over its own articles among unrelated law articles. A passage is right that holds a
whole gold sentence. Near-copies are shown once, as users see it. Tune with it; the held-out halves are not read.
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks.answer_quality import SETS
from eval.calibrate import law_articles, read_articles
from eval.question_sets import Question, load_questions
from index.embedders import load_embedder
from index.language import detect
from index.local_index import LocalIndex
from index.snapshot import SearchSettings, Snapshot
from index.types import Hit
from index.writer import IndexWriter

DEPTH = 10
WEIGHTS = ((0.0, 0.0), (0.5, 0.2), (1.0, 0.0), (1.0, 0.3), (1.0, 0.6), (1.0, 1.0))
"""`words_weight` and `words_weight_across`; the first row is the search by vectors alone."""


def first_right(question: Question, hits: Sequence[Hit], snapshot: Snapshot) -> int:
    """The rank, from 1, of the first hit that holds a gold sentence; 0 when none does."""
    for rank, hit in enumerate(hits, start=1):
        for gold in question.gold:
            article = snapshot.find_article(gold.article)
            span = article and gold.span(article.text)
            passage = hit.passage
            if span and passage.article == gold.article and passage.start <= span.start and span.end <= passage.end:
                return rank
    return 0


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.search_quality", description=__doc__)
    parser.add_argument("--distractors", type=Path, default=Path("../shared/data/parallel/laws.en-fr.tsv.gz"))
    parser.add_argument("--embedder", default="default")
    options = parser.parse_args(arguments)
    if not options.distractors.is_file():
        sys.exit(f"{options.distractors} is not there; name the law pairs with --distractors")
    laws = list(law_articles(options.distractors, 300))
    embedder = load_embedder(options.embedder)
    print("| set | same language | across | questions | hit@1 | hit@5 | hit@10 |")
    print("|---|---|---|---|---|---|---|")
    for given in SETS:
        file, _, folder = given.partition("=")
        if not Path(folder).exists():
            print(f"{folder} is not there; {file} is left out", file=sys.stderr)
            continue
        questions = [one for one in load_questions(Path(file), "dev") if one.answerable]
        with tempfile.TemporaryDirectory() as index_folder:
            with IndexWriter.open(Path(index_folder), embedder) as writer:
                for _ in writer.add([*read_articles(Path(folder)), *laws]):
                    pass
            index = LocalIndex.open(Path(index_folder), embedder)
            with index.snapshot() as opened:
                for same, across in WEIGHTS:
                    snapshot = replace(opened, settings=SearchSettings(same, across))
                    ranks = [
                        first_right(one, snapshot.search(one.question, DEPTH, detect(one.question)), snapshot)
                        for one in questions
                    ]
                    shares = [sum(0 < rank <= depth for rank in ranks) / len(ranks) for depth in (1, 5, DEPTH)]
                    figures = " | ".join(f"{share:.2f}" for share in shares)
                    print(f"| {Path(file).stem} | {same:g} | {across:g} | {len(ranks)} | {figures} |")
            index.close()


if __name__ == "__main__":
    main()
