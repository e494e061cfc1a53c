"""Search by vectors: a FAISS file over most of the passages, and what has changed since it was written."""

import errno
import hashlib
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.errors import IndexDamaged
from index.selection import Selection, Selections
from index.visible_part import VisibleParts


@dataclass(frozen=True, slots=True)
class VectorFile:
    """What the database records of the vector file that belongs to it."""

    generation: int
    last_key: int
    count: int
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class VectorView:
    """The vectors of one generation: those of the file, less the removed ones, and those added since.

    `recent_keys` is ascending, shape (n,); `recent` has shape (n, d). `last_key` is the highest key seen so far.
    `selections` keeps which of the generation's passages may be found under a condition, `visible_parts` what those
    may see to whom access rules apply.
    """

    generation: int
    file: VectorFile | None
    faiss_index: Any
    recent_keys: NDArray[np.int64]
    recent: NDArray[np.float32]
    removed: frozenset[int]
    last_key: int
    selections: Selections = field(default_factory=Selections, compare=False, repr=False)
    visible_parts: VisibleParts = field(default_factory=VisibleParts, compare=False, repr=False)

    def advanced(
        self, generation: int, keys: NDArray[np.int64], vectors: NDArray[np.float32], removed: Iterable[int]
    ) -> "VectorView":
        """The view of a later generation, from what was added and removed in between."""
        return replace(
            self,
            generation=generation,
            recent_keys=np.concatenate([self.recent_keys, keys]),
            recent=np.concatenate([self.recent, vectors]),
            removed=self.removed | frozenset(removed),
            last_key=int(keys[-1]) if len(keys) else self.last_key,
            selections=Selections(),
            visible_parts=self.visible_parts.of_next_generation(),
        )

    def search(
        self, vector: NDArray[np.float32], k: int, allowed: Selection | None = None
    ) -> tuple[list[int], list[float]]:
        """Keys and cosines of the `k` nearest passages to a vector of shape (d,), best first; of those that are
        `allowed`, where that is given, so that as many are found as there are."""
        found: list[tuple[float, int]] = []
        if allowed is not None and not allowed.passages:
            return [], []
        if self.faiss_index is not None and self.faiss_index.ntotal:
            import faiss

            # FAISS gives one query to one thread anyway, and lets the others wait for it: milliseconds that a busy
            # machine does not have (docs/decisions/0070). The setting is the calling thread's own.
            faiss.omp_set_num_threads(1)
            parameters, _held = self._filter(allowed)
            scores, keys = self.faiss_index.search(vector[None], min(k, self.faiss_index.ntotal), params=parameters)
            found += [(float(score), int(key)) for score, key in zip(scores[0], keys[0], strict=True) if key >= 0]
        if len(self.recent_keys):
            similarities = self.recent @ vector
            if allowed is not None:
                similarities[~allowed.among(self.recent_keys)] = -np.inf
            nearest = np.argsort(-similarities, kind="stable")[: k + len(self.removed)]
            found += [
                (float(similarities[row]), int(self.recent_keys[row]))
                for row in nearest
                if int(self.recent_keys[row]) not in self.removed and similarities[row] > -np.inf
            ]
        found.sort(key=_best_first)
        if allowed is not None:
            found = sorted(self._scored_alike([key for _, key in found[:k]], vector), key=_best_first)
        return [key for _, key in found[:k]], [score for score, _ in found[:k]]

    def _scored_alike(self, keys: Sequence[int], vector: NDArray[np.float32]) -> list[tuple[float, int]]:
        """Cosines and keys. How FAISS and numpy add up depends, in the last digits, on which passages are in the file
        and on how many are not, also on hidden ones; here each is added up by itself."""
        if not keys:
            return []
        in_file = self.file.last_key if self.faiss_index is not None and self.file is not None else 0
        rows = [
            self.faiss_index.reconstruct(key) if key <= in_file else self.recent[np.searchsorted(self.recent_keys, key)]
            for key in keys
        ]
        cosines = (np.stack(rows) * vector).sum(axis=1)
        return [(float(cosine), key) for cosine, key in zip(cosines, keys, strict=True)]

    def _filter(self, allowed: Selection | None) -> tuple[Any, tuple[Any, ...]]:
        """FAISS's search parameters, and what must be kept alive for as long as they are used."""
        import faiss

        selectors: list[Any] = []
        if self.removed:
            removed = np.fromiter(self.removed, dtype=np.int64, count=len(self.removed))
            selectors.append(faiss.IDSelectorNot(faiss.IDSelectorBatch(removed)))
        if allowed is not None:
            selectors.append(faiss.IDSelectorBitmap(len(allowed.bits), faiss.swig_ptr(allowed.bits)))
        if not selectors:
            return None, ()
        selector = selectors[0] if len(selectors) == 1 else faiss.IDSelectorAnd(*selectors)
        # Given as an argument and not assigned: only so does every version of FAISS keep the selector alive.
        parameters: Any = faiss.SearchParameters
        return parameters(sel=selector), (*selectors, selector, allowed)


def _best_first(scored: tuple[float, int]) -> tuple[float, int]:
    score, key = scored
    return -score, key


def write_vector_file(
    path: Path, batches: Iterable[tuple[NDArray[np.int64], NDArray[np.float32]]], dimension: int, generation: int
) -> VectorFile:
    """Writes keys, ascending over all batches, and their vectors, (n,) and (n, d); returns what to record of the file.

    The file is there whole or not at all. Raises OSError when it cannot be written.
    """
    import faiss

    index = _empty_index(dimension)
    last_key = 0
    for keys, vectors in batches:
        index.add_with_ids(vectors, keys)
        last_key = int(keys[-1])
    unfinished = path.with_name(path.name + ".unfinished")
    try:
        try:
            faiss.write_index(index, str(unfinished))
        except RuntimeError as error:
            # FAISS does not say why; that the folder can be written to is known, since the database is in it.
            raise OSError(errno.ENOSPC, "the disk is full, or the file is too large", str(path)) from error
        with unfinished.open("rb") as file:
            os.fsync(file.fileno())
            size = os.fstat(file.fileno()).st_size
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return VectorFile(generation=generation, last_key=last_key, count=index.ntotal, bytes=size, sha256=sha256)


def _empty_index(dimension: int) -> Any:
    import faiss

    # Exact search over half precision: what is stored is half precision, too, and it takes half the memory.
    flat = faiss.IndexScalarQuantizer(dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
    flat.is_trained = True
    return faiss.IndexIDMap2(flat)


def read_vector_file(path: Path, recorded: VectorFile, dimension: int) -> Any:
    """The FAISS index in the file, mapped into memory.

    Raises IndexDamaged when the file is missing, truncated or not the recorded one; its content is compared by
    `verify_vector_file` only, which reads all of it.
    """
    import faiss

    try:
        size = path.stat().st_size
    except OSError as error:
        raise IndexDamaged(f"The vector file {path} is missing or cannot be read ({error.strerror}).") from error
    if size != recorded.bytes:
        raise IndexDamaged(f"The vector file {path} has {size} bytes instead of {recorded.bytes}.")
    try:
        index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
    except (RuntimeError, MemoryError) as error:  # a damaged length asks for any amount of memory
        raise IndexDamaged(f"The vector file {path} cannot be read by FAISS.") from error
    if not _is_searchable(index):
        raise IndexDamaged(f"The vector file {path} does not hold vectors that can be searched.")
    if index.ntotal != recorded.count or index.d != dimension:
        raise IndexDamaged(
            f"The vector file {path} holds {index.ntotal} vectors of {index.d} dimensions "
            f"instead of {recorded.count} of {dimension}."
        )
    return index


def _is_searchable(index: Any) -> bool:
    import faiss

    if not isinstance(index, faiss.IndexIDMap2):
        return False
    inner = faiss.downcast_index(index.index)
    return (
        isinstance(inner, faiss.IndexScalarQuantizer)
        and inner.is_trained
        and inner.metric_type == index.metric_type == faiss.METRIC_INNER_PRODUCT
        and inner.sq.qtype == faiss.ScalarQuantizer.QT_fp16
        and inner.ntotal == index.ntotal
        and inner.d == index.d
    )


def verify_vector_file(path: Path, recorded: VectorFile) -> None:
    """Raises IndexDamaged when the file's content is not what was recorded."""
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != recorded.sha256:
        raise IndexDamaged(f"The vector file {path} has another content than was written (SHA-256 {found}).")
