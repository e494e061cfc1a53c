"""The calibration finds the evidence that tells, and the threshold that separates."""

import json
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from assistant.calibration import Calibration
from assistant.candidates import EVIDENCE_NAMES, Candidate, Evidence
from eval.calibrate import (
    Case,
    Outcome,
    choose_threshold,
    judge,
    learn_confidence,
    learn_ranking,
    main,
    standard_error,
)
from eval.question_sets import Question
from index.types import Article, Span

CHANCE = np.random.default_rng(11)
NOTHING = dict.fromkeys(EVIDENCE_NAMES, 0.0)


def evidence(**held: float) -> Evidence:
    return Evidence(**{field.name: held.get(field.name, 0.0) for field in fields(Evidence)})


def case(number: int, cosines: list[float], right: int | None) -> Case:
    """A question whose sentences differ by `context_cosine`, and by noise in `length`."""
    texts = [f"Sentence {number} {place} of its own words {number * 7 + place}." for place in range(len(cosines))]
    found = [Candidate(Article(str(number), "", text), Span(0, len(text)), text, "", text, 0, 1) for text in texts]
    held = [evidence(context_cosine=cosine, length=float(CHANCE.normal())) for cosine in cosines]
    question = Question(str(number), "?", "en", right is not None, (), (), "what", "dev")
    return Case(question, found, held, [place == right for place in range(len(cosines))])


CASES = [case(number, [0.1, 0.7, 0.2, 0.15], right=1) for number in range(20)]
UNTOLD = [case(number, [0.1, 0.3, 0.2, 0.15], right=None) for number in range(20, 40)]


def test_the_evidence_that_tells_ranks() -> None:
    weights = dict(zip(EVIDENCE_NAMES, learn_ranking(CASES), strict=True))
    assert weights["context_cosine"] > 5 * abs(weights["length"])
    assert weights["rank"] == 0.0


def test_confidence_is_higher_where_a_sentence_answers() -> None:
    ranking = learn_ranking(CASES)
    weights, intercept = learn_confidence([*CASES, *UNTOLD], ranking)
    told, untold = (evidence(context_cosine=cosine).values() @ weights + intercept for cosine in (0.7, 0.3))
    assert told > 0 > untold


def test_the_threshold_separates_and_the_outcome_says_so() -> None:
    weights = {**NOTHING, "context_cosine": 10.0}
    learned = Calibration(weights, weights, -5.0, 0.0, 0.5, 0.05, "", {})
    threshold = choose_threshold([*CASES, *UNTOLD], learned)
    assert learned.probability(evidence(context_cosine=0.3)) < threshold
    assert threshold <= learned.probability(evidence(context_cosine=0.7))
    outcome = judge([*CASES, *UNTOLD], Calibration(weights, weights, -5.0, threshold, 0.5, 0.05, "", {}))
    assert (outcome.right, outcome.answered_right, outcome.first_right, outcome.abstained_right) == (1, 1, 1, 1)
    assert outcome.quotes == 1.0


def test_the_threshold_is_the_middle_of_what_does_nearly_as_well_and_not_the_edge_that_does_best() -> None:
    weights = {**NOTHING, "context_cosine": 10.0}
    learned = Calibration(weights, weights, -5.0, 0.0, 0.5, 0.05, "", {})
    told = [case(number, [0.1, 0.7], right=1) for number in range(59)]
    hardly_told = case(59, [0.1, 0.5], right=1)
    untold = [case(number, [0.1, 0.3], right=None) for number in range(60, 80)]
    misleading = case(80, [0.1, 0.9], right=None)
    threshold = choose_threshold([*told, hardly_told, *untold, misleading], learned)
    assert learned.probability(evidence(context_cosine=0.5)) < threshold  # at or below it 60 of 60 would be answered
    assert threshold < learned.probability(evidence(context_cosine=0.7))


def test_questions_of_one_kind_alone_give_no_threshold(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = Path("eval/sets/seeds.jsonl").read_text("utf-8").splitlines(keepends=True)
    told = tmp_path / "told.jsonl"
    told.write_text("".join(line for line in lines if json.loads(line)["answerable"]), "utf-8")
    out = tmp_path / "calibration.json"
    with pytest.raises(SystemExit):
        main(["--set", f"{told}=seeds", "--out", str(out)])
    assert "others that they do not" in capsys.readouterr().err
    assert not out.exists()


def test_the_standard_error_is_that_of_two_shares_one_of_them_counted_twice() -> None:
    assert standard_error(Outcome(0.0, 0.5, 0.0, 0.5, 1.0), 100, 25) == pytest.approx((4 * 0.0025 + 0.01) ** 0.5 / 3)
    assert standard_error(Outcome(1.0, 1.0, 1.0, 1.0, 1.0), 100, 25) == 0.0


def test_always_answering_is_right_for_the_answerable_only() -> None:
    weights = {**NOTHING, "context_cosine": 10.0}
    outcome = judge([*CASES, *UNTOLD], Calibration(weights, weights, -5.0, 0.0, 0.5, 0.05, "", {}))
    assert (outcome.right, outcome.answered_right, outcome.abstained_right) == pytest.approx((2 / 3, 1.0, 0.0))
