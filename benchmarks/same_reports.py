"""How alike sentences are that tell the same fact in other words: the thresholds of `assistant/quoting/reports.py`.

    python -m benchmarks.same_reports

`eval/sets/retold.jsonl` names, fact by fact, the sentences of the starter articles that tell it, in four languages. The
dev questions are asked over these articles; of each one's best sentences every two of different articles are a pair,
which tells the same fact or not. Prints, for each likeness, how many of the pairs above it are the same (precision)
and how many of the same are above it (recall). It also prints how much likelier a sentence that holds a list answers a
question that asks for one, which is LIST_FACTOR of `assistant/quoting/enumerations.py`.
"""

import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np

from assistant.answering import PASSAGES, Assistant
from assistant.candidates import Candidate, candidates
from assistant.quoting.enumerations import LIST_FACTOR, asks_for_list, holds_list
from assistant.quoting.likeness import likenesses
from assistant.quoting.reports import CHOSEN_WITH, SAME_FIGURE_FROM, SAME_REPORT_FROM
from assistant.quoting.told_figures import Told
from assistant.settings import load_settings
from assistant.wiring import compared_with, open_assistant, open_writer
from eval.question_sets import Question, is_gold, load_questions
from index.language import detect
from index.readers import read_paths
from index.types import Article

SEEDS = Path("seeds")
QUESTIONS = Path("eval/sets/seeds.jsonl")
RETOLD = Path("eval/sets/retold.jsonl")
BEST = 12
"""Sentences of each question that are paired; as many are looked at for quotes."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two sentences of different articles: how alike they are, whether they tell the same fact, and a same figure."""

    likeness: float
    same: bool
    shares_figure: bool


def retold() -> list[frozenset[tuple[str, str]]]:
    """For each fact the sentences that tell it, by article and beginning."""
    records = map(json.loads, RETOLD.read_text(encoding="utf-8").splitlines())
    return [frozenset((told["article"], told["begins"]) for told in record["told"]) for record in records]


def asked(assistant: Assistant) -> Iterator[tuple[Question, list[Candidate]]]:
    """Each answerable dev question with its best sentences."""
    with assistant.index.snapshot() as snapshot:
        for question in load_questions(QUESTIONS, "dev"):
            if not question.answerable:
                continue
            language = detect(question.question)
            found = candidates(snapshot.search(question.question, PASSAGES, language), snapshot.article)
            evidence = assistant.weighing.weigh(question.question, found, language)
            ranked = np.argsort(-assistant.calibration.likelihoods(evidence), kind="stable")
            yield question, [found[place] for place in ranked[:BEST]]


def pairs(assistant: Assistant, best: Sequence[Sequence[Candidate]]) -> list[Pair]:
    """Each pair once, however many questions it stands for; those that tell different figures of it are left out."""
    facts = retold()

    def told_by(candidate: Candidate) -> set[int]:
        return {
            number
            for number, fact in enumerate(facts)
            if any(candidate.article.id == article and candidate.text.startswith(begins) for article, begins in fact)
        }

    made: dict[frozenset[tuple[str, int]], Pair] = {}
    for found in best:
        texts = [candidate.text for candidate in found]
        languages = [candidate.article.language for candidate in found]
        alike = likenesses(texts, languages, assistant.model, assistant.word_model)
        told = [Told.of(text, language) for text, language in zip(texts, languages, strict=True)]
        for one, two in combinations(range(len(found)), 2):
            if found[one].article.id == found[two].article.id:
                continue
            if told[one].tells_all_of(told[two]) or told[two].tells_all_of(told[one]):
                key = frozenset((found[place].article.id, found[place].span.start) for place in (one, two))
                same = bool(told_by(found[one]) & told_by(found[two]))
                made[key] = Pair(float(alike[one, two]), same, told[one].shares_figure(told[two]))
    return list(made.values())


def table(chosen: Sequence[Pair]) -> Iterator[str]:
    same = sum(pair.same for pair in chosen)
    yield f"{len(chosen)} pairs, {same} of the same fact"
    for threshold in np.arange(0.30, 0.70, 0.05):
        above = [pair for pair in chosen if pair.likeness >= threshold]
        right = sum(pair.same for pair in above)
        precision = right / len(above) if above else float("nan")
        yield f"  from {threshold:.2f}: {len(above):4d} pairs, precision {precision:.2f}, recall {right / same:.2f}"


def list_factor(questions: Sequence[tuple[Question, Sequence[Candidate]]], assistant: Assistant) -> float:
    """The share of lists among the right sentences of questions for one, over their share among all best sentences."""
    right, every = [], []
    for question, best in questions:
        lists = [holds_list(candidate.text, candidate.article.language) for candidate in best]
        every += lists
        if asks_for_list(question.question, question.language):
            right += [
                held
                for held, candidate in zip(lists, best, strict=True)
                if is_gold(question, candidate.article.id, candidate.span, assistant.article)
            ]
    return float(np.mean(right) / np.mean(every))


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        settings = load_settings(index=Path(folder))
        with open_writer(settings) as writer:
            for _ in writer.add(item for item in read_paths([SEEDS]) if isinstance(item, Article)):
                pass
        assistant = open_assistant(settings)
        questions = list(asked(assistant))
        found = pairs(assistant, [best for _, best in questions])
        lines = [
            f"without a common figure (SAME_REPORT_FROM is {SAME_REPORT_FROM}):",
            *table([pair for pair in found if not pair.shares_figure]),
            f"with a common figure (SAME_FIGURE_FROM is {SAME_FIGURE_FROM}):",
            *table([pair for pair in found if pair.shares_figure]),
            f"a list is {list_factor(questions, assistant):.1f} times as likely (LIST_FACTOR is {LIST_FACTOR})",
            f"CHOSEN_WITH is {CHOSEN_WITH!r}; now {compared_with()!r}",
        ]
        sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
