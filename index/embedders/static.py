"""The bundled static model: a text's vector is the sum of its word pieces' vectors. No torch, no network."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from index.embedders.manifest import files_fingerprint, read_manifest, unreadable
from index.embedders.token_states import TokenStates
from index.types import Progress

if TYPE_CHECKING:
    from tokenizers import Tokenizer

BUNDLED = Path(__file__).parent / "weights" / "static"
BATCH_TEXTS = 256
BATCH_CHARACTERS = 200_000
REMEMBERED_CHUNKS = 200_000


def content_fingerprint(folder: Path) -> str:
    """What decides the vectors of a static model's folder, as `static:` and 16 hexadecimal digits of SHA-256."""
    return files_fingerprint("static", [folder / "model.safetensors", folder / "tokenizer.json"])


class StaticEmbedder:
    """Runs a folder with `model.safetensors` (int8 rows `embeddings`, scales `weights`), `tokenizer.json` and
    `manifest.json`. Nothing but the manifest is read before the first text."""

    def __init__(self, folder: Path = BUNDLED) -> None:
        self._folder = folder
        manifest = read_manifest(folder)
        # The name must lead back to the folder: an index records it, and opens its embedder by it.
        self._name = manifest.name if folder == BUNDLED else str(folder.resolve())
        self._dimension = manifest.dimension
        self._fingerprint = manifest.fingerprint
        self._known: dict[str, list[int]] = {}

    @property
    def name(self) -> str:
        return self._name

    @property
    def dimension(self) -> int:
        return self._dimension

    @property
    def fingerprint(self) -> str:
        return self._fingerprint

    def embed_passages(self, texts: Sequence[str], progress: Progress | None = None) -> NDArray[np.float32]:
        """Vectors of shape (len(texts), dimension), of length 1; all zeros for a text without any known piece.

        Memory beyond the result is bounded by one batch, whatever the number of texts.
        """
        vectors = np.zeros((len(texts), self._dimension), dtype=np.float32)
        for start, batch in _batches(texts):
            vectors[start : start + len(batch)] = _normalised(self._sums(batch))
            if progress is not None:
                progress(start + len(batch), len(texts))
        return vectors

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The same as for passages: a static model has no prompts."""
        return self.embed_passages(texts)

    def token_states(self, texts: Sequence[str]) -> list[TokenStates]:
        """The vectors of each text's pieces: a static model sees no context."""
        return [self._states(text) for text in texts]

    def word_vectors(self, words: Sequence[str]) -> NDArray[np.float32]:
        """The same before they are brought to length 1: their length is how much the word tells, small for "the"."""
        return self._sums([word.lower() for word in words])

    def _states(self, text: str) -> TokenStates:
        encoding = self._tokenizer.encode(text.encode("utf-8", "replace").decode("utf-8"), add_special_tokens=False)
        rows, scales = self._rows
        told = rows[encoding.ids].astype(np.float32) * scales[encoding.ids, None]
        return TokenStates(told, np.array(encoding.offsets, dtype=np.int32).reshape(-1, 2))

    @cached_property
    def _tokenizer(self) -> "Tokenizer":
        from tokenizers import Tokenizer

        try:
            return Tokenizer.from_file(str(self._folder / "tokenizer.json"))
        except Exception as problem:  # the library raises nothing more exact
            raise unreadable(self._folder, problem) from problem

    @cached_property
    def _rows(self) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
        """The rows and their scales, shapes (pieces, dimension) and (pieces,)."""
        from safetensors import SafetensorError
        from safetensors.numpy import load_file

        try:
            tensors = load_file(self._folder / "model.safetensors")
            rows, scales = tensors["embeddings"], tensors["weights"]
        except (OSError, KeyError, ValueError, SafetensorError) as problem:
            raise unreadable(self._folder, problem) from problem
        if rows.shape != (len(scales), self._dimension):
            raise unreadable(self._folder, f"rows of shape {rows.shape}")
        return rows, scales

    def _sums(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Sums of one batch, shape (len(texts), dimension): how often a piece occurs in a text, times the piece's row.

        A matrix product over the batch's distinct pieces: several times faster than adding up rows text by text.
        """
        pieces = self._pieces(texts)
        flat = np.fromiter(chain.from_iterable(pieces), dtype=np.int64)
        sums = np.zeros((len(texts), self._dimension), dtype=np.float32)
        if not len(flat):
            return sums
        distinct, columns = np.unique(flat, return_inverse=True)
        owners = np.repeat(np.arange(len(texts)), [len(text) for text in pieces])
        counts = np.bincount(owners * len(distinct) + columns, minlength=len(texts) * len(distinct))
        rows, scales = self._rows
        weighted = rows[distinct].astype(np.float32) * scales[distinct, None]
        np.matmul(counts.reshape(len(texts), -1).astype(np.float32), weighted, out=sums)
        return sums

    def _pieces(self, texts: Sequence[str]) -> list[list[int]]:
        """The piece numbers of each text. What stands between two spaces is tokenised once and remembered: a space
        always ends a word, so that nothing outside can change its pieces."""
        chunks = [text.split(" ") for text in texts]
        if len(self._known) > REMEMBERED_CHUNKS:
            # A new one, not emptied: another thread may be in the middle of using the old one.
            self._known = {}
        known = self._known
        new = [chunk for chunk in set(chain.from_iterable(chunks)) if chunk not in known]
        # Lone surrogates cannot be encoded; they stand for nothing that a piece could match.
        encodable = [chunk.encode("utf-8", "replace").decode("utf-8") for chunk in new]
        encodings = self._tokenizer.encode_batch_fast(encodable, add_special_tokens=False)
        known.update((chunk, found.ids) for chunk, found in zip(new, encodings, strict=True))
        return [list(chain.from_iterable(known[chunk] for chunk in words)) for words in chunks]


def _normalised(sums: NDArray[np.float32]) -> NDArray[np.float32]:
    lengths = np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-12)
    normalised: NDArray[np.float32] = sums / lengths
    return normalised


def _batches(texts: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """Consecutive texts and the place of the first, each batch bounded by number and by characters."""
    batch: list[str] = []
    characters = 0
    for place, text in enumerate(texts):
        if batch and (len(batch) == BATCH_TEXTS or characters + len(text) > BATCH_CHARACTERS):
            yield place - len(batch), batch
            batch, characters = [], 0
        batch.append(text)
        characters += len(text)
    if batch:
        yield len(texts) - len(batch), batch
