"""The weighted sum of cosine and words, against an example worked by hand."""

import pytest

from index.fusion import fuse


def test_scores_are_those_of_the_formula() -> None:
    """The best score by words counts as 1; 9 was not brought by the vectors, 8 not by the words."""
    fused = fuse({7: 0.55, 8: 0.4}, {9: 10.0, 7: 5.0}, 0.2)
    assert [key for key, _ in fused] == [7, 9, 8]
    assert [score for _, score in fused] == pytest.approx([0.55 + 0.2 * 0.5, 0.4 + 0.2, 0.4])


def test_without_weight_the_words_decide_nothing() -> None:
    assert [key for key, _ in fuse({1: 0.3, 2: 0.9}, {1: 100.0}, 0.0)] == [2, 1]


def test_of_equal_scores_the_smaller_key_comes_first() -> None:
    assert [key for key, _ in fuse({5: 0.5, 3: 0.5}, {}, 0.2)] == [3, 5]


def test_words_alone_are_ranked_by_their_scores() -> None:
    fused = fuse({}, {1: 1.0, 2: 4.0}, 0.2)
    assert [key for key, _ in fused] == [2, 1]
    assert [score for _, score in fused] == pytest.approx([0.2, 0.05])


def test_nothing_found_is_nothing_fused() -> None:
    assert fuse({}, {}, 0.2) == []
