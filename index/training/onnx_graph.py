"""A BERT encoder with mean pooling as an ONNX graph, float or int8, written node by node.

Written out, and not traced from PyTorch: the graph is the same whatever the versions of torch and transformers, uses
ONNX Runtime's fused operators (attention, layer normalisation with its sum, GELU with its bias), and holds the int8
rows of the word pieces as they are, which the quantiser of ONNX Runtime does not.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from index.training.smoothing import channel_scales
from index.training.static_folder import quantise

if TYPE_CHECKING:
    import onnx

Weights = Mapping[str, NDArray[np.float32]]
FUSED = "com.microsoft"
LARGEST = 64
"""Of an int8 weight. Two products with an activation of at most 255 then fit into 16 bits: processors without VNNI,
which add them there, give the same sums as those with it."""

INPUTS = ("input_ids", "attention_mask")
OUTPUT, STATES, ROWS = "vectors", "states", "words"


@dataclass(frozen=True, slots=True)
class BertShape:
    """What the weights alone do not tell: heads of the attention, and the constant of the layer normalisation."""

    layers: int
    heads: int
    epsilon: float
    longest: int


def bert_graph(
    weights: Weights, shape: BertShape, int8: bool, largest_inputs: Weights | None = None
) -> "onnx.ModelProto":
    """The graph: `input_ids` and `attention_mask`, int64 of shape (texts, tokens), to `vectors`, float32 of shape
    (texts, dimension), of length 1, to `states`, the tokens' own, of shape (texts, tokens, dimension), and to `words`,
    the rows of their pieces, of the same shape.

    With `int8`, a linear layer has a scale for every output, and one for its input, found as it runs, for all texts of
    a batch together. Whoever wants vectors that do not depend on the texts beside them runs one text at a time. With
    the `largest_inputs` of its linear layers, as `index.training.smoothing` finds them, it rounds less.
    """
    return EncoderGraph(weights, shape, int8, largest_inputs or {}).build()


class EncoderGraph:
    """Nodes and constants of a graph as they are added; other graphs are built of its parts."""

    def __init__(self, weights: Weights, shape: BertShape, int8: bool, largest_inputs: Weights) -> None:
        self._weights = weights
        self._largest_inputs = largest_inputs
        self._shape = shape
        self._int8 = int8
        self._nodes: list[Any] = []
        self._constants: list[Any] = []

    def build(self) -> "onnx.ModelProto":
        from onnx import TensorProto, helper

        self._node("Cast", ["attention_mask"], "mask", to=TensorProto.INT32)
        state = self._layers(self._embeddings())
        self._node("Identity", [state], STATES)
        self._pooling(state)
        dimension = int(self._weights["embeddings.LayerNorm.weight"].shape[0])
        graph = helper.make_graph(
            self._nodes,
            "sentence_encoder",
            [helper.make_tensor_value_info(name, TensorProto.INT64, ["texts", "tokens"]) for name in INPUTS],
            [
                helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, ["texts", dimension]),
                *(
                    helper.make_tensor_value_info(name, TensorProto.FLOAT, ["texts", "tokens", dimension])
                    for name in (STATES, ROWS)
                ),
            ],
            self._constants,
        )
        return self._checked(graph)

    def _checked(self, graph: Any) -> "onnx.ModelProto":
        from onnx import checker, helper

        versions = [helper.make_opsetid("", 17), helper.make_opsetid(FUSED, 1)]
        model = helper.make_model(graph, opset_imports=versions, ir_version=8, producer_name="article-assistant")
        checker.check_model(model)
        return model

    def _embeddings(self) -> str:
        from onnx import TensorProto

        rows = self._weights["embeddings.word_embeddings.weight"]
        if self._int8:
            quantised, scales = quantise(rows)
            self._node("Gather", [self._constant("pieces", quantised), "input_ids"], "pieces_int8")
            self._node("Cast", ["pieces_int8"], "pieces_float", to=TensorProto.FLOAT)
            self._node("Gather", [self._constant("piece_scales", scales[:, None]), "input_ids"], "scales_found")
            self._node("Mul", ["pieces_float", "scales_found"], ROWS)
        else:
            self._node("Gather", [self._constant("pieces", rows), "input_ids"], ROWS)
        # There is one segment only, so that its row can be added to every position once and for all.
        return self._placed(ROWS, "input_ids", self._weights["embeddings.token_type_embeddings.weight"][0])

    def _placed(self, words: str, counted: str, added: NDArray[np.float32]) -> str:
        """The rows of words with those of their places, and what is added to every place, brought to one size;
        `counted` names an input of shape (texts, tokens)."""
        places = self._weights["embeddings.position_embeddings.weight"][: self._shape.longest] + added
        self._node("Shape", [counted], "tokens", start=1, end=2)
        bounds = [self._constant("zero", np.zeros(1, np.int64)), "tokens"]
        self._node("Slice", [self._constant("places", places), *bounds], "places_used")
        self._node("Add", [words, "places_used"], "placed")
        norm = [self._weight(f"embeddings.LayerNorm.{part}") for part in ("weight", "bias")]
        return self._node("LayerNormalization", ["placed", *norm], "embedded", axis=-1, epsilon=self._shape.epsilon)

    def _layers(self, state: str) -> str:
        for number in range(self._shape.layers):
            state = self._layer(state, f"encoder.layer.{number}")
        return state

    def _layer(self, state: str, name: str) -> str:
        parts = [f"{name}.attention.self.{part}" for part in ("query", "key", "value")]
        joined = np.concatenate([self._weights[f"{part}.weight"] for part in parts])
        self._linear(state, f"{name}.qkv", joined, self._largest_inputs.get(parts[0]))
        split = [f"{name}.{part}" for part in "qkv"]
        self._node("Split", [f"{name}.qkv"], *split, axis=-1)
        bias = self._constant(f"{name}.qkv_bias", np.concatenate([self._weights[f"{part}.bias"] for part in parts]))
        seen = f"{name}.seen"
        self._node("MultiHeadAttention", [*split, bias, "mask"], seen, domain=FUSED, num_heads=self._shape.heads)
        attended = self._linear(seen, f"{name}.attention.output.dense")
        state = self._add_and_normalise(attended, state, f"{name}.attention.output")
        inner = self._linear(state, f"{name}.intermediate.dense")
        bias = self._weight(f"{name}.intermediate.dense.bias")
        active = self._node("BiasGelu", [inner, bias], f"{name}.active", domain=FUSED)
        outer = self._linear(active, f"{name}.output.dense")
        return self._add_and_normalise(outer, state, f"{name}.output")

    def _add_and_normalise(self, change: str, state: str, name: str) -> str:
        norm = [self._weight(f"{name}.{part}") for part in ("LayerNorm.weight", "LayerNorm.bias", "dense.bias")]
        fused = "SkipLayerNormalization"
        return self._node(fused, [change, state, *norm], f"{name}.state", domain=FUSED, epsilon=self._shape.epsilon)

    def _linear(
        self,
        state: str,
        name: str,
        weight: NDArray[np.float32] | None = None,
        largest: NDArray[np.float32] | None = None,
    ) -> str:
        """Without its bias, which the operator behind it adds."""
        matrix = self._weights[f"{name}.weight"] if weight is None else weight
        if not self._int8:
            return self._node("MatMul", [state, self._constant(f"{name}.matrix", matrix.T)], name)
        largest = self._largest_inputs.get(name) if largest is None else largest
        if largest is not None:
            divided_by = channel_scales(largest, matrix)
            state = self._node("Mul", [state, self._constant(f"{name}.even", 1 / divided_by)], f"{name}.evened")
            matrix = matrix * divided_by
        scales = (np.maximum(np.abs(matrix).max(axis=1), 1e-12) / LARGEST).astype(np.float32)
        rounded = np.rint(matrix / scales[:, None]).astype(np.int8)
        constants = [
            self._constant(f"{name}.matrix", rounded.T),
            self._constant(f"{name}.scales", scales),
            self._constant(f"{name}.zeros", np.zeros(len(scales), np.int8)),
        ]
        return self._node("DynamicQuantizeMatMul", [state, *constants], name, domain=FUSED)

    def _pooling(self, state: str) -> None:
        """Mean of the states of the tokens that are no padding, brought to length 1: the length of the sum does not
        matter, so that nothing is divided by the number of tokens."""
        from onnx import TensorProto

        self._node("Cast", ["attention_mask"], "mask_float", to=TensorProto.FLOAT)
        self._node("Unsqueeze", ["mask_float", self._constant("one", np.ones(1, np.int64))], "mask_row")
        self._node("MatMul", ["mask_row", state], "sum_row")
        self._node("Squeeze", ["sum_row", "one"], "sum")
        self._node("LpNormalization", ["sum"], OUTPUT, axis=-1, p=2)

    def _node(self, kind: str, inputs: list[str], *outputs: str, **attributes: Any) -> str:
        from onnx import helper

        self._nodes.append(helper.make_node(kind, inputs, list(outputs), **attributes))
        return outputs[0]

    def _constant(self, name: str, values: NDArray[Any]) -> str:
        from onnx import numpy_helper

        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def _weight(self, name: str) -> str:
        return self._constant(name, self._weights[name])
