"""The bundled models' weights, read back from their int8 files: what other trainings of the project start from.

Where no checkpoint of theirs is at hand. The encoder's vectors have a cosine of 0.999 to those of the file.
"""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.cross_encoders.onnx import BUNDLED as READER
from index.embedders.onnx import BUNDLED, MODEL_FILE

SEGMENTS = 2
"""Kinds of tokens that the network tells apart; all begin alike."""
_NORMS = ("attention.output.LayerNorm", "output.LayerNorm")
_DENSE = ("attention.output.dense", "intermediate.dense", "output.dense")


def bundled_network(folder: Path = BUNDLED) -> Any:
    """A `transformers.BertModel` in float32, without dropout, with `SEGMENTS` kinds of tokens."""
    import torch
    from transformers import BertConfig, BertModel

    graph, held = _graph(folder / MODEL_FILE)
    heads = next(attribute.i for node in graph.node for attribute in node.attribute if attribute.name == "num_heads")
    layers = _layers(held)
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


def bundled_reader_weights(folder: Path = READER) -> dict[str, NDArray[Any]]:
    """The weights of the bundled cross-encoder, but for the rows of the word pieces, by the names that
    `index.training.cross_encoder` gives them."""
    _, held = _graph(folder / MODEL_FILE)
    found = {f"bert.{name}": weight for name, weight in _network(held, _layers(held)).items()}
    found["bert.embeddings.position_embeddings.weight"] = held["places"]
    found["bert.embeddings.token_type_embeddings.weight"] = held["segment_rows"][:SEGMENTS]
    found["first.weight"] = np.concatenate([_matrix(held, part) for part in ("of_question", "of_sentence")], axis=1)
    found["second.weight"] = _matrix(held, "second")
    found |= {f"{part}.bias": held[f"{part}.bias"] for part in ("first", "second")}
    return {name: np.array(weight, dtype=np.float32) for name, weight in found.items()}


def _graph(file: Path) -> tuple[Any, dict[str, NDArray[Any]]]:
    import onnx
    from onnx import numpy_helper

    graph = onnx.load(str(file)).graph
    return graph, {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}


def _layers(held: dict[str, NDArray[Any]]) -> int:
    return sum(name.endswith(".qkv.matrix") for name in held)


def _weights(held: dict[str, NDArray[Any]], layers: int, width: int) -> dict[str, NDArray[Any]]:
    """By the names that transformers gives them."""
    # The row of the one segment is in the rows of the places already.
    return {
        "embeddings.word_embeddings.weight": held["pieces"] * held["piece_scales"].reshape(-1, 1),
        "embeddings.position_embeddings.weight": held["places"],
        "embeddings.token_type_embeddings.weight": np.zeros((SEGMENTS, width)),
        **_network(held, layers),
    }


def _network(held: dict[str, NDArray[Any]], layers: int) -> dict[str, NDArray[Any]]:
    """The layers, and the normalisation before the first."""
    found: dict[str, NDArray[Any]] = {}
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
    if f"{name}_matrix" in held:
        return held[f"{name}_matrix"].T
    matrix = held[f"{name}.matrix"].T
    if f"{name}.scales" in held:
        matrix = matrix * held[f"{name}.scales"][:, None]
    even = held.get(f"{name}.even")
    return matrix if even is None else matrix * even
