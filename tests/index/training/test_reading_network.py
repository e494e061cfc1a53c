"""The network in numpy computes what the one in torch does, and learns to tell what answers."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index.embedders.onnx import OnnxEmbedder
from index.errors import EmbedderUnavailable
from index.reading.network import NOTHING_READ, ReadingNetwork, content_fingerprint
from index.training.reader import CHECKPOINT, ReadingCourse, export, train
from index.training.reading.lessons import ReadingLesson
from index.training.reading.written import WrittenPassage, WrittenQuestion
from index.training.reading_network import batch_of, reading_network, write_reading_network
from index.types import Span

ENCODER = OnnxEmbedder()
TEXT = "Le ferry\nLe ferry coûte 4 millions. Il partira en mai."
SPANS = [Span(9, 36), Span(37, 54)]
PASSAGE = WrittenPassage(
    "en",
    "A ferry for {T1}",
    ("{T1} buys a ferry.", "It costs 4 million euros.", "{P1} opposes it.", "The first trip is in May."),
    (WrittenQuestion("en", "how much is the ferry?", (1,)), WrittenQuestion("en", "Who builds it?", ())),
)


@pytest.fixture(scope="module")
def network() -> Any:
    import torch

    torch.manual_seed(3)
    model = reading_network().eval()
    with torch.no_grad():
        for weight in model.parameters():
            weight.add_(0.05 * torch.randn_like(weight))
            weight.copy_(weight.half().float())
    return model


def lesson(question: str) -> ReadingLesson:
    asked, told = ENCODER.token_states([question, TEXT])
    return ReadingLesson(asked, told, np.array([told.inside(span) for span in SPANS]), np.array([True, False]))


def test_in_numpy_it_gives_the_same(network: Any, tmp_path: Path) -> None:
    import torch

    write_reading_network(tmp_path, network, ENCODER.fingerprint)
    lessons = [lesson("how much is the ferry?"), lesson("quand ?")]
    with torch.no_grad():
        expected = network(batch_of(lessons)).numpy()
    for one, logits in zip(lessons, expected, strict=True):
        found = ReadingNetwork(tmp_path).logits(one.question, one.passage, SPANS)
        assert found.tolist() == pytest.approx(logits.tolist(), abs=2e-3)
    assert abs(expected[0] - expected[1]).max() > 0.01


def test_a_sentence_behind_the_cut_is_not_read(network: Any, tmp_path: Path) -> None:
    write_reading_network(tmp_path, network, ENCODER.fingerprint)
    asked, told = ENCODER.token_states(["when?", TEXT])
    found = ReadingNetwork(tmp_path).logits(asked, told, [SPANS[0], Span(5000, 5010)])
    assert found[1] == NOTHING_READ
    assert found[0] == pytest.approx(ReadingNetwork(tmp_path).logits(asked, told, SPANS)[0], abs=1e-5)
    assert ReadingNetwork(tmp_path).logits(asked, told, []).shape == (0,)


def test_a_damaged_file_says_how_to_make_it_again(network: Any, tmp_path: Path) -> None:
    write_reading_network(tmp_path, network, ENCODER.fingerprint)
    (tmp_path / "model.safetensors").write_bytes(b"damaged")
    asked, told = ENCODER.token_states(["when?", TEXT])
    with pytest.raises(EmbedderUnavailable, match=r"index\.training\.reader"):
        ReadingNetwork(tmp_path).logits(asked, told, SPANS)


def test_it_learns_goes_on_where_it_stopped_and_is_written_with_its_record(tmp_path: Path) -> None:
    first = train(tmp_path / "out", ReadingCourse(steps=3, batch=2), [PASSAGE], ENCODER)
    assert (tmp_path / "out" / CHECKPOINT).is_file()
    then = train(tmp_path / "out", ReadingCourse(steps=6, batch=2), [PASSAGE], ENCODER)
    assert (first.step_number, then.step_number) == (3, 6)
    assert then.seconds > first.seconds
    export(tmp_path / "model", then, ReadingCourse(), ENCODER.fingerprint)
    record = json.loads((tmp_path / "model" / "training.json").read_text("utf-8"))
    assert (record["steps"], record["lessons"]) == (then.step_number, then.lessons)
    manifest = json.loads((tmp_path / "model" / "manifest.json").read_text("utf-8"))
    assert manifest["fingerprint"] == content_fingerprint(tmp_path / "model")
    assert manifest["pieces_of"] == ENCODER.fingerprint


def test_with_more_steps_the_loss_falls() -> None:
    import torch

    from index.training.reader import Trainer

    trainer = Trainer(ReadingCourse(minutes=5))
    lessons = [lesson("how much is the ferry?")] * 4
    torch.manual_seed(1)
    losses = [trainer.step(lessons) for _ in range(60)]
    assert np.mean(losses[-5:]) < 0.5 * np.mean(losses[:5])
