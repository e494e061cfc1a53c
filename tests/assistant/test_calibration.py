"""The recorded calibration fits the bundled model and the evidence that is gathered now."""

import numpy as np
import pytest

from assistant.calibration import Calibration, load_calibration
from assistant.candidates import EVIDENCE_NAMES, Evidence
from assistant.wiring import calibrated_for

NOTHING = dict.fromkeys(EVIDENCE_NAMES, 0.0)


def test_the_record_was_learned_with_the_bundled_model() -> None:
    recorded = load_calibration()
    assert recorded.model == calibrated_for(), "run: python -m eval.calibrate"
    assert set(recorded.ranking) == set(recorded.confidence) == set(EVIDENCE_NAMES)
    assert 0.0 < recorded.answer_from < 1.0
    assert recorded.learned_on["questions"] >= 100


def test_likelihoods_are_a_softmax_over_the_candidates() -> None:
    calibration = Calibration({**NOTHING, "rank": 2.0}, NOTHING, 0.0, 0.5, 0.5, 0.1, "", {})
    held = [Evidence(**{**NOTHING, "rank": rank}) for rank in (1.0, 0.5)]
    expected = np.exp([2.0, 1.0]) / np.exp([2.0, 1.0]).sum()
    assert calibration.likelihoods(held) == pytest.approx(expected)


def test_probability_is_logistic() -> None:
    calibration = Calibration(NOTHING, {**NOTHING, "length": 3.0}, -1.0, 0.5, 0.5, 0.1, "", {})
    assert calibration.probability(Evidence(**{**NOTHING, "length": 1.0})) == pytest.approx(1 / (1 + np.exp(-2.0)))
