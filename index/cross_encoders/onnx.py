"""The bundled cross-encoder, run by ONNX Runtime: which sentences of a passage answer a question. No torch, no
network."""

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
from index.types import Span

BUNDLED = Path(__file__).parent / "weights"
MODEL_FILE = "model.onnx"
NOTHING_READ = -8.0
"""The logit of a sentence that has not been seen: it hardly answers."""
_MADE_BY = "index.training.cross_encoder_export"


def content_fingerprint(folder: Path) -> str:
    """What decides the scores, beside the encoder whose pieces are read."""
    return files_fingerprint("cross", [folder / MODEL_FILE])


class OnnxCrossEncoder:
    """Reads a question and a passage together. The rows of the word pieces are those of `encoder`, the bundled one.

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

    def logits(self, question: str, passages: Sequence[tuple[str, Sequence[Span]]]) -> list[NDArray[np.float32]]:
        """For each passage, given with the places of its sentences, the logit of each sentence's answering the
        question, shape (sentences,); NOTHING_READ of a sentence that lies where the passage is cut. Each passage is
        read alone, so that its logits do not depend on the others; as many at once as there are cores."""
        with ThreadPoolExecutor(cores(), "reading") as pool:
            return list(pool.map(lambda told: self._read(question, *told), passages))

    def load(self) -> None:
        """Reads the weights, which the first question would do otherwise. Raises `EmbedderUnavailable`."""
        _ = self._session

    def _read(self, question: str, passage: str, spans: Sequence[Span]) -> NDArray[np.float32]:
        found = np.full(len(spans), NOTHING_READ, dtype=np.float32)
        tokens = reading_tokens(self._encoder.tokenizer, _encodable(question), _encodable(passage))
        inside = np.array([tokens.inside(span) for span in spans], dtype=bool).reshape(len(spans), len(tokens.ids))
        held = inside.any(axis=1)
        if held.any():
            inputs = {
                "words": self._encoder.piece_rows(tokens.ids)[None],
                "segments": np.array([tokens.segments], dtype=np.int64),
                "inside": inside[held].astype(np.float32)[None],
            }
            found[held] = self._session.run(["logits"], inputs)[0][0]
        return found

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
