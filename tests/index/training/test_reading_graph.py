"""The written graph of the cross-encoder computes what its network does."""

import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index.cross_encoders.onnx import OnnxCrossEncoder
from index.cross_encoders.tokens import reading_tokens
from index.embedders.onnx import OnnxEmbedder
from index.training.cross_encoder import BUNDLED_START, cross_encoder, drawn, padded, started
from index.training.cross_encoder_export import write_cross_encoder
from index.training.reading.examples import ReadingExample

QUESTION = "what will Berlin send?"
TOLD = [("Berlin enverra quatre systèmes.", "L'Allemagne l'a annoncé vendredi."), ("Il pleut sur le port.", "")]


@pytest.fixture(scope="module")
def network() -> Any:
    import torch

    torch.manual_seed(3)
    model = cross_encoder().eval()
    with torch.no_grad():
        model.bert.embeddings.token_type_embeddings.weight.normal_(0, 0.05)
    return model


def logits(network: Any) -> list[float]:
    import torch

    tokenizer = OnnxEmbedder().tokenizer
    with torch.no_grad():
        return [float(network(*padded([reading_tokens(tokenizer, QUESTION, *told)]))[0]) for told in TOLD]


def test_in_float_it_gives_the_same(network: Any, tmp_path: Path) -> None:
    write_cross_encoder(tmp_path, network, int8=False)
    found = OnnxCrossEncoder(OnnxEmbedder(), tmp_path).scores(QUESTION, TOLD)
    assert found == pytest.approx(logits(network), abs=2e-3)


def test_in_int8_it_gives_nearly_the_same(network: Any, tmp_path: Path) -> None:
    examples = [ReadingExample(QUESTION, *told, answers=True) for told in TOLD]
    write_cross_encoder(tmp_path, network, examples)
    found = OnnxCrossEncoder(OnnxEmbedder(), tmp_path).scores(QUESTION, TOLD)
    assert np.abs(found - logits(network)).max() < 0.05
    assert (tmp_path / "model.onnx").stat().st_size < 15_000_000


def test_a_batch_of_several_lengths_gives_what_each_gives_alone(network: Any) -> None:
    import torch

    tokenizer = OnnxEmbedder().tokenizer
    together = padded([reading_tokens(tokenizer, QUESTION, *told) for told in TOLD])
    with torch.no_grad():
        assert network(*together).tolist() == pytest.approx(logits(network), abs=1e-4)


def test_a_training_can_start_from_the_bundled_one() -> None:
    network = started(BUNDLED_START).eval()
    assert logits(network) == pytest.approx(OnnxCrossEncoder(OnnxEmbedder()).scores(QUESTION, TOLD).tolist(), abs=0.3)


def test_each_maker_makes_its_share_of_the_examples() -> None:
    class Maker:
        def __init__(self, name: str, size: int) -> None:
            self._made = [ReadingExample(name, "", "", answers=True)] * size

        def draw(self) -> list[ReadingExample]:
            return self._made

    makers = [(0.25, Maker("few", 2)), (0.75, Maker("many", 5)), (0.0, Maker("none", 3))]
    names = [example.question for example in drawn(makers, 400, random.Random(1))]
    assert 400 <= len(names) < 410
    assert names.count("few") == pytest.approx(100, abs=6)
    assert names.count("none") == 0
