"""How well each way of judging sentences finds the one that answers, and knows when none does.

    python -m benchmarks.reading_quality

Asks the questions of the written passages that no training saw (`index/training/reading/passages`, one in ten by its
title): two fifths of the questions are near misses, whose passage is on the topic and does not tell. Prints, for the
cosine of question and sentence and for the cross-encoder, how often a sentence that answers is
the first and among the first three, and the area under the curve of the best sentence's score over told and not told:
0.5 is guessing. Groups are the languages of passage and question; "about a name" are questions made of the passages'
names (`index.training.reading.names_asked`), which are not among "all".
"""

import argparse
import random
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.cross_encoders.onnx import OnnxCrossEncoder
from index.embedders.onnx import OnnxEmbedder
from index.training.reading.lessons import headed
from index.training.reading.names_asked import with_names_asked
from index.training.reading.written import WrittenPassage, named, read_passages
from index.types import Span

ABOUT_A_NAME = "about a name"
Score = Callable[[str, "ReadPassage"], NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class ReadPassage:
    """A passage under its title, with the places of its sentences, as candidates of an answer are read."""

    text: str
    spans: Sequence[Span]

    @property
    def sentences(self) -> list[str]:
        return [self.text[span.start : span.end] for span in self.spans]


@dataclass(frozen=True, slots=True)
class Judged:
    """The scores of a passage's sentences for a question, and the places of those that answer it."""

    group: str
    scores: NDArray[np.float32]
    answers: tuple[int, ...]


def scores_by(encoder: OnnxEmbedder) -> dict[str, Score]:
    """Each way of judging by its name."""
    cross_encoder = OnnxCrossEncoder(encoder)

    def cosine(question: str, passage: ReadPassage) -> NDArray[np.float32]:
        cosines: NDArray[np.float32] = encoder.embed_passages(passage.sentences) @ encoder.embed_queries([question])[0]
        return cosines

    def read(question: str, passage: ReadPassage) -> NDArray[np.float32]:
        return cross_encoder.logits(question, [(passage.text, passage.spans)])[0]

    return {"cosine": cosine, "cross-encoder": read}


def read_passage(passage: WrittenPassage) -> ReadPassage:
    return ReadPassage(*headed(passage.title, passage.sentences))


def judged(passages: Sequence[WrittenPassage], score: Score) -> Iterator[Judged]:
    for passage in passages:
        written = len(passage.questions)
        asked = with_names_asked(passage, random.Random(passage.title))
        filled = named(asked, random.Random(passage.title))
        held = read_passage(filled)
        for place, question in enumerate(filled.questions):
            group = f"{question.language} over {filled.language}" if place < written else ABOUT_A_NAME
            yield Judged(group, score(question.text, held), question.answers)


def row(name: str, group: str, found: Sequence[Judged]) -> str:
    """A line of the table, in Markdown."""
    from sklearn.metrics import roc_auc_score

    told = [one for one in found if one.answers]
    order = [(np.argsort(-one.scores, kind="stable"), one.answers) for one in told]
    first = np.mean([places[0] in answers for places, answers in order])
    among = np.mean([bool({*places[:3].tolist()} & {*answers}) for places, answers in order])
    curve = roc_auc_score([bool(one.answers) for one in found], [float(one.scores.max()) for one in found])
    return f"| {name} | {group} | {len(found)} | {first:.3f} | {among:.3f} | {curve:.3f} |"


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reading_quality", description=__doc__)
    parser.add_argument("--limit", type=int, help="so many passages at most")
    options = parser.parse_args(arguments)
    encoder = OnnxEmbedder()
    passages = [passage for passage in read_passages() if passage.is_held_out][: options.limit]
    sys.stdout.write(
        "| judged by | questions | asked | first | among three | told or not |\n|---|---|---|---|---|---|\n"
    )
    for name, score in scores_by(encoder).items():
        found = list(judged(passages, score))
        groups: dict[str, list[Judged]] = defaultdict(list)
        for one in found:
            groups[one.group].append(one)
        as_written = [one for one in found if one.group != ABOUT_A_NAME]
        large = sorted((group, held) for group, held in groups.items() if len(held) >= 100)
        for group, held in [("all", as_written), *large]:
            sys.stdout.write(row(name, group, held) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
