"""Search by vectors: a FAISS file over most of the passages, and what has changed since it was written."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.kept import Kept
from index.selection import Selection, Selections
from index.vector_file import DerivedFile, VectorReader, vector_reader
from index.visible_part import VisibleParts

FEW_ALLOWED = 50_000
"""So many passages, or fewer, are all compared where a filter leaves only them: no list is left out."""


@dataclass(frozen=True, slots=True)
class VectorView:
    """The vectors of one generation: those of the file, less the removed ones, and those added since.

    `recent_keys` is ascending, shape (n,); `recent` has shape (n, d). `last_key` is the highest key seen so far.
    `selections` keeps which of the generation's passages may be found under a condition, `visible_parts` what those
    may see to whom access rules apply. `words` is the word file that belongs to it.
    """

    generation: int
    file: DerivedFile | None
    faiss_index: Any
    recent_keys: NDArray[np.int64]
    recent: NDArray[np.float32]
    removed: frozenset[int]
    last_key: int
    selections: Selections = field(default_factory=Selections, compare=False, repr=False)
    visible_parts: VisibleParts = field(default_factory=VisibleParts, compare=False, repr=False)
    words: DerivedFile | None = None
    _reader: Kept[None, VectorReader] = field(default_factory=lambda: Kept(1), compare=False, repr=False)

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
            visible_parts=self.visible_parts.of_next_generation(self.visible_parts.words),
        )

    def search(
        self, vector: NDArray[np.float32], k: int, allowed: Selection | None = None, *, exact: bool = False
    ) -> tuple[list[int], list[float]]:
        """Keys and cosines of the `k` nearest passages to a vector of shape (d,), best first; of those that are
        `allowed`, where that is given, so that as many are found as there are.

        Where the file has lists, some of the nearest are missed unless the search is `exact`; which ones depends on
        all passages, also on those that are not allowed.
        """
        found: list[tuple[float, int]] = []
        if allowed is not None and not allowed.passages:
            return [], []
        if self.faiss_index is not None and self.faiss_index.ntotal:
            import faiss

            # FAISS gives one query to one thread anyway, and lets the others wait for it: milliseconds that a busy
            # machine does not have (docs/decisions/0070). The setting is the calling thread's own.
            faiss.omp_set_num_threads(1)
            found += self._in_file(vector, min(k, self.faiss_index.ntotal), allowed, exact)
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
        cosines = (np.stack([self._vector(key) for key in keys]) * vector).sum(axis=1)
        return [(float(cosine), key) for cosine, key in zip(cosines, keys, strict=True)]

    def _vector(self, key: int) -> NDArray[np.float32]:
        if self.faiss_index is not None and self.file is not None and key <= self.file.last_key:
            return self._reader.value(None, lambda: vector_reader(self.faiss_index))(key)
        found: NDArray[np.float32] = self.recent[np.searchsorted(self.recent_keys, key)]
        return found

    def _in_file(
        self, vector: NDArray[np.float32], k: int, allowed: Selection | None, exact: bool
    ) -> list[tuple[float, int]]:
        """Scores and keys of the `k` nearest in the file; as many as there are, however few lists hold them."""
        lists = int(getattr(self.faiss_index, "nlist", 0))
        probed = lists if exact else self._probed(allowed)
        found: list[tuple[float, int]] = []
        while len(found) < k:
            parameters, _held = self._parameters(allowed, probed)
            scores, keys = self.faiss_index.search(vector[None], k, params=parameters)
            found = [(float(score), int(key)) for score, key in zip(scores[0], keys[0], strict=True) if key >= 0]
            if probed == lists:
                break
            probed = min(lists, 8 * probed)
        return found

    def _probed(self, allowed: Selection | None) -> int:
        """How many lists are searched, 0 where the file has none: the more, the fewer passages of each are allowed."""
        lists = int(getattr(self.faiss_index, "nlist", 0))
        if not lists:
            return 0
        if allowed is None:
            return int(self.faiss_index.nprobe)
        if allowed.passages <= FEW_ALLOWED:
            return lists
        share: float = min(1.0, allowed.passages / int(self.faiss_index.ntotal))
        return min(lists, round(int(self.faiss_index.nprobe) / share))

    def _parameters(self, allowed: Selection | None, probed: int) -> tuple[Any, tuple[Any, ...]]:
        """FAISS's search parameters, and what must be kept alive for as long as they are used."""
        import faiss

        selector, held = self._selector(allowed)
        # Given as arguments and not assigned: only so does every version of FAISS keep the selector alive.
        given: dict[str, Any] = {} if selector is None else {"sel": selector}
        if probed:
            parameters: Any = faiss.SearchParametersIVF
            return parameters(nprobe=probed, **given), held
        parameters = faiss.SearchParameters
        return (parameters(**given) if given else None), held

    def _selector(self, allowed: Selection | None) -> tuple[Any, tuple[Any, ...]]:
        """What leaves out the removed and lets in the allowed, and what must be kept alive with it."""
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
        return selector, (*selectors, selector, allowed)


def _best_first(scored: tuple[float, int]) -> tuple[float, int]:
    score, key = scored
    return -score, key
