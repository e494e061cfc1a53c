"""Search by vectors, against plain numpy."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from index.errors import IndexDamaged
from index.snapshot import empty_view
from index.vector_file import read_vector_file, verify_file, write_vector_file
from index.vectors import VectorView

DIMENSION = 24


def _vectors(count: int, seed: int) -> NDArray[np.float32]:
    """Of length 1, and exact in half precision, so that both searches compute with the same numbers."""
    vectors = np.random.default_rng(seed).normal(size=(count, DIMENSION))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors.astype(np.float16).astype(np.float32)


def _view(
    folder: Path, in_file: int, recent: int, removed: set[int]
) -> tuple[VectorView, dict[int, NDArray[np.float32]]]:
    """A view with keys 10, 20, 30, ... in the file, and further ones after it; and all vectors that it must find."""
    vectors = _vectors(in_file + recent, seed=1)
    keys = 10 * np.arange(1, in_file + recent + 1, dtype=np.int64)
    view = empty_view(DIMENSION)
    if in_file:
        path = folder / "vectors-1.faiss"
        batches = [(part, vectors[:in_file][place]) for part, place in _halves(keys[:in_file])]
        file = write_vector_file(path, batches, DIMENSION, generation=1)
        index = read_vector_file(path, file, DIMENSION)
        view = VectorView(1, file, index, view.recent_keys, view.recent, frozenset(), file.last_key)
    view = view.advanced(2, keys[in_file:], vectors[in_file:], removed)
    return view, {int(key): vector for key, vector in zip(keys, vectors, strict=True) if int(key) not in removed}


def _halves(keys: NDArray[np.int64]) -> list[tuple[NDArray[np.int64], slice]]:
    middle = len(keys) // 2
    return [(keys[place], place) for place in (slice(0, middle), slice(middle, len(keys))) if len(keys[place])]


@pytest.mark.parametrize(
    ("in_file", "recent", "removed"),
    [
        (200, 0, set()),
        (0, 200, set()),
        (150, 50, set()),
        (150, 50, {10, 500, 1490, 1510, 2000}),
        (150, 50, set(range(10, 1010, 10))),
        (150, 50, set(range(10, 2010, 10))),
        (0, 0, set()),
    ],
)
@pytest.mark.parametrize("k", [1, 10, 500])
def test_it_finds_what_plain_numpy_finds(tmp_path: Path, in_file: int, recent: int, removed: set[int], k: int) -> None:
    """In the file or added since, and never what was removed."""
    view, stored = _view(tmp_path, in_file, recent, removed)
    for query in _vectors(5, seed=2):
        similarities = {key: float(vector @ query) for key, vector in stored.items()}
        expected = sorted(stored, key=lambda key: -similarities[key])[:k]
        keys, scores = view.search(query, k)
        assert keys == expected
        assert scores == pytest.approx([similarities[key] for key in expected], abs=1e-5)


def test_advancing_leaves_the_earlier_view_as_it_was(tmp_path: Path) -> None:
    """A search that began before a change goes on with what was there then."""
    view, stored = _view(tmp_path, 20, 5, set())
    view.advanced(3, np.array([999], dtype=np.int64), _vectors(1, seed=3), [10, 250])
    keys, _ = view.search(_vectors(1, seed=2)[0], 100)
    assert sorted(keys) == sorted(stored)
    assert view.generation == 2


def test_the_record_of_a_file_is_what_the_file_is(tmp_path: Path) -> None:
    path = tmp_path / "vectors-7.faiss"
    keys = np.array([3, 9], dtype=np.int64)
    file = write_vector_file(path, [(keys, _vectors(2, seed=1))], DIMENSION, generation=7)
    assert (file.generation, file.last_key, file.count, file.bytes) == (7, 9, 2, path.stat().st_size)
    verify_file(path, file)
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


def test_a_file_that_is_not_the_recorded_one_is_refused(tmp_path: Path) -> None:
    """Missing, shorter, of another dimension, with other content."""
    path = tmp_path / "vectors-1.faiss"
    file = write_vector_file(path, [(np.array([1], dtype=np.int64), _vectors(1, seed=1))], DIMENSION, 1)
    content = path.read_bytes()
    with pytest.raises(IndexDamaged, match="1 vectors of 24 dimensions instead of 1 of 25"):
        read_vector_file(path, file, DIMENSION + 1)
    path.write_bytes(content[:-1])
    with pytest.raises(IndexDamaged, match=f"{len(content) - 1} bytes instead of {len(content)}"):
        read_vector_file(path, file, DIMENSION)
    path.write_bytes(bytes(len(content)))
    with pytest.raises(IndexDamaged, match="cannot be read by FAISS"):
        read_vector_file(path, file, DIMENSION)
    with pytest.raises(IndexDamaged, match="another content"):
        verify_file(path, file)
    path.unlink()
    with pytest.raises(IndexDamaged, match="missing"):
        read_vector_file(path, file, DIMENSION)


def test_a_folder_that_is_gone_is_an_error_and_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "gone" / "vectors-1.faiss"
    with pytest.raises(OSError, match="disk is full"):
        write_vector_file(path, [(np.array([1], dtype=np.int64), _vectors(1, seed=1))], DIMENSION, 1)
