"""Learns when an answer is sure enough, from question sets, and records it: `python -m eval.calibrate`.

Only the questions of the split "dev" are looked at. Each set is asked over its own articles alone, again among
articles that tell nothing of it (`--distractors`), and a third time over the latter alone, where no question can be
answered. Needs scikit-learn, which sentence-transformers brings.
"""

import argparse
import json
import math
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from assistant.answering import PASSAGES
from assistant.calibration import FILE, Calibration
from assistant.candidates import EVIDENCE_NAMES, Candidate, Evidence, candidates, weigh
from assistant.extractive import select
from assistant.wiring import calibrated_for, reader, sentence_model, word_model
from eval.question_sets import Question, is_gold, load_questions
from index.embedders import load_embedder
from index.language import detect
from index.local_index import LocalIndex
from index.readers import read_paths
from index.types import Article
from index.writer import IndexWriter

SETS = [
    "eval/sets/seeds.jsonl=seeds",
    "eval/sets/near_misses.jsonl=seeds",
    "eval/sets/user_article.jsonl=../shared/seeds",
    "eval/sets/user_article_dev.jsonl=../shared/seeds",
    "eval/sets/near_misses.jsonl=../shared/seeds",
]
"""Each with the folder of its articles."""

FOLDS = 5
REGULARISATION = 3.0
SHOWN_THRESHOLDS = (0.2, 0.3, 0.45, 0.55, 0.65, 0.75)


@dataclass(frozen=True, slots=True)
class Case:
    """A question with the sentences that the search brought for it, and which of them are right."""

    question: Question
    found: list[Candidate]
    evidence: list[Evidence]
    right: list[bool]


class Quoting(NamedTuple):
    """How much is quoted beside the best sentence; see `Calibration`."""

    also_from: float
    next_from: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a calibration makes of some cases; shares from 0 to 1, `quotes` per answer. `right` is the mean of the share
    of answerable questions that were answered right, twice, and of the share of the others that were abstained on: an
    answer that is kept back is missed more than a passage too many, whose own words show what it tells."""

    right: float
    answered_right: float
    first_right: float
    abstained_right: float
    quotes: float


def collect(questions: Sequence[Question], articles: Sequence[Article], embedder: str) -> list[Case]:
    """Asks every question of an index of the articles."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        loaded, model, words = load_embedder(embedder), sentence_model(), word_model()
        reads = reader(model)
        with IndexWriter.open(Path(folder), loaded) as writer:
            for _ in writer.add(articles):
                pass
        snapshot = stack.enter_context(LocalIndex.open(Path(folder), loaded).snapshot())
        cases = []
        for question in questions:
            language = detect(question.question)
            hits = snapshot.search(question.question, PASSAGES, language)
            found = candidates(hits, snapshot.article)
            right = [is_gold(question, item.article.id, item.span, snapshot.find_article) for item in found]
            evidence = weigh(question.question, found, model, words, language, reads)
            cases.append(Case(question, found, evidence, right))
        return cases


def learn_ranking(cases: Sequence[Case]) -> NDArray[np.float64]:
    """Weights, one for each kind of evidence, under which the right candidates of a question are the likeliest.

    Maximises the summed likelihood of the right candidates, a softmax over those of one question (ListNet's top-one
    likelihood: Cao et al. 2007, "Learning to Rank: From Pairwise Approach to Listwise Approach").
    """
    from scipy.optimize import minimize

    told = [case for case in cases if any(case.right)]
    mean, spread = _scale(told)
    lists = [((_matrix(case) - mean) / spread, np.array(case.right)) for case in told]

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        total = REGULARISATION * float(weights @ weights)
        gradient = 2 * REGULARISATION * weights
        for matrix, right in lists:
            scores = matrix @ weights
            shares = np.exp(scores - scores.max())
            shares /= shares.sum()
            held = shares[right].sum()
            total -= float(np.log(held + 1e-12))
            gradient = gradient - matrix.T @ (shares * right / (held + 1e-12) - shares)
        return total, gradient

    fitted = minimize(loss, np.zeros(len(EVIDENCE_NAMES)), jac=True, method="L-BFGS-B")
    return np.asarray(fitted.x / spread)


def learn_confidence(cases: Sequence[Case], ranking: NDArray[np.float64]) -> tuple[NDArray[np.float64], float]:
    """Weights and intercept of a logistic model: whether a question can be answered, by its best candidate."""
    from sklearn.linear_model import LogisticRegression

    asked = [case for case in cases if case.found]
    best = np.array([_matrix(case)[np.argmax(_matrix(case) @ ranking)] for case in asked])
    mean, spread = best.mean(axis=0), best.std(axis=0) + 1e-9
    answerable = [case.question.answerable for case in asked]
    fitted = LogisticRegression(C=0.05, class_weight="balanced", max_iter=2000).fit((best - mean) / spread, answerable)
    weights = fitted.coef_[0] / spread
    return weights, float(fitted.intercept_[0] - weights @ mean)


def _matrix(case: Case) -> NDArray[np.float64]:
    return np.array([item.values() for item in case.evidence])


def _scale(cases: Sequence[Case]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    together = np.concatenate([_matrix(case) for case in cases])
    return together.mean(axis=0), together.std(axis=0) + 1e-9


def judge(cases: Sequence[Case], calibration: Calibration) -> Outcome:
    answered, first, abstained, quotes = [], [], [], []
    for case in cases:
        selection = select(case.found, case.evidence, calibration)
        told = {id(item) for item, held in zip(case.found, case.right, strict=True) if held}
        if case.question.answerable:
            right = [any(id(sentence) in told for sentence in quote.sentences) for quote in selection.quotes]
            answered.append(not selection.abstained and any(right))
            first.append(not selection.abstained and any(right[:1]))
            quotes.append(len(selection.quotes))
        else:
            abstained.append(selection.abstained)
    return Outcome(
        float(2 * np.mean(answered) + np.mean(abstained)) / 3,
        float(np.mean(answered)),
        float(np.mean(first)),
        float(np.mean(abstained)),
        float(np.mean(quotes)),
    )


def choose_threshold(cases: Sequence[Case], calibration: Calibration) -> float:
    """The probability from which on to answer: the middle of those under which `Outcome.right` is within one standard
    error of the highest. The curve is flat, and its very peak moves with the luck of a few questions. Decisions 0099
    and 0140 say what other rules would have cost."""
    best = [
        calibration.probability(case.evidence[int(np.argmax(calibration.likelihoods(case.evidence)))])
        for case in cases
        if case.found
    ]
    tried = [float(one) for one in np.quantile(best, np.linspace(0.0, 0.9, 91))]
    outcomes = [judge(cases, replace(calibration, answer_from=one)) for one in tried]
    answerable = sum(case.question.answerable for case in cases)
    highest = max(outcomes, key=lambda outcome: outcome.right)
    enough = highest.right - standard_error(highest, answerable, len(cases) - answerable)
    near = [one for one, outcome in zip(tried, outcomes, strict=True) if outcome.right >= enough]
    return (near[0] + near[-1]) / 2


def standard_error(outcome: Outcome, answerable: int, others: int) -> float:
    """Of `Outcome.right`, over so many answerable questions and so many others."""
    answered, abstained = (share * (1.0 - share) for share in (outcome.answered_right, outcome.abstained_right))
    return math.sqrt(4.0 * answered / answerable + abstained / others) / 3.0


def calibrated(cases: Sequence[Case], elsewhere: Sequence[Case], quoting: Quoting) -> Calibration:
    """Learned on cases, and for the confidence also on those `elsewhere`, which nothing answers."""
    ranking = learn_ranking(cases)
    confidence, intercept = learn_confidence([*cases, *elsewhere], ranking)
    learned = Calibration(
        _named(ranking), _named(confidence), intercept, 0.0, quoting.also_from, quoting.next_from, calibrated_for(), {}
    )
    return replace(learned, answer_from=choose_threshold(cases, learned))


def _named(weights: NDArray[np.float64]) -> dict[str, float]:
    return {name: round(float(weight), 6) for name, weight in zip(EVIDENCE_NAMES, weights, strict=True)}


def cross_validated(cases: Sequence[Case], elsewhere: Sequence[Case], quoting: Quoting) -> Outcome:
    """The mean outcome over folds of questions that the calibration was not learned on."""
    ids = sorted({case.question.id for case in cases})
    outcomes = []
    for fold in range(FOLDS):
        left_out = set(ids[fold::FOLDS])
        kept, kept_elsewhere = (
            [case for case in group if case.question.id not in left_out] for group in (cases, elsewhere)
        )
        learned = calibrated(kept, kept_elsewhere, quoting)
        outcomes.append(judge([case for case in cases if case.question.id in left_out], learned))
    return Outcome(
        *(float(np.mean(values)) for values in zip(*(asdict(one).values() for one in outcomes), strict=True))
    )


def _shares(cases: Sequence[Case], calibration: Calibration, threshold: float) -> Iterator[tuple[str, float]]:
    """What would come of another threshold."""
    outcome = judge(cases, replace(calibration, answer_from=threshold))
    yield "answered_right", outcome.answered_right
    yield "abstained_right", outcome.abstained_right


def read_articles(folder: Path) -> list[Article]:
    return [item for item in read_paths([folder]) if isinstance(item, Article)]


def law_articles(file: Path, count: int, paragraphs: int = 12) -> Iterator[Article]:
    """French articles that tell nothing of the sets, from lines of a file `English TAB French`, gzip."""
    import gzip

    with gzip.open(file, "rt", encoding="utf-8") as lines:
        texts = (line.rstrip("\n").partition("\t")[2] for line in lines)
        long = (text for text in texts if len(text) > 200)
        for number in range(count):
            body = "\n\n".join(next(long) for _ in range(paragraphs))
            yield Article(id=f"law-{number}", title=f"Texte {number}", text=body, language="fr")


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m eval.calibrate", description=__doc__)
    parser.add_argument("--set", action="append", metavar="FILE=ARTICLES", help="a set and the folder of its articles")
    parser.add_argument("--distractors", type=Path, default=Path("../shared/data/parallel/laws.en-fr.tsv.gz"))
    parser.add_argument("--embedder", default="default")
    parser.add_argument("--also-from", type=float, default=0.1)
    parser.add_argument("--next-from", type=float, default=0.2)
    parser.add_argument("--out", type=Path, default=Path("assistant") / FILE)
    options = parser.parse_args(arguments)
    sets = options.set or SETS
    quoting = Quoting(options.also_from, options.next_from)
    distractors = list(law_articles(options.distractors, 100)) if options.distractors.is_file() else []
    asked = [
        (load_questions(Path(file), "dev"), folder) for file, _, folder in (given.partition("=") for given in sets)
    ]
    if len({question.answerable for questions, _ in asked for question in questions}) < 2:
        parser.error("a threshold is learned from dev questions that the articles answer and others that they do not")
    cases: list[Case] = []
    elsewhere: list[Case] = []
    for questions, folder in asked:
        articles = read_articles(Path(folder))
        cases += collect(questions, articles, options.embedder)
        if distractors:
            cases += collect(questions, [*articles, *distractors], options.embedder)
            untold = [replace(question, answerable=False, gold=()) for question in questions if question.answerable]
            elsewhere += collect(untold, distractors, options.embedder)
    learned = calibrated(cases, elsewhere, quoting)
    risk_coverage = [
        {name: round(value, 3) for name, value in (("answer_from", threshold), *_shares(cases, learned, threshold))}
        for threshold in sorted({*SHOWN_THRESHOLDS, learned.answer_from})
    ]
    figures: dict[str, Any] = {
        "sets": sets,
        "questions": len({case.question.id for case in cases}),
        "distractors": len(distractors),
        "on the questions it was learned on": asdict(judge(cases, learned)),
        "cross-validated": asdict(cross_validated(cases, elsewhere, quoting)),
        "risk and coverage": risk_coverage,
    }
    record = {**asdict(learned), "learned_on": figures}
    options.out.write_text(json.dumps(record, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    sys.stdout.write(json.dumps(record, indent=2, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
