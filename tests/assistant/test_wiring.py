"""The parts that settings become."""

import threading
from pathlib import Path

import pytest

from assistant.answering import Assistant
from assistant.settings import load_settings
from assistant.wiring import load_models, open_assistant, open_writer
from index.embedders.onnx import OnnxEmbedder
from index.errors import EmbedderUnavailable
from index.types import Article


@pytest.fixture
def assistant(tmp_path: Path) -> Assistant:
    settings = load_settings(index=tmp_path / "index")
    with open_writer(settings) as writer:
        assert len(list(writer.add([Article("harbour", "Harbour", "The harbour of Brest opens in May.", "en")]))) == 1
    return open_assistant(settings)


def wait_until_loaded() -> None:
    for thread in threading.enumerate():
        if thread.name == "loading":
            thread.join(60)


def test_models_are_read_before_the_first_question(assistant: Assistant) -> None:
    assert isinstance(assistant.model, OnnxEmbedder)
    assert "_parts" not in vars(assistant.model)
    load_models(assistant)
    wait_until_loaded()
    assert "_parts" in vars(assistant.model)
    assert "_opened" in vars(assistant.reader)
    assert not assistant.ask("When does the harbour of Brest open?").abstained


def test_a_model_that_cannot_be_read_is_told_to_who_asks(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(assistant.model, "_folder", tmp_path)
    load_models(assistant)
    wait_until_loaded()
    with pytest.raises(EmbedderUnavailable, match="cannot be"):
        assistant.ask("When does the harbour of Brest open?")
