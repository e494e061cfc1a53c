"""The best passages by words, of many, beside the formula passage by passage."""

import math

import numpy as np
import pytest

from index.access import Totals
from index.kept import Kept
from index.selection import Selection
from index.visible_part import EVERYTHING, VisiblePart
from index.visible_words import LENGTH_WEIGHT, SATURATION, best_passages
from index.word_file import Postings

PASSAGES = 60_000


def _selection(mask: np.ndarray) -> Selection:
    places = np.flatnonzero(mask)
    return Selection(mask, np.packbits(mask, bitorder="little"), len(places), int(places[0]), int(places[-1]))


@pytest.fixture(scope="module")
def part() -> VisiblePart:
    lengths = np.random.default_rng(1).integers(5, 200, PASSAGES).astype(np.int32)
    mask = np.ones(PASSAGES, dtype=np.bool_)
    return VisiblePart(_selection(mask), 1, {"en": 1}, lengths, float(lengths.mean()), EVERYTHING, Totals(), Kept(1))


def _postings(generator: np.random.Generator, holders: int) -> Postings:
    keys = np.sort(generator.choice(PASSAGES, holders, replace=False)).astype(np.int64)
    return keys, generator.integers(1, 6, holders)


def _expected(found: list[Postings], part: VisiblePart, allowed: Selection | None, k: int) -> list[tuple[int, float]]:
    """By the formula, passage by passage."""
    scores: dict[int, float] = {}
    for keys, times in found:
        rarity = max(1e-6, math.log((PASSAGES - len(keys) + 0.5) / (len(keys) + 0.5)))
        for key, count in zip(keys.tolist(), times.tolist(), strict=True):
            length = 1 - LENGTH_WEIGHT + LENGTH_WEIGHT * int(part.lengths[key]) / part.mean_length
            scores[key] = scores.get(key, 0.0) + rarity * count * (SATURATION + 1) / (count + SATURATION * length)
    kept = {key: score for key, score in scores.items() if allowed is None or allowed.mask[key]}
    return sorted(kept.items(), key=lambda scored: (-scored[1], scored[0]))[:k]


@pytest.mark.parametrize("holders", [[3, 400, 2_000, 9_000, 11_000], [50, 60, 70], [5, 8_000], [9_000, 10_000], [0, 7]])
@pytest.mark.parametrize("only_some", [False, True])
def test_the_best_are_those_of_the_formula(holders: list[int], only_some: bool, part: VisiblePart) -> None:
    generator = np.random.default_rng(len(holders))
    found = [_postings(generator, count) for count in holders]
    allowed = _selection(generator.random(PASSAGES) < 0.3) if only_some else None
    for k in (1, 10, 100):
        expected = _expected(found, part, allowed, k)
        best = best_passages(found, part, allowed, k)
        assert [key for key, _ in best] == [key for key, _ in expected]
        assert [score for _, score in best] == pytest.approx([score for _, score in expected])
