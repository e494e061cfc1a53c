"""Vectors by text, as every stack is given them."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks.whole.shared_vectors import SharedVectors, is_there, write_shared_vectors

TEXTS = ["premier alinéa", "second alinéa", "question"]


def made(folder: Path) -> SharedVectors:
    vectors = {text: np.full(3, number, dtype=np.float32) for number, text in enumerate(TEXTS)}
    write_shared_vectors(folder, [("a.txt", TEXTS[:2]), ("b.txt", TEXTS[1:2])], vectors)
    return SharedVectors(folder)


def test_each_text_has_the_vector_that_was_computed_of_it(tmp_path: Path) -> None:
    shared = made(tmp_path)
    assert shared.dimension == 3
    assert shared.of(["question", "premier alinéa", "question"]).tolist() == [[2.0] * 3, [0.0] * 3, [2.0] * 3]


def test_a_text_without_a_vector_is_named(tmp_path: Path) -> None:
    with pytest.raises(KeyError, match="troisième"):
        made(tmp_path).of(["question", "troisième"])


def test_passages_are_those_of_the_articles_that_are_named(tmp_path: Path) -> None:
    shared = made(tmp_path)
    assert list(shared.passages(["b.txt", "unknown.txt"])) == [("b.txt", 0, "second alinéa")]
    assert [number for _, number, _ in shared.passages(["a.txt"])] == [0, 1]


def test_a_folder_is_there_when_it_is_whole(tmp_path: Path) -> None:
    assert not is_there(tmp_path)
    made(tmp_path)
    assert is_there(tmp_path)
