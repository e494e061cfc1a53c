"""What the encoder makes of passages and of their sentences, kept for the next question that finds them: it does not
depend on the question."""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence

import numpy as np
from numpy.typing import NDArray

MOST_BYTES = 64 * 1024 * 1024
"""Some five thousand passages' worth with the bundled model."""

Vectors = NDArray[np.float32]
Part = tuple[str, str, Hashable]
"""The article's id, a text of it, and what is asked of that text."""


class KeptVectors:
    """The least recently used go when there are more than `most_bytes`. May be used by many threads at once.

    What is kept is known by the text itself, so that it cannot be out of date, and by the article: how fast an answer
    comes tells nothing of the same words in an article that its reader may not see.
    """

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._kept: OrderedDict[bytes, Vectors] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()

    @property
    def size(self) -> int:
        """Bytes."""
        return self._size

    def vectors(self, parts: Sequence[Part], make: Callable[[list[int]], Sequence[Vectors]]) -> list[Vectors]:
        """What is kept of each part; `make` makes that of the parts at the places that it is given, in their order.
        The arrays are shared, and must not be changed."""
        keys = [_key(part) for part in parts]
        with self._lock:
            found = {key: self._kept[key] for key in keys if key in self._kept}
            for key in found:
                self._kept.move_to_end(key)
        missing = [place for place, key in enumerate(keys) if key not in found]
        if missing:
            made = {keys[place]: vectors for place, vectors in zip(missing, make(missing), strict=True)}
            found |= made
            self._keep(made)
        return [found[key] for key in keys]

    def _keep(self, made: dict[bytes, Vectors]) -> None:
        with self._lock:
            for key, vectors in made.items():
                if key not in self._kept:  # another thread may have made them, too
                    self._kept[key] = vectors.copy()  # a part of a larger array would keep all of that
                    self._size += vectors.nbytes
            while self._size > self._most_bytes:
                _, gone = self._kept.popitem(last=False)
                self._size -= gone.nbytes


def _key(part: Part) -> bytes:
    article, text, asked = part
    told = f"{len(article)} {article} {text} {asked!r}".encode("utf-8", "surrogatepass")
    return hashlib.blake2b(told, digest_size=20).digest()
