"""The FAISS file over the vectors of one generation: of a kind chosen by their number, there whole or not at all."""

import errno
import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from index.errors import IndexDamaged
from index.inverted_file import Batches, Held, Places, assigned, fits, trained, write_lists

VectorReader = Callable[[int], NDArray[np.float32]]

_INVERTED = b"IwSq"
"""How a file begins that holds lists (FAISS's IndexIVFScalarQuantizer)."""


@dataclass(frozen=True, slots=True)
class DerivedFile:
    """What the database records of a file that is derived from it and belongs to it: what the file holds of passages,
    up to the key `last_key`, as they were in a generation."""

    generation: int
    last_key: int
    count: int
    bytes: int
    sha256: str


def write_vector_file(path: Path, batches: Batches, dimension: int, generation: int) -> DerivedFile:
    """Writes keys, ascending over all batches, and their vectors, (n,) and (n, d), to be searched one by one; returns
    what to record of the file.

    The file is there whole or not at all. Raises OSError when it cannot be written.
    """
    import faiss

    index = _empty_index(dimension)
    last_key = 0
    for keys, vectors in batches:
        index.add_with_ids(vectors, keys)
        last_key = int(keys[-1])
    with whole_or_not_at_all(path) as unfinished:
        try:
            faiss.write_index(index, str(unfinished))
        except RuntimeError as error:
            # FAISS does not say why; that the folder can be written to is known, since the database is in it.
            raise OSError(errno.ENOSPC, "the disk is full, or the file is too large", str(path)) from error
        return record(unfinished, generation, last_key, index.ntotal)


def write_inverted_file(
    path: Path,
    batches: Batches,
    sample: Callable[[], NDArray[np.float32]],
    count: int,
    generation: int,
    held: Held | None = None,
) -> DerivedFile:
    """The same in lists, for `count` vectors; only one batch of them is in memory.

    `sample` gives some of the vectors, to choose the centres by. With `held`, the lists of an earlier file, `batches`
    are what is new; the centres stay, so that what is held is copied.
    """
    index = held.index if held else trained(sample(), count)
    spool = path.with_name(f"{path.stem}-spool.faiss.unfinished")
    try:
        fresh = assigned(index, batches, spool)
        last_key = int(fresh.keys[-1]) if len(fresh.keys) else 0
        with whole_or_not_at_all(path) as unfinished:
            with unfinished.open("wb") as file:
                written = write_lists(file, index, held, fresh)
            return record(unfinished, generation, last_key, written)
    finally:
        spool.unlink(missing_ok=True)


def reusable(index: Any, removed: NDArray[np.int64], count: int) -> Held | None:
    """What a new file of `count` vectors can take over of an earlier one; None where its lists are too few or many."""
    if index is None or not _is_inverted(index) or not fits(index, count):
        return None
    return Held(index, removed)


@contextmanager
def whole_or_not_at_all(path: Path) -> Iterator[Path]:
    unfinished = path.with_name(path.name + ".unfinished")
    try:
        yield unfinished
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def record(unfinished: Path, generation: int, last_key: int, count: int) -> DerivedFile:
    with unfinished.open("rb") as file:
        os.fsync(file.fileno())
        size = os.fstat(file.fileno()).st_size
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return DerivedFile(generation=generation, last_key=last_key, count=count, bytes=size, sha256=sha256)


def _empty_index(dimension: int) -> Any:
    import faiss

    # Exact search over half precision: what is stored is half precision, too, and it takes half the memory.
    flat = faiss.IndexScalarQuantizer(dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
    flat.is_trained = True
    return faiss.IndexIDMap2(flat)


def read_vector_file(path: Path, recorded: DerivedFile, dimension: int) -> Any:
    """The FAISS index in the file, mapped into memory.

    Raises IndexDamaged when the file is missing, truncated or not the recorded one; its content is compared by
    `verify_file` only, which reads all of it.
    """
    import faiss

    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            inverted = _begins_with(file, _INVERTED)
    except OSError as error:
        raise IndexDamaged(f"The vector file {path} is missing or cannot be read ({error.strerror}).") from error
    if size != recorded.bytes:
        raise IndexDamaged(f"The vector file {path} has {size} bytes instead of {recorded.bytes}.")
    index: Any
    try:
        # Of lists, another flag maps the vectors.
        index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP if inverted else faiss.IO_FLAG_MMAP_IFC)
    except (RuntimeError, MemoryError) as error:  # a damaged length asks for any amount of memory
        raise IndexDamaged(f"The vector file {path} cannot be read by FAISS.") from error
    if not (_is_searchable(index) or (_is_inverted(index) and _lists_are_whole(index))):
        raise IndexDamaged(f"The vector file {path} does not hold vectors that can be searched.")
    if index.ntotal != recorded.count or index.d != dimension:
        raise IndexDamaged(
            f"The vector file {path} holds {index.ntotal} vectors of {index.d} dimensions "
            f"instead of {recorded.count} of {dimension}."
        )
    if inverted:
        # FAISS would start this many threads for each search, to read from the disk what it is about to need.
        lists: Any = faiss.downcast_InvertedLists(index.invlists)
        lists.prefetch_nthread = 0
    return index


def _begins_with(file: IO[bytes], word: bytes) -> bool:
    return file.read(len(word)) == word


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


def _is_inverted(index: Any) -> bool:
    import faiss

    return (
        isinstance(index, faiss.IndexIVFScalarQuantizer)
        and index.is_trained
        and index.metric_type == faiss.METRIC_INNER_PRODUCT
        and index.sq.qtype == faiss.ScalarQuantizer.QT_fp16
        and not index.by_residual
        and index.code_size == 2 * index.d
    )


def _lists_are_whole(index: Any) -> bool:
    import faiss

    lists, centres = index.invlists, index.quantizer
    return (
        isinstance(faiss.downcast_InvertedLists(lists), faiss.OnDiskInvertedLists)
        and lists.nlist == index.nlist == centres.ntotal > 0
        and centres.d == index.d
        and lists.code_size == index.code_size
        and 0 < index.nprobe <= index.nlist
        and sum(lists.list_size(number) for number in range(index.nlist)) == index.ntotal
    )


def keys_in(index: Any) -> NDArray[np.int64]:
    """The keys of all vectors in a file's index, in no order."""
    import faiss

    if not _is_inverted(index):
        found: NDArray[np.int64] = faiss.vector_to_array(index.id_map)
        return found
    every = Held(index, np.empty(0, dtype=np.int64))
    return np.concatenate([every.keys(number)[0] for number in range(index.nlist)])


def vector_reader(index: Any) -> VectorReader:
    """Gives the vector, shape (d,), of a key that a file's index holds."""
    return partial(Places.of(index).vector, index) if _is_inverted(index) else index.reconstruct


def verify_file(path: Path, recorded: DerivedFile) -> None:
    """Raises IndexDamaged when the file's content is not what was recorded."""
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != recorded.sha256:
        raise IndexDamaged(f"The file {path} has another content than was written (SHA-256 {found}).")
