"""A cross-encoder as an ONNX graph: rows of word pieces, their segments and their sentences in, a logit for each
sentence out."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from index.cross_encoders.tokens import QUESTION
from index.training.onnx_graph import BertShape, EncoderGraph, Weights

if TYPE_CHECKING:
    import onnx

WORDS, SEGMENTS, INSIDE, LOGITS = "words", "segments", "inside", "logits"


def reading_graph(
    weights: Weights, shape: BertShape, int8: bool, largest_inputs: Weights | None = None
) -> "onnx.ModelProto":
    """The graph of `index.training.cross_encoder`: `words`, float32 of shape (texts, tokens, dimension), `segments`,
    int64 of shape (texts, tokens), and `inside`, float32 of shape (texts, sentences, tokens), 1 for the tokens of a
    sentence, to `logits` of shape (texts, sentences). Nothing may be padded, and every sentence has tokens.

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
        of_question, of_sentence = np.split(self._weights["first.weight"], 2, axis=1)
        question = self._product(self._question(state), "of_question", of_question)
        sentences = self._product(self._sentences(state), "of_sentence", of_sentence)
        self._node("Add", [question, sentences], "together")
        self._node("Add", ["together", self._weight("first.bias")], "inner")
        self._node("Div", ["inner", self._constant("root", np.sqrt(np.float32(2)).reshape(1))], "divided")
        self._node("Erf", ["divided"], "erf")
        self._node("Add", ["erf", self._constant("unit", np.ones(1, np.float32))], "shifted")
        self._node("Mul", ["inner", "shifted"], "doubled")
        self._node("Mul", ["doubled", self._constant("half", np.full(1, 0.5, np.float32))], "active")
        outer = self._product("active", "second", self._weights["second.weight"])
        self._node("Add", [outer, self._weight("second.bias")], "outer")
        self._node("Squeeze", ["outer", self._constant("last", np.array([-1], np.int64))], LOGITS)
        graph = helper.make_graph(
            self._nodes,
            "cross_encoder",
            [
                helper.make_tensor_value_info(WORDS, TensorProto.FLOAT, ["texts", "tokens", width]),
                helper.make_tensor_value_info(SEGMENTS, TensorProto.INT64, ["texts", "tokens"]),
                helper.make_tensor_value_info(INSIDE, TensorProto.FLOAT, ["texts", "sentences", "tokens"]),
            ],
            [helper.make_tensor_value_info(LOGITS, TensorProto.FLOAT, ["texts", "sentences"])],
            self._constants,
        )
        return self._checked(graph)

    def _question(self, state: str) -> str:
        """The mean of the question's tokens, shape (texts, 1, dimension)."""
        from onnx import TensorProto

        self._node("Equal", [SEGMENTS, self._constant("question_number", np.array([QUESTION], np.int64))], "asked_is")
        self._node("Cast", ["asked_is"], "asked_held", to=TensorProto.FLOAT)
        self._node("Unsqueeze", ["asked_held", self._constant("rows", np.array([1], np.int64))], "asked_row")
        return self._mean("asked_row", state, "asked")

    def _sentences(self, state: str) -> str:
        """The mean of each sentence's tokens, shape (texts, sentences, dimension)."""
        return self._mean(INSIDE, state, "sentence")

    def _mean(self, held: str, state: str, name: str) -> str:
        axis = self._constant(f"{name}_axis", np.array([-1], np.int64))
        self._node("ReduceSum", [held, axis], f"{name}_count", keepdims=1)
        self._node("MatMul", [held, state], f"{name}_sum")
        return self._node("Div", [f"{name}_sum", f"{name}_count"], f"{name}_mean")

    def _product(self, state: str, name: str, matrix: NDArray[np.float32]) -> str:
        """In float: it is small. `matrix` has shape (outputs, inputs)."""
        return self._node("MatMul", [state, self._constant(f"{name}_matrix", matrix.T)], f"{name}_x")
