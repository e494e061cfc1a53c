"""The two models that hold sentences against each other, loaded once for all tests of quoting."""

import pytest

from assistant.wiring import sentence_model, word_model
from index.embedders.onnx import OnnxEmbedder
from index.embedders.static import StaticEmbedder


@pytest.fixture(scope="session")
def model() -> OnnxEmbedder:
    return sentence_model()


@pytest.fixture(scope="session")
def words() -> StaticEmbedder:
    return word_model()
