"""The loss of the cross-encoder's training."""

import math
from dataclasses import replace

import pytest
import torch

from index.training.cross_encoder import ReadingCourse, reading_loss

NOTHING = ReadingCourse(weight_of_right=1.0, listwise=0.0, hardest=0.0)
LOGITS = torch.tensor([[2.0, -1.0, 0.5], [1.0, -3.0, 9.0]])
ANSWERS = torch.tensor([[True, False, False], [False, False, True]])
JUDGED = torch.tensor([[True, True, True], [True, True, False]])
"""The first passage tells; the second does not, since its last sentence was cut off."""


def wrong(logit: float) -> float:
    """What a logit costs where it should be low."""
    return math.log1p(math.exp(logit))


def test_each_judged_sentence_costs_what_it_is_wrong_by() -> None:
    wanted = (wrong(-2.0) + wrong(-1.0) + wrong(0.5) + wrong(1.0) + wrong(-3.0)) / 5
    assert float(reading_loss(LOGITS, ANSWERS, JUDGED, NOTHING)) == pytest.approx(wanted)


def test_the_deciding_sentence_costs_once_more_its_share() -> None:
    alone = float(reading_loss(LOGITS, ANSWERS, JUDGED, NOTHING))
    both = float(reading_loss(LOGITS, ANSWERS, JUDGED, replace(NOTHING, hardest=0.5)))
    assert both - alone == pytest.approx(0.5 * (wrong(-2.0) + wrong(1.0)) / 2)


def test_of_a_passage_that_tells_the_right_sentence_decides_and_not_a_likelier_wrong_one() -> None:
    logits = torch.tensor([[-1.0, 3.0]])
    answers, judged = torch.tensor([[True, False]]), torch.tensor([[True, True]])
    alone = float(reading_loss(logits, answers, judged, NOTHING))
    both = float(reading_loss(logits, answers, judged, replace(NOTHING, hardest=1.0)))
    assert both - alone == pytest.approx(wrong(1.0))


def test_right_ones_are_compared_with_the_others_of_their_passage() -> None:
    alone = float(reading_loss(LOGITS, ANSWERS, JUDGED, NOTHING))
    both = float(reading_loss(LOGITS, ANSWERS, JUDGED, replace(NOTHING, listwise=0.3)))
    share = math.exp(2.0) / (math.exp(2.0) + math.exp(-1.0) + math.exp(0.5))
    assert both - alone == pytest.approx(-0.3 * math.log(share))
