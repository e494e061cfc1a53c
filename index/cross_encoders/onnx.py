"""The bundled cross-encoder, run by ONNX Runtime: how well sentences answer a question. No torch, no network."""

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.cross_encoders.tokens import reading_tokens
from index.embedders.manifest import MANIFEST, files_fingerprint, read_manifest, unreadable
from index.embedders.onnx import OnnxEmbedder, cores
from index.embedders.onnx_session import open_session

BUNDLED = Path(__file__).parent / "weights"
MODEL_FILE = "model.onnx"
_MADE_BY = "index.training.cross_encoder_export"


def content_fingerprint(folder: Path) -> str:
    """What decides the scores, beside the encoder whose pieces are read."""
    return files_fingerprint("cross", [folder / MODEL_FILE])


class OnnxCrossEncoder:
    """Reads a question and a sentence together. The rows of the word pieces are those of `encoder`, the bundled one.

    One of them may be used by many threads at once.
    """

    def __init__(self, encoder: OnnxEmbedder, folder: Path = BUNDLED) -> None:
        """Raises `EmbedderUnavailable` where the folder was made for another encoder."""
        self._encoder = encoder
        self._folder = folder
        self._manifest = read_manifest(folder)
        self._loading = Lock()
        pieces_of = json.loads((folder / MANIFEST).read_text("utf-8")).get("pieces_of")
        if pieces_of != encoder.fingerprint:
            problem = ValueError(f"it reads the word pieces of {pieces_of}, and the encoder is {encoder.fingerprint}")
            raise unreadable(folder, problem, _MADE_BY)

    @property
    def fingerprint(self) -> str:
        return self._manifest.fingerprint

    def scores(self, question: str, sentences: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        """For each sentence, given with the one before it or with an empty text, the logit of its answering the
        question; shape (len(sentences),). Each is read alone, so that its score does not depend on the others."""
        scores = np.zeros(len(sentences), dtype=np.float32)
        with ThreadPoolExecutor(cores(), "reading") as pool:
            scores[:] = list(pool.map(lambda told: self._score(question, *told), sentences))
        return scores

    def _score(self, question: str, sentence: str, before: str) -> float:
        tokens = reading_tokens(self._encoder.tokenizer, *map(_encodable, (question, sentence, before)))
        inputs = {
            "words": self._encoder.piece_rows(tokens.ids)[None],
            "segments": np.array([tokens.segments], dtype=np.int64),
        }
        return float(self._session.run(["logits"], inputs)[0][0])

    @property
    def _session(self) -> Any:
        # Held while loading, so that two threads do not load the weights twice.
        with self._loading:
            return self._opened

    @cached_property
    def _opened(self) -> Any:
        return open_session(self._folder / MODEL_FILE, self._manifest.name, _MADE_BY)


def _encodable(text: str) -> str:
    """Lone surrogates cannot be encoded; they stand for nothing that a piece could match."""
    return text.encode("utf-8", "replace").decode("utf-8")
