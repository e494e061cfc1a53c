"""The bundled encoder's weights, read back from its int8 file: what other models of the project start from.

Where no checkpoint of the encoder's training is at hand. Its vectors have a cosine of 0.999 to those of the file.
"""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.embedders.onnx import BUNDLED, MODEL_FILE

SEGMENTS = 3
"""Kinds of tokens that the network tells apart; all begin alike."""
_NORMS = ("attention.output.LayerNorm", "output.LayerNorm")
_DENSE = ("attention.output.dense", "intermediate.dense", "output.dense")


def bundled_network(folder: Path = BUNDLED) -> Any:
    """A `transformers.BertModel` in float32, without dropout, with `SEGMENTS` kinds of tokens."""
    import onnx
    import torch
    from onnx import numpy_helper
    from transformers import BertConfig, BertModel

    graph = onnx.load(str(folder / MODEL_FILE)).graph
    held = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    heads = next(attribute.i for node in graph.node for attribute in node.attribute if attribute.name == "num_heads")
    layers = sum(name.endswith(".qkv.matrix") for name in held)
    pieces, width = held["pieces"].shape
    config = BertConfig(
        vocab_size=pieces,
        hidden_size=width,
        num_hidden_layers=layers,
        num_attention_heads=heads,
        intermediate_size=held["encoder.layer.0.intermediate.dense.bias"].shape[0],
        max_position_embeddings=held["places"].shape[0],
        type_vocab_size=SEGMENTS,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
    )
    model: Any = BertModel(config, add_pooling_layer=False)
    weights = _weights(held, layers, width)
    state = {name: torch.from_numpy(np.array(weights[name], dtype=np.float32)) for name in model.state_dict()}
    model.load_state_dict(state)
    return model


def _weights(held: dict[str, NDArray[Any]], layers: int, width: int) -> dict[str, NDArray[Any]]:
    """By the names that transformers gives them."""
    # The row of the one segment is in the rows of the places already.
    found = {
        "embeddings.word_embeddings.weight": held["pieces"] * held["piece_scales"].reshape(-1, 1),
        "embeddings.position_embeddings.weight": held["places"],
        "embeddings.token_type_embeddings.weight": np.zeros((SEGMENTS, width)),
    }
    norms = ["embeddings.LayerNorm"]
    for layer in (f"encoder.layer.{number}" for number in range(layers)):
        rows, biases = np.split(_matrix(held, f"{layer}.qkv"), 3), np.split(held[f"{layer}.qkv_bias"], 3)
        for part, row, bias in zip(("query", "key", "value"), rows, biases, strict=True):
            found[f"{layer}.attention.self.{part}.weight"] = row
            found[f"{layer}.attention.self.{part}.bias"] = bias
        for part in _DENSE:
            found[f"{layer}.{part}.weight"] = _matrix(held, f"{layer}.{part}")
            found[f"{layer}.{part}.bias"] = held[f"{layer}.{part}.bias"]
        norms += [f"{layer}.{part}" for part in _NORMS]
    found.update({f"{norm}.{part}": held[f"{norm}.{part}"] for norm in norms for part in ("weight", "bias")})
    return found


def _matrix(held: dict[str, NDArray[Any]], name: str) -> NDArray[Any]:
    """A linear layer's weights in float, shape (outputs, inputs); int8 that was spread evenly is brought back."""
    matrix = held[f"{name}.matrix"].T
    if f"{name}.scales" in held:
        matrix = matrix * held[f"{name}.scales"][:, None]
    even = held.get(f"{name}.even")
    return matrix if even is None else matrix * even
