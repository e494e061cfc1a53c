"""The written graph of the cross-encoder computes what its network does."""

import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index.cross_encoders.onnx import OnnxCrossEncoder
from index.embedders.onnx import OnnxEmbedder
from index.training.cross_encoder import BUNDLED_START, as_read, cross_encoder, drawn, padded, started
from index.training.cross_encoder_export import write_cross_encoder
from index.training.reading.lessons import ReadingLesson, headed

TOLD = [
    ("Sommet", ["L'Allemagne l'a annoncé vendredi.", "Berlin enverra quatre systèmes."]),
    ("", ["Il pleut sur le port.", "Le bateau attend depuis hier soir.", "Personne ne sait pourquoi."]),
]
LESSONS = [
    ReadingLesson("what will Berlin send?", *headed(title, told), (True,) + (False,) * (len(told) - 1))
    for title, told in TOLD
]
PASSAGES = [(lesson.text, lesson.spans) for lesson in LESSONS]


@pytest.fixture(scope="module")
def network() -> Any:
    import torch

    torch.manual_seed(3)
    model = cross_encoder().eval()
    with torch.no_grad():
        model.bert.embeddings.token_type_embeddings.weight.normal_(0, 0.05)
    return model


def logits(network: Any, lessons: list[ReadingLesson]) -> list[float]:
    """Of all sentences, those of the first lesson first."""
    import torch

    tokenizer = OnnxEmbedder().tokenizer
    batch = padded([as_read(lesson, tokenizer) for lesson in lessons])
    with torch.no_grad():
        found = network(batch["ids"], batch["segments"], batch["mask"], batch["inside"])
    return [float(logit) for logit in found[batch["there"]]]


def read(folder: Path | None = None) -> list[float]:
    reader = OnnxCrossEncoder(OnnxEmbedder(), folder) if folder else OnnxCrossEncoder(OnnxEmbedder())
    return [float(logit) for found in reader.logits(LESSONS[0].question, PASSAGES) for logit in found]


def test_in_float_it_gives_the_same(network: Any, tmp_path: Path) -> None:
    write_cross_encoder(tmp_path, network, int8=False)
    assert read(tmp_path) == pytest.approx(logits(network, LESSONS), abs=2e-3)


def test_in_int8_it_gives_nearly_the_same(network: Any, tmp_path: Path) -> None:
    write_cross_encoder(tmp_path, network, LESSONS)
    assert np.abs(np.array(read(tmp_path)) - logits(network, LESSONS)).max() < 0.05
    assert (tmp_path / "model.onnx").stat().st_size < 15_000_000


def test_a_batch_of_several_lengths_gives_what_each_gives_alone(network: Any) -> None:
    alone = [logit for lesson in LESSONS for logit in logits(network, [lesson])]
    assert logits(network, LESSONS) == pytest.approx(alone, abs=1e-4)


def test_a_training_can_start_from_the_bundled_one() -> None:
    assert logits(started(BUNDLED_START).eval(), LESSONS) == pytest.approx(read(), abs=0.3)


def test_each_maker_makes_its_share_of_the_lessons() -> None:
    class Maker:
        def __init__(self, name: str, size: int) -> None:
            self._made = [ReadingLesson(name, "", (), ())] * size

        def draw(self) -> list[ReadingLesson]:
            return self._made

    makers = [(0.25, Maker("few", 2)), (0.75, Maker("many", 5)), (0.0, Maker("none", 3))]
    names = [lesson.question for lesson in drawn(makers, 400, random.Random(1))]
    assert 400 <= len(names) < 410
    assert names.count("few") == pytest.approx(100, abs=6)
    assert names.count("none") == 0
