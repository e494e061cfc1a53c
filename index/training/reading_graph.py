"""A cross-encoder as an ONNX graph: rows of word pieces and their segments in, one logit out."""

from typing import TYPE_CHECKING

import numpy as np

from index.cross_encoders.tokens import QUESTION, SENTENCE
from index.training.onnx_graph import BertShape, EncoderGraph, Weights

if TYPE_CHECKING:
    import onnx

WORDS, SEGMENTS, LOGITS = "words", "segments", "logits"


def reading_graph(
    weights: Weights, shape: BertShape, int8: bool, largest_inputs: Weights | None = None
) -> "onnx.ModelProto":
    """The graph of `index.training.cross_encoder`: `words`, float32 of shape (texts, tokens, dimension), and
    `segments`, int64 of shape (texts, tokens), to `logits` of shape (texts,). Nothing may be padded.

    `weights` are those of the encoder, and of the two layers on it as `first` and `second`; for the others see
    `bert_graph`.
    """
    return _ReadingGraph(weights, shape, int8, largest_inputs or {}).build()


class _ReadingGraph(EncoderGraph):
    def build(self) -> "onnx.ModelProto":
        from onnx import TensorProto, helper

        rows = self._constant("segment_rows", self._weights["embeddings.token_type_embeddings.weight"])
        self._node("Gather", [rows, SEGMENTS], "segments_found")
        self._node("Add", [WORDS, "segments_found"], "told")
        width = int(self._weights["embeddings.LayerNorm.weight"].shape[0])
        state = self._placed("told", SEGMENTS, np.zeros(width, np.float32))
        # Every token may be looked at: the mask of the attention is ones.
        self._node("Mul", [SEGMENTS, self._constant("nothing", np.zeros(1, np.int64))], "zeros")
        self._node("Add", ["zeros", self._constant("something", np.ones(1, np.int64))], "ones")
        self._node("Cast", ["ones"], "mask", to=TensorProto.INT32)
        state = self._layers(state)
        means = [self._mean(state, segment) for segment in (QUESTION, SENTENCE)]
        self._node("Concat", means, "both", axis=-1)
        inner = self._dense("both", "first")
        self._node("Div", [inner, self._constant("root", np.sqrt(np.float32(2)).reshape(1))], "divided")
        self._node("Erf", ["divided"], "erf")
        self._node("Add", ["erf", self._constant("unit", np.ones(1, np.float32))], "shifted")
        self._node("Mul", [inner, "shifted"], "doubled")
        self._node("Mul", ["doubled", self._constant("half", np.full(1, 0.5, np.float32))], "active")
        outer = self._dense("active", "second")
        self._node("Squeeze", [outer, self._constant("last", np.array([-1], np.int64))], LOGITS)
        graph = helper.make_graph(
            self._nodes,
            "cross_encoder",
            [
                helper.make_tensor_value_info(WORDS, TensorProto.FLOAT, ["texts", "tokens", width]),
                helper.make_tensor_value_info(SEGMENTS, TensorProto.INT64, ["texts", "tokens"]),
            ],
            [helper.make_tensor_value_info(LOGITS, TensorProto.FLOAT, ["texts"])],
            self._constants,
        )
        return self._checked(graph)

    def _mean(self, state: str, segment: int) -> str:
        """The mean of the tokens of one segment, shape (texts, dimension)."""
        from onnx import TensorProto

        name = f"of_{segment}"
        self._node("Equal", [SEGMENTS, self._constant(f"{name}_number", np.array([segment], np.int64))], f"{name}_is")
        self._node("Cast", [f"{name}_is"], f"{name}_held", to=TensorProto.FLOAT)
        axis = self._constant(f"{name}_axis", np.array([1], np.int64))
        self._node("Unsqueeze", [f"{name}_held", axis], f"{name}_row")
        self._node("MatMul", [f"{name}_row", state], f"{name}_sum_row")
        self._node("Squeeze", [f"{name}_sum_row", axis], f"{name}_sum")
        self._node("ReduceSum", [f"{name}_held", axis], f"{name}_count", keepdims=1)
        return self._node("Div", [f"{name}_sum", f"{name}_count"], f"{name}_mean")

    def _dense(self, state: str, name: str) -> str:
        """A layer on the encoder, with its bias, in float: it is small."""
        self._node("MatMul", [state, self._constant(f"{name}_matrix", self._weights[f"{name}.weight"].T)], f"{name}_x")
        return self._node("Add", [f"{name}_x", self._weight(f"{name}.bias")], name)
