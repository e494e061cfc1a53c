"""The parts that settings become."""

import threading
from pathlib import Path

import pytest

from assistant.settings import Settings, load_settings
from assistant.wiring import open_assistant, open_writer
from index.embedders.onnx import BUNDLED, OnnxEmbedder
from index.errors import EmbedderUnavailable
from index.types import Article


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = load_settings(index=tmp_path / "index")
    with open_writer(settings) as writer:
        assert len(list(writer.add([Article("harbour", "Harbour", "The harbour of Brest opens in May.", "en")]))) == 1
    return settings


def wait_until_loaded() -> None:
    for thread in threading.enumerate():
        if thread.name == "loading":
            thread.join(60)


def test_models_are_read_before_the_first_question_where_that_is_wanted(settings: Settings) -> None:
    assistant = open_assistant(settings, read_ahead=True)
    wait_until_loaded()
    assert isinstance(assistant.model, OnnxEmbedder)
    assert "_parts" in vars(assistant.model)
    assert "_opened" in vars(assistant.reader)
    assert not assistant.ask("When does the harbour of Brest open?").abstained
    late = open_assistant(settings)
    wait_until_loaded()
    assert isinstance(late.model, OnnxEmbedder)
    assert "_parts" not in vars(late.model)


def test_a_model_that_cannot_be_read_is_told_to_who_asks(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    made = OnnxEmbedder.__init__

    def elsewhere(embedder: OnnxEmbedder, folder: Path = BUNDLED) -> None:
        made(embedder, folder)
        embedder._folder = tmp_path

    monkeypatch.setattr(OnnxEmbedder, "__init__", elsewhere)
    assistant = open_assistant(settings, read_ahead=True)
    wait_until_loaded()
    with pytest.raises(EmbedderUnavailable, match="cannot be"):
        assistant.ask("When does the harbour of Brest open?")
