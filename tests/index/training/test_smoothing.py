"""Channels of unlike sizes are brought to one size before they are rounded, which changes nothing else."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index.embedders.onnx import OnnxEmbedder
from index.training.smoothing import channel_scales, largest_inputs

TEXTS = ["the cat sleeps", "a dog sees the cat", "the dog", "cat and dog"]
PIECES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *"the cat sleeps a dog sees and".split()]


@pytest.fixture(scope="module")
def student() -> tuple[Any, Any]:
    """A random network in which two channels are many times larger than the others."""
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import BertConfig, BertModel

    tokenizer: Any = Tokenizer(models.WordPiece({piece: n for n, piece in enumerate(PIECES)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    ends = [(piece, PIECES.index(piece)) for piece in ("[CLS]", "[SEP]")]
    tokenizer.post_processor = processors.TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=ends)
    torch.manual_seed(5)
    config = BertConfig(
        vocab_size=len(PIECES),
        hidden_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=128,
        max_position_embeddings=32,
        initializer_range=0.2,
    )
    model: Any = BertModel(config)
    model.eval()
    with torch.no_grad():
        for layer in model.encoder.layer:
            layer.attention.output.LayerNorm.weight[:2] *= 40
    return model, tokenizer


def test_the_largest_input_of_each_linear_layer_is_found(student: tuple[Any, Any]) -> None:
    found = largest_inputs(*student, TEXTS, 32)
    assert set(found) == {
        f"encoder.layer.{layer}.{part}"
        for layer in (0, 1)
        for part in (
            "attention.self.query",
            "attention.self.key",
            "attention.self.value",
            "attention.output.dense",
            "intermediate.dense",
            "output.dense",
        )
    }
    inner = found["encoder.layer.1.intermediate.dense"]
    assert inner.shape == (64,)
    assert inner[:2].min() > 5 * np.median(inner)


def test_a_large_channel_is_divided_by_more_and_the_scales_are_about_one() -> None:
    scales = channel_scales(np.array([40.0, 1.0, 1.0], np.float32), np.ones((5, 3), np.float32))
    assert scales[0] > 10 * scales[1] == 10 * scales[2]
    assert np.prod(scales) == pytest.approx(1.0, rel=1e-4)


def test_dividing_inputs_and_multiplying_weights_changes_only_the_rounding(
    student: tuple[Any, Any], tmp_path: Path
) -> None:
    from index.training.export import write_onnx_model

    write_onnx_model(tmp_path / "float", *student, int8=False)
    write_onnx_model(tmp_path / "plain", *student)
    write_onnx_model(tmp_path / "smooth", *student, smooth_over=TEXTS)
    exact, plain, smooth = (
        OnnxEmbedder(tmp_path / name).embed_passages(TEXTS) for name in ("float", "plain", "smooth")
    )
    assert (exact * smooth).sum(axis=1).min() > 0.99
    assert not np.allclose(plain, smooth, atol=1e-4)
