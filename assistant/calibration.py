"""Which sentence answers best, and how sure an answer must be: learned on question sets, recorded with what it was.

`python -m eval.calibrate` writes `calibration.json` beside this file.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.candidates import EVIDENCE_NAMES, Evidence

FILE = "calibration.json"


@dataclass(frozen=True, slots=True)
class Calibration:
    """Two linear models over the evidence, by the names of its fields.

    `ranking` orders the candidates of one question; `confidence` and `intercept` give the probability that the best
    of them answers. Below `answer_from` the assistant abstains. Another sentence is quoted, too, when it is at least
    `also_from` times as likely as the best one, and the one that follows a quoted sentence from `next_from` times on.
    `model` names, by their fingerprints, the sentence model and the word vectors that all of this was learned with;
    `learned_on` says on what, and with which figures.
    """

    ranking: Mapping[str, float]
    confidence: Mapping[str, float]
    intercept: float
    answer_from: float
    also_from: float
    next_from: float
    model: str
    learned_on: Mapping[str, Any]

    def likelihoods(self, evidence: Sequence[Evidence]) -> NDArray[np.float64]:
        """How likely each of a question's candidates is the one that answers, if one does; shape (n,), sum 1."""
        scores = np.array([held.values() for held in evidence]) @ _vector(self.ranking)
        shares = np.exp(scores - scores.max())
        return np.asarray(shares / shares.sum())

    def probability(self, evidence: Evidence) -> float:
        """That the best candidate, which has this evidence, answers the question; from 0 to 1."""
        return float(1.0 / (1.0 + np.exp(-(evidence.values() @ _vector(self.confidence) + self.intercept))))


def _vector(weights: Mapping[str, float]) -> NDArray[np.float64]:
    return np.array([weights[name] for name in EVIDENCE_NAMES])


def load_calibration() -> Calibration:
    """The recorded calibration of the bundled sentence model."""
    content = resources.files("assistant").joinpath(FILE).read_text(encoding="utf-8")
    return Calibration(**json.loads(content))
