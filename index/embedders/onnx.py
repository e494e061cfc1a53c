"""A sentence encoder as ONNX, run by ONNX Runtime: the bundled multilingual model. No torch, no network."""

import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from itertools import islice
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from index.embedders.manifest import files_fingerprint, read_manifest, unreadable
from index.embedders.onnx_session import open_session
from index.embedders.token_states import TokenStates
from index.types import Progress

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer

BUNDLED = Path(__file__).parent / "weights" / "multilingual"
MODEL_FILE = "model.onnx"
TOKENIZER_FILE = "tokenizer.json"
TEXTS_IN_BLOCK = 1024
REPORTED_TEXTS = 64
PIECES_AT_ONCE = 256
"""Whose rows are asked, each as a text of its own: a text has no more pieces than the network has places."""
_MADE_BY = "index.training.export"
FIRST_CHARACTERS = 20_000
"""What is tokenised of a text: many times more than the model's longest text, so that a huge one costs no time."""


def content_fingerprint(folder: Path) -> str:
    """What decides the vectors of an ONNX model's folder; the length at which texts are cut is in the tokenizer."""
    return files_fingerprint("onnx", [folder / MODEL_FILE, folder / TOKENIZER_FILE])


class OnnxEmbedder:
    """Runs a folder with `model.onnx`, `tokenizer.json` (which cuts texts at the model's longest) and
    `manifest.json`, as `index.training.export` writes it. Nothing but the manifest is read before the first text.

    One embedder may be used by many threads at once.
    """

    def __init__(self, folder: Path = BUNDLED) -> None:
        self._folder = folder
        self._manifest = read_manifest(folder)
        # The name must lead back to the folder: an index records it, and opens its embedder by it.
        self._name = self._manifest.name if folder == BUNDLED else str(folder.resolve())
        self._loading = Lock()

    @property
    def name(self) -> str:
        return self._name

    @property
    def dimension(self) -> int:
        return self._manifest.dimension

    @property
    def fingerprint(self) -> str:
        return self._manifest.fingerprint

    def embed_passages(self, texts: Sequence[str], progress: Progress | None = None) -> NDArray[np.float32]:
        """Vectors of shape (len(texts), dimension), of length 1, in the order of `texts`.

        Every text is run alone, so that its vector does not depend on the others and nothing is padded; as many run
        at once as there are cores. Memory beyond the result is bounded by one block of texts.
        """
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        if len(texts) < 2 or (count := cores()) == 1:
            return self._fill(vectors, map(self._run, self._tokens_of(texts)), progress)
        pool = ThreadPoolExecutor(count, "embedding")
        try:
            return self._fill(vectors, self._runs(pool, texts), progress)
        finally:
            # Without this, an interruption would wait until the rest of the block is done.
            pool.shutdown(cancel_futures=True)

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The same as for passages: the model has no prompts."""
        return self.embed_passages(texts)

    def token_states(self, texts: Sequence[str]) -> list[TokenStates]:
        """What the network makes of each text's tokens; every text is run alone, as many at once as there are cores."""
        encodable = [text[:FIRST_CHARACTERS].encode("utf-8", "replace").decode("utf-8") for text in texts]
        # One by one: the form for many leaves the positions out.
        encodings = [self.tokenizer.encode(text) for text in encodable]
        if len(encodings) < 2:
            return list(map(self._states, encodings))
        with ThreadPoolExecutor(cores(), "embedding") as pool:
            return list(pool.map(self._states, encodings))

    def piece_rows(self, ids: Sequence[int]) -> NDArray[np.float32]:
        """The rows of word pieces by their numbers, as the network reads them; shape (len(ids), dimension).

        A row is asked of the network once: it runs as a whole for whichever of its outputs. Those of texts whose
        `token_states` were asked for are there already.
        """
        table, is_known = self._rows
        places = np.array(ids, dtype=np.int64)
        new = np.unique(places[~is_known[places]])
        for start in range(0, len(new), PIECES_AT_ONCE):
            input_ids = new[start : start + PIECES_AT_ONCE, None]
            inputs = {"input_ids": input_ids, "attention_mask": np.ones_like(input_ids)}
            self._keep_rows(input_ids[:, 0], self._session.run(["words"], inputs)[0][:, 0])
        return table[places]

    def _keep_rows(self, ids: NDArray[np.int64], rows: NDArray[np.float32]) -> None:
        table, is_known = self._rows
        table[ids] = rows
        is_known[ids] = True  # last, and whoever writes a row at the same time writes the same

    def _states(self, encoding: "Encoding") -> TokenStates:
        input_ids = np.array([encoding.ids], dtype=np.int64)
        inputs = {"input_ids": input_ids, "attention_mask": np.ones_like(input_ids)}
        states, rows = self._session.run(["states", "words"], inputs)
        self._keep_rows(input_ids[0], rows[0])
        return TokenStates(states[0], np.array(encoding.offsets, dtype=np.int32).reshape(-1, 2))

    def _tokens_of(self, texts: Sequence[str]) -> Iterable[list[int]]:
        """The numbers of each text's pieces, cut at the model's longest."""
        for start in range(0, len(texts), TEXTS_IN_BLOCK):
            block = texts[start : start + TEXTS_IN_BLOCK]
            # Lone surrogates cannot be encoded; they stand for nothing that a piece could match.
            encodable = [text[:FIRST_CHARACTERS].encode("utf-8", "replace").decode("utf-8") for text in block]
            for found in self.tokenizer.encode_batch_fast(encodable):
                yield found.ids

    def _runs(self, pool: ThreadPoolExecutor, texts: Sequence[str]) -> Iterable[NDArray[np.float32]]:
        """As `pool.map`, but a block at a time: that one would take all tokens before it gives the first vector."""
        tokens = iter(self._tokens_of(texts))
        while block := list(islice(tokens, TEXTS_IN_BLOCK)):
            yield from pool.map(self._run, block)

    def _run(self, tokens: Sequence[int]) -> NDArray[np.float32]:
        input_ids = np.array([tokens], dtype=np.int64)
        inputs = {"input_ids": input_ids, "attention_mask": np.ones_like(input_ids)}
        vector: NDArray[np.float32] = self._session.run(["vectors"], inputs)[0][0]
        return vector

    @staticmethod
    def _fill(
        vectors: NDArray[np.float32], found: Iterable[NDArray[np.float32]], progress: Progress | None
    ) -> NDArray[np.float32]:
        for place, vector in enumerate(found):
            vectors[place] = vector
            done = place + 1
            if progress is not None and (done % REPORTED_TEXTS == 0 or done == len(vectors)):
                progress(done, len(vectors))
        return vectors

    def load(self) -> None:
        """Reads the weights, which the first text would do otherwise. Raises `EmbedderUnavailable`."""
        _ = self._loaded

    @property
    def tokenizer(self) -> "Tokenizer":
        """It cuts texts at the model's longest."""
        return self._loaded[0]

    @property
    def _session(self) -> Any:
        return self._loaded[1]

    @property
    def _loaded(self) -> "tuple[Tokenizer, Any]":
        # Held while loading, so that two threads do not load the weights twice.
        with self._loading:
            return self._parts

    @cached_property
    def _rows(self) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
        """The rows of all pieces, and which of them are there already; memory is taken by those alone."""
        pieces = self.tokenizer.get_vocab_size()
        return np.empty((pieces, self.dimension), dtype=np.float32), np.zeros(pieces, dtype=np.bool_)

    @cached_property
    def _parts(self) -> "tuple[Tokenizer, Any]":
        from tokenizers import Tokenizer

        try:
            tokenizer = Tokenizer.from_file(str(self._folder / TOKENIZER_FILE))
        except Exception as problem:  # the library raises nothing more exact
            raise unreadable(self._folder, problem, _MADE_BY) from problem
        session = open_session(self._folder / MODEL_FILE, self.name, _MADE_BY)
        return tokenizer, session


def cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
