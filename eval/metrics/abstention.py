"""Whether the assistant abstains where it should: precision, recall, and what risk it takes at which coverage."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby


@dataclass(frozen=True, slots=True)
class AbstentionFigures:
    """`precision`: share of the abstentions that were on questions without an answer; `recall`: share of the questions
    without an answer that were abstained on. None where there is nothing to take a share of."""

    precision: float | None
    recall: float | None


def abstention_figures(abstained: Sequence[bool], answerable: Sequence[bool]) -> AbstentionFigures:
    """One element a question in both. Raises ValueError where they differ in length."""
    pairs = list(zip(abstained, answerable, strict=True))
    rightly = sum(kept and not told for kept, told in pairs)
    kept_back, untold = sum(abstained), sum(not told for told in answerable)
    return AbstentionFigures(rightly / kept_back if kept_back else None, rightly / untold if untold else None)


@dataclass(frozen=True, slots=True)
class RiskCoverage:
    """`risk[i]` is the share of wrong answers among the share `coverage[i]` of the questions that are answered when
    the surest are answered first; `area` is the area under that curve (AURC), lower is better."""

    coverage: tuple[float, ...]
    risk: tuple[float, ...]
    area: float


def risk_coverage(confidence: Sequence[float], right: Sequence[bool]) -> RiskCoverage:
    """The curve over questions with a confidence each, in any unit: one point for each number of answers, from 1.

    The area is the mean risk over these points (Geifman, Uziel and El-Yaniv 2019, "Bias-Reduced Uncertainty
    Estimation for Deep Neural Classifiers"). Among questions of the same confidence, the expected risk of a random
    order is taken, so that the order of the questions does not matter. Raises ValueError for no questions.
    """
    ordered = sorted(zip(confidence, right, strict=True), key=lambda pair: -pair[0])
    if not ordered:
        raise ValueError("no questions, no curve")
    risks: list[float] = []
    wrong_before = 0.0
    for _confidence, group in groupby(ordered, key=lambda pair: pair[0]):
        tied = [not one for _, one in group]
        before, rate = len(risks), sum(tied) / len(tied)
        risks += [(wrong_before + rate * place) / (before + place) for place in range(1, len(tied) + 1)]
        wrong_before += sum(tied)
    total = len(ordered)
    return RiskCoverage(
        tuple(place / total for place in range(1, total + 1)), tuple(risks), min(1.0, sum(risks) / total)
    )
