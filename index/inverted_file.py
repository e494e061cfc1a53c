"""A FAISS inverted file over many vectors, written list by list, so that its memory does not grow with the collection.

The vectors are put into lists by the nearest of some thousand centres, and a search goes through the lists nearest to
its question. What is stored is half precision, as in the database.
"""

import math
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

Batches = Iterable[tuple[NDArray[np.int64], NDArray[np.float32]]]

PROBED_SHARE = 1 / 4
"""Of the lists, a search without a filter goes through this share: see docs/decisions/0134."""

TRAINED_BY = 30
"""Vectors of the sample for each list."""

LISTS_CHANGED = 1.5
"""The centres are chosen anew when there should be this many times as many lists, or as few."""


def wanted_lists(count: int) -> int:
    """How many lists `count` vectors are put into. More of them would find more at the same cost, and take long to
    choose: that grows with the square of their number."""
    return max(1, round(8 * math.sqrt(count)))


def trained(sample: NDArray[np.float32], count: int) -> Any:
    """An empty index for `count` vectors, with centres chosen from a sample of shape (n, d)."""
    import faiss

    lists, dimension = min(wanted_lists(count), len(sample)), sample.shape[1]
    index = faiss.IndexIVFScalarQuantizer(
        faiss.IndexFlatIP(dimension),
        dimension,
        lists,
        faiss.ScalarQuantizer.QT_fp16,
        faiss.METRIC_INNER_PRODUCT,
        False,  # the vectors as they are, not their differences from the centre
    )
    index.cp.niter = 8
    index.cp.min_points_per_centroid = 1  # a small sample is no reason for a warning
    index.train(sample)
    index.nprobe = max(1, round(lists * PROBED_SHARE))
    return index


def fits(index: Any, count: int) -> bool:
    """Whether an index has about as many lists as `count` vectors should have."""
    ratio = wanted_lists(count) / index.nlist
    return bool(1 / LISTS_CHANGED <= ratio <= LISTS_CHANGED)


@dataclass(frozen=True, slots=True)
class Held:
    """An index, and those of its vectors that stay: all but the `removed` keys, ascending, shape (n,)."""

    index: Any
    removed: NDArray[np.int64]

    def keys(self, number: int) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """Those of one list, and which of them stay; both of shape (n,)."""
        import faiss

        lists = self.index.invlists
        size = lists.list_size(number)
        keys = faiss.rev_swig_ptr(lists.get_ids(number), size) if size else np.empty(0, dtype=np.int64)
        return keys, ~np.isin(keys, self.removed, kind="sort")

    def codes(self, number: int) -> NDArray[np.uint8]:
        """Those of one list, one row a vector."""
        import faiss

        lists = self.index.invlists
        size, width = lists.list_size(number), self.index.code_size
        if not size:
            return np.empty((0, width), dtype=np.uint8)
        found: NDArray[np.uint8] = faiss.rev_swig_ptr(lists.get_codes(number), size * width).reshape(size, width)
        return found


@dataclass(frozen=True, slots=True)
class Places:
    """Where each vector of an index lies, which FAISS does not know: `keys` ascending, shape (n,), and for each of them
    its place where all lists follow one another; `begins[number]` is the first place of a list."""

    keys: NDArray[np.int64]
    places: NDArray[np.int64]
    begins: NDArray[np.int64]

    @classmethod
    def of(cls, index: Any) -> "Places":
        every = Held(index, np.empty(0, dtype=np.int64))
        lists = [every.keys(number)[0] for number in range(index.nlist)]
        keys = np.concatenate(lists)
        order = np.argsort(keys, kind="stable")
        begins = np.cumsum([0, *map(len, lists)], dtype=np.int64)
        return cls(keys[order], order, begins)

    def vector(self, index: Any, key: int) -> NDArray[np.float32]:
        """The vector of a key that the index holds, shape (d,)."""
        place = self.places[np.searchsorted(self.keys, key)]
        number = int(np.searchsorted(self.begins, place, side="right")) - 1
        code = Held(index, self.keys[:0]).codes(number)[place - self.begins[number]]
        found: NDArray[np.float32] = code.view("<f2").astype(np.float32)
        return found


@dataclass(frozen=True, slots=True)
class Fresh:
    """Vectors that were assigned to lists: `order` sorts them by list, `begins[number]` is the first of a list there.
    `codes` lie in a file, one row a vector."""

    keys: NDArray[np.int64]
    codes: NDArray[np.uint8]
    order: NDArray[np.int64]
    begins: NDArray[np.int64]

    def of(self, number: int) -> NDArray[np.int64]:
        """Which rows belong to a list, in the order of their keys."""
        return self.order[self.begins[number] : self.begins[number + 1]]


def assigned(index: Any, batches: Batches, spool: Path) -> Fresh:
    """Finds the list of each vector, a batch in memory at a time; their codes go to a new file at `spool`.

    Raises OSError when it cannot be written.
    """
    keys: list[NDArray[np.int64]] = [np.empty(0, dtype=np.int64)]
    lists: list[NDArray[np.int64]] = [np.empty(0, dtype=np.int64)]
    with spool.open("wb") as file:
        for batch, vectors in batches:
            keys.append(batch)
            lists.append(index.quantizer.search(vectors, 1)[1][:, 0])
            file.write(vectors.astype("<f2").tobytes())
    every = np.concatenate(lists)
    order = np.argsort(every, kind="stable")
    begins = np.searchsorted(every[order], np.arange(index.nlist + 1))
    width = index.code_size
    codes = np.memmap(spool, np.uint8, "r", shape=(len(every), width)) if len(every) else np.empty((0, width), np.uint8)
    return Fresh(np.concatenate(keys), codes, order, begins)


def write_lists(file: IO[bytes], index: Any, held: Held | None, fresh: Fresh) -> int:
    """Writes what FAISS would write of `index` if it held both; returns how many vectors that are.

    The form is that of `faiss/impl/index_write.cpp`, `write_InvertedLists`: the lists come last, first all sizes, then
    of each list the codes and the keys. A test compares it, byte for byte, with what FAISS writes.
    """
    stay = [held.keys(number)[1] if held else np.empty(0, dtype=np.bool_) for number in range(index.nlist)]
    sizes = np.array([int(stay[number].sum()) + len(fresh.of(number)) for number in range(index.nlist)], dtype="<u8")
    file.write(_beginning(index, int(sizes.sum())))
    file.write(struct.pack("<4sQQ4sQ", b"ilar", index.nlist, index.code_size, b"full", index.nlist))
    file.write(sizes.tobytes())
    for number in range(index.nlist):
        for part in _list(held, stay[number], fresh, number):
            file.write(np.ascontiguousarray(part).tobytes())
    return int(sizes.sum())


def _list(held: Held | None, stay: NDArray[np.bool_], fresh: Fresh, number: int) -> Iterator[NDArray[Any]]:
    rows = fresh.of(number)
    if held:
        yield held.codes(number)[stay]
    yield fresh.codes[rows]
    if held:
        yield held.keys(number)[0][stay]
    yield fresh.keys[rows]


def _beginning(index: Any, count: int) -> bytes:
    """All that comes before the lists: kind, dimension, centres."""
    import faiss

    lists, before = index.invlists, index.ntotal
    empty = faiss.ArrayInvertedLists(index.nlist, index.code_size)
    own = index.own_invlists
    try:
        index.own_invlists = False
        index.invlists, index.ntotal = empty, count
        written = faiss.serialize_index(index).tobytes()
    finally:
        index.invlists, index.ntotal, index.own_invlists = lists, before, own
    return bytes(written[: written.rindex(b"ilar")])
