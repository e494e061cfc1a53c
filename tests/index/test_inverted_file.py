"""A file with lists, against what FAISS writes itself and against exact search."""

from collections.abc import Iterator
from pathlib import Path

import faiss
import numpy as np
import pytest
from numpy.typing import NDArray

from index.errors import IndexDamaged
from index.inverted_file import trained, wanted_lists
from index.selection import Selection
from index.snapshot import empty_view
from index.vector_file import DerivedFile, keys_in, read_vector_file, reusable, verify_file, write_inverted_file
from index.vectors import VectorView

DIMENSION = 24
COUNT = 4_000
NONE_REMOVED = np.empty(0, dtype=np.int64)


def _vectors(count: int, seed: int) -> NDArray[np.float32]:
    """Of length 1 around a few hundred centres, and exact in half precision."""
    generator = np.random.default_rng(seed)
    centres = np.random.default_rng(77).normal(size=(300, DIMENSION))
    vectors = centres[generator.integers(300, size=count)] + generator.normal(size=(count, DIMENSION)) / 2
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors.astype(np.float16).astype(np.float32)


def _keys(count: int) -> NDArray[np.int64]:
    return 3 * np.arange(1, count + 1, dtype=np.int64)


def _batches(
    keys: NDArray[np.int64], vectors: NDArray[np.float32]
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float32]]]:
    for first in range(0, len(keys), 700):
        yield keys[first : first + 700], vectors[first : first + 700]


def _written(folder: Path, vectors: NDArray[np.float32], generation: int = 1) -> tuple[Path, DerivedFile]:
    path = folder / f"vectors-{generation}.faiss"
    batches = _batches(_keys(len(vectors)), vectors)
    return path, write_inverted_file(path, batches, lambda: vectors, len(vectors), generation)


def _view(path: Path, file: DerivedFile) -> VectorView:
    empty = empty_view(DIMENSION)
    index = read_vector_file(path, file, DIMENSION)
    return VectorView(1, file, index, empty.recent_keys, empty.recent, frozenset(), file.last_key)


def _exact(vectors: NDArray[np.float32], keys: NDArray[np.int64], query: NDArray[np.float32], k: int) -> list[int]:
    return [int(key) for key in keys[np.argsort(-(vectors @ query), kind="stable")[:k]]]


def test_it_writes_byte_for_byte_what_faiss_writes(tmp_path: Path) -> None:
    vectors = _vectors(COUNT, seed=1)
    path, file = _written(tmp_path, vectors)
    theirs = trained(vectors, COUNT)
    theirs.add_with_ids(vectors, _keys(COUNT))
    faiss.write_index(theirs, str(tmp_path / "theirs"))
    assert path.read_bytes() == (tmp_path / "theirs").read_bytes()
    assert (file.count, file.last_key, file.bytes) == (COUNT, 3 * COUNT, path.stat().st_size)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["theirs", path.name]
    verify_file(path, file)


def test_of_lists_nearly_all_of_the_nearest_are_found(tmp_path: Path) -> None:
    vectors = _vectors(COUNT, seed=1)
    view = _view(*_written(tmp_path, vectors))
    queries = _vectors(100, seed=2)
    found = [len({*view.search(query, 10)[0]} & {*_exact(vectors, _keys(COUNT), query, 10)}) for query in queries]
    assert sum(found) / 1_000 > 0.9
    assert view.faiss_index.nprobe < view.faiss_index.nlist


@pytest.mark.parametrize("k", [1, 10, 3_999, 4_000, 9_000])
def test_as_many_are_found_as_there_are(tmp_path: Path, k: int) -> None:
    """Though most lists are left out at first."""
    vectors = _vectors(COUNT, seed=1)
    view = _view(*_written(tmp_path, vectors)).advanced(2, NONE_REMOVED, vectors[:0], [3, 6, 9])
    keys, scores = view.search(vectors[0], k)
    assert len(keys) == min(k, COUNT - 3)
    assert not {3, 6, 9} & {*keys}
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize("few", [1, 7, 400])
def test_where_few_are_allowed_exactly_the_nearest_of_them_are_found(tmp_path: Path, few: int) -> None:
    """Wherever they lie."""
    vectors, keys = _vectors(COUNT, seed=1), _keys(COUNT)
    view = _view(*_written(tmp_path, vectors))
    rows = np.sort(np.random.default_rng(few).permutation(COUNT)[:few])
    allowed = _selection(keys[rows])
    for query in _vectors(20, seed=3):
        assert view.search(query, 10, allowed)[0] == _exact(vectors[rows], keys[rows], query, 10)


def test_where_many_are_allowed_more_lists_are_searched_the_fewer_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.vectors.FEW_ALLOWED", 100)
    vectors, keys = _vectors(COUNT, seed=1), _keys(COUNT)
    view = _view(*_written(tmp_path, vectors))
    found = 0
    for query in _vectors(50, seed=3):
        nearest = _exact(vectors[::4], keys[::4], query, 10)
        found += len({*view.search(query, 10, _selection(keys[::4]))[0]} & {*nearest})
    assert found / 500 > 0.95


def test_an_exact_search_leaves_out_no_list_however_many_are_allowed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And its cosines are those of each vector by itself, of the file and of what came since."""
    monkeypatch.setattr("index.vectors.FEW_ALLOWED", 0)
    vectors, keys = _vectors(COUNT + 50, seed=1), _keys(COUNT + 50)
    view = _view(*_written(tmp_path, vectors[:COUNT])).advanced(2, keys[COUNT:], vectors[COUNT:], [])
    for query in _vectors(50, seed=3):
        nearest, cosines = view.search(query, 10, _selection(keys[::2]), exact=True)
        assert nearest == _exact(vectors[::2], keys[::2], query, 10)
        assert cosines == [float((vectors[key // 3 - 1] * query).sum()) for key in nearest]


def _selection(keys: NDArray[np.int64]) -> Selection:
    mask = np.zeros(int(keys.max()) + 1, dtype=np.bool_)
    mask[keys] = True
    return Selection(mask, np.packbits(mask, bitorder="little"), len(keys), int(keys.min()), int(keys.max()))


def test_a_copy_with_changes_holds_what_stays_and_what_is_new(tmp_path: Path) -> None:
    """The centres stay, so that it is what FAISS makes of the old centres and the new collection."""
    vectors, keys = _vectors(COUNT + 500, seed=1), _keys(COUNT + 500)
    path, file = _written(tmp_path, vectors[:COUNT])
    removed = keys[5:900:7]
    held = reusable(read_vector_file(path, file, DIMENSION), removed, COUNT + 500)
    assert held is not None
    new = tmp_path / "vectors-2.faiss"

    def no_sample() -> NDArray[np.float32]:
        pytest.fail("the centres were chosen anew")

    written = write_inverted_file(new, _batches(keys[COUNT:], vectors[COUNT:]), no_sample, COUNT, 2, held)
    index = read_vector_file(new, written, DIMENSION)
    stay = ~np.isin(keys, removed)
    assert sorted(keys_in(index).tolist()) == keys[stay].tolist()
    view = _view(new, written)
    for query in _vectors(5, seed=4):
        assert view.search(query, len(keys))[0] == _exact(vectors[stay], keys[stay], query, len(keys))


def test_centres_are_chosen_anew_when_the_collection_has_grown(tmp_path: Path) -> None:
    path, file = _written(tmp_path, _vectors(COUNT, seed=1))
    index = read_vector_file(path, file, DIMENSION)
    assert reusable(index, NONE_REMOVED, 2 * COUNT) is not None
    assert reusable(index, NONE_REMOVED, 3 * COUNT) is None
    assert reusable(index, NONE_REMOVED, COUNT // 3) is None
    assert reusable(None, NONE_REMOVED, COUNT) is None


def test_a_file_with_lists_that_is_not_the_recorded_one_is_refused(tmp_path: Path) -> None:
    path, file = _written(tmp_path, _vectors(COUNT, seed=1))
    content = path.read_bytes()
    path.write_bytes(content[:-1])
    with pytest.raises(IndexDamaged, match="bytes instead of"):
        read_vector_file(path, file, DIMENSION)
    path.write_bytes(content[:40] + bytes(400) + content[440:])
    with pytest.raises(IndexDamaged):
        read_vector_file(path, file, DIMENSION)
    sizes = content.index(b"full") + 12
    path.write_bytes(content[:sizes] + bytes(80) + content[sizes + 80 :])
    with pytest.raises(IndexDamaged):
        read_vector_file(path, file, DIMENSION)


def test_the_number_of_lists_grows_with_the_root_of_the_vectors() -> None:
    assert [wanted_lists(count) for count in (1, 10_000, 1_000_000)] == [8, 800, 8_000]
