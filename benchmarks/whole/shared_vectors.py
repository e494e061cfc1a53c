"""Vectors computed once and given to every stack, so that no embedder is measured; with the passages they belong to."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

PASSAGES, KEYS, VECTORS = "passages.jsonl", "keys.npy", "vectors.npy"


class SharedVectors:
    """A folder of vectors by text, mapped into memory: a process holds those that it asks for."""

    def __init__(self, folder: Path) -> None:
        import numpy as np

        self._folder = folder
        self._keys = np.load(folder / KEYS)
        self._vectors = np.load(folder / VECTORS, mmap_mode="r")

    @property
    def dimension(self) -> int:
        return int(self._vectors.shape[1])

    def of(self, texts: Sequence[str]) -> Any:
        """Vectors of shape (len(texts), dimension), float32. Raises KeyError for a text that none was computed of."""
        import numpy as np

        wanted = np.array([_key(text) for text in texts], dtype=np.uint64)
        places = np.minimum(np.searchsorted(self._keys, wanted), len(self._keys) - 1)
        for missing in np.flatnonzero(self._keys[places] != wanted)[:1]:
            raise KeyError(f"No shared vector was computed of {texts[missing][:80]!r}")
        return np.asarray(self._vectors[places], dtype=np.float32)

    def passages(self, among: Iterable[str]) -> Iterator[tuple[str, int, str]]:
        """Article, number within it, and text of each passage of the articles named by their ids."""
        ids = frozenset(among)
        with (self._folder / PASSAGES).open(encoding="utf-8") as lines:
            for article, texts in map(json.loads, lines):
                if article in ids:
                    yield from ((article, number, text) for number, text in enumerate(texts))


def write_shared_vectors(
    folder: Path, passages: Iterable[tuple[str, Sequence[str]]], vectors: Mapping[str, Any]
) -> None:
    """`passages` are articles with the texts of their passages; `vectors` maps every text to its vector."""
    import numpy as np

    folder.mkdir(parents=True, exist_ok=True)
    with (folder / PASSAGES).open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(passage, ensure_ascii=False) + "\n" for passage in passages)
    ordered = sorted((_key(text), text) for text in vectors)
    np.save(folder / VECTORS, np.array([vectors[text] for _, text in ordered], dtype=np.float32))
    np.save(folder / KEYS, np.array([key for key, _ in ordered], dtype=np.uint64))  # last: a folder with it is whole


def is_there(folder: Path) -> bool:
    return (folder / KEYS).is_file()


def _key(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8).digest(), "big")
