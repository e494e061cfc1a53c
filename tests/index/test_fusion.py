"""Reciprocal rank fusion, against an example worked by hand."""

import pytest

from index.fusion import fuse


def test_scores_are_those_of_the_formula() -> None:
    """Two rankings, weights 1 and 0.5: 1/(60+rank) each, weighted, and added."""
    fused = fuse(
        {"vectors": [7, 8, 9], "words": [9, 7]}, lambda retriever, _key: 1.0 if retriever == "vectors" else 0.5
    )
    assert [key for key, _ in fused] == [7, 9, 8]
    assert [score for _, score in fused] == pytest.approx([1 / 61 + 0.5 / 62, 1 / 63 + 0.5 / 61, 1 / 62])


def test_the_weight_may_depend_on_the_passage() -> None:
    fused = fuse(
        {"vectors": [1], "words": [2, 1]}, lambda retriever, key: 0.1 if (retriever, key) == ("words", 2) else 1.0
    )
    assert [key for key, _ in fused] == [1, 2]
    assert [score for _, score in fused] == pytest.approx([1 / 61 + 1 / 62, 0.1 / 61])


def test_of_equal_scores_the_smaller_key_comes_first() -> None:
    assert [key for key, _ in fuse({"vectors": [5], "words": [3]}, lambda *_: 1.0)] == [3, 5]


def test_nothing_ranked_is_nothing_fused() -> None:
    assert fuse({"vectors": [], "words": []}, lambda *_: 1.0) == []
