"""The network that reads a question and a passage together, in numpy: small layers on what the encoder made of both.

The encoder has read each of them alone, the passage perhaps long before the question was asked; only these layers see
both at once (MacAvaney et al. 2020, "Efficient Document Re-Ranking for Transformers by Precomputing Term
Representations"). `index.training.reading_network` is the same in torch; `index.training.reader` trains it.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.embedders.manifest import MANIFEST, files_fingerprint, read_manifest, unreadable
from index.reading.token_states import TokenStates
from index.types import Span

BUNDLED = Path(__file__).parent / "weights"
MODEL_FILE = "model.safetensors"
HEAD_WIDTH = 32
"""Of the attention: the network is as many heads wide."""
EPSILON = 1e-5
"""Of the layer normalisation."""
_MADE_BY = "index.training.reader"

Array = NDArray[np.float32]
Weights = Mapping[str, Array]


def content_fingerprint(folder: Path) -> str:
    """What decides the logits, beside the encoder whose states are read."""
    return files_fingerprint("reading", [folder / MODEL_FILE])


@dataclass(frozen=True)
class ReadingNetwork:
    """The network of a folder with `model.safetensors` and `manifest.json`, as `index.training.reading_network` writes
    it. Nothing but the manifest is read before the first question. May be used by many threads at once."""

    folder: Path = BUNDLED

    @classmethod
    def over(cls, encoder: str, folder: Path = BUNDLED) -> "ReadingNetwork":
        """The network that reads what the encoder with this fingerprint makes of texts. Raises `EmbedderUnavailable`
        where it was made for another one."""
        made_for = json.loads((folder / MANIFEST).read_text("utf-8")).get("pieces_of")
        if made_for != encoder:
            raise unreadable(folder, f"it reads what {made_for} makes of texts, and the encoder is {encoder}", _MADE_BY)
        return cls(folder)

    @property
    def fingerprint(self) -> str:
        return read_manifest(self.folder).fingerprint

    def logits(self, question: TokenStates, passage: TokenStates, spans: Sequence[Span]) -> Array:
        """For each of the passage's sentences the logit of its answering the question, shape (len(spans),); of one
        that lies where the passage is cut, NOTHING_READ."""
        inside = np.array([passage.inside(span) for span in spans], dtype=bool).reshape(len(spans), len(passage.states))
        found = np.full(len(spans), NOTHING_READ, dtype=np.float32)
        held = inside.any(axis=1)
        if held.any():
            found[held] = read_together(self._weights, question, passage, inside[held])
        return found

    @cached_property
    def _weights(self) -> Weights:
        from safetensors.numpy import load_file

        try:
            return {name: held.astype(np.float32) for name, held in load_file(self.folder / MODEL_FILE).items()}
        except Exception as problem:  # the library raises nothing more exact
            raise unreadable(self.folder, problem, _MADE_BY) from problem


NOTHING_READ = -8.0
"""The logit of a sentence that the network has not seen: it hardly answers."""


def read_together(weights: Weights, question: TokenStates, passage: TokenStates, inside: NDArray[np.bool_]) -> Array:
    """The logits of the sentences whose tokens are `inside`, shape (sentences, tokens of the passage); each has one."""
    asked = len(question.states)
    state = np.concatenate([_told(weights, question, 0), _told(weights, passage, 1)])
    layer = 0
    while f"layers.{layer}.qkv.weight" in weights:
        state = _layer(weights, f"layers.{layer}", state)
        layer += 1
    state = _normalised(weights, "norm", state)
    share = inside / inside.sum(axis=1, keepdims=True)
    means = share.astype(np.float32) @ state[asked:]
    largest = np.array([state[asked:][one].max(axis=0) for one in inside], dtype=np.float32)
    question_mean = np.broadcast_to(state[:asked].mean(axis=0), means.shape)
    plain = likeness(question, passage, inside)
    inner = _gelu(_dense(weights, "first", np.concatenate([means, largest, question_mean, plain], axis=1)))
    found: Array = (_dense(weights, "second", inner) + _dense(weights, "plain", plain))[:, 0]
    return found


def likeness(question: TokenStates, passage: TokenStates, inside: NDArray[np.bool_]) -> Array:
    """How alike question and sentences are without reading them together, shape (sentences, 4): the cosine of their
    mean states; the mean over the question's tokens of the largest cosine to one of the sentence's, of states and of
    rows (Khattab and Zaharia 2020, "ColBERT"); and the least of the latter."""
    share = (inside / inside.sum(axis=1, keepdims=True)).astype(np.float32)
    whole = _unit(share @ passage.states) @ _unit(question.states.mean(axis=0))
    columns = [whole]
    words = slice(1, len(question.states) - 1)
    for asked, told in ((question.states, passage.states), (question.rows, passage.rows)):
        cosines = _unit(asked)[words] @ _unit(told).T
        if not len(cosines):
            columns += [np.zeros(len(inside), dtype=np.float32)] * (1 + (asked is question.rows))
            continue
        best = np.array([cosines[:, one].max(axis=1) for one in inside], dtype=np.float32)
        columns.append(best.mean(axis=1))
        if asked is question.rows:
            columns.append(best.min(axis=1))
    return np.stack(columns, axis=1).astype(np.float32)


def _told(weights: Weights, text: TokenStates, segment: int) -> Array:
    both = [_normalised(weights, "ns", text.states), _normalised(weights, "nw", text.rows)]
    found: Array = _dense(weights, "narrow", np.concatenate(both, axis=1)) + weights["segments"][segment]
    return found


def _layer(weights: Weights, name: str, state: Array) -> Array:
    tokens, width = state.shape
    heads = width // HEAD_WIDTH
    parts = _dense(weights, f"{name}.qkv", _normalised(weights, f"{name}.n1", state))
    query, key, value = parts.reshape(tokens, 3, heads, HEAD_WIDTH).transpose(1, 2, 0, 3)
    scores: Array = query @ key.transpose(0, 2, 1) / np.float32(np.sqrt(HEAD_WIDTH))
    shares: Array = np.exp(scores - scores.max(axis=-1, keepdims=True))
    shares /= shares.sum(axis=-1, keepdims=True)
    seen = (shares @ value).transpose(1, 0, 2).reshape(tokens, width)
    state = state + _dense(weights, f"{name}.out", seen)
    inner = _gelu(_dense(weights, f"{name}.up", _normalised(weights, f"{name}.n2", state)))
    found: Array = state + _dense(weights, f"{name}.down", inner)
    return found


def _dense(weights: Weights, name: str, state: Array) -> Array:
    found: Array = state @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]
    return found


def _normalised(weights: Weights, name: str, state: Array) -> Array:
    centred = state - state.mean(axis=-1, keepdims=True)
    spread = np.sqrt((centred * centred).mean(axis=-1, keepdims=True) + np.float32(EPSILON))
    found: Array = centred / spread * weights[f"{name}.weight"] + weights[f"{name}.bias"]
    return found


def _gelu(state: Array) -> Array:
    """By the hyperbolic tangent (Hendrycks and Gimpel 2016, "Gaussian Error Linear Units")."""
    cubes = state * state * state
    inner = np.tanh((state + np.float32(0.044715) * cubes) * np.float32(np.sqrt(2 / np.pi)))
    return np.asarray(state * (inner + np.float32(1)) * np.float32(0.5), dtype=np.float32)


def _unit(vectors: Array) -> Array:
    found: Array = vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), np.float32(1e-8))
    return found
