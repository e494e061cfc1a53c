"""`load_embedder` chooses by name and loads nothing that was not asked for."""

from pathlib import Path

import pytest

from index.embedders import load_embedder
from index.embedders.sentence_transformers import SentenceTransformerEmbedder
from index.embedders.static import BUNDLED, StaticEmbedder


@pytest.mark.parametrize("name", ["default", "static", "fast", "", " default "])
def test_bundled_names_give_the_bundled_model(name: str) -> None:
    embedder = load_embedder(name)
    assert isinstance(embedder, StaticEmbedder)
    assert embedder.fingerprint == StaticEmbedder(BUNDLED).fingerprint


def test_folder_of_a_static_model_is_run_without_sentence_transformers() -> None:
    assert isinstance(load_embedder(str(BUNDLED)), StaticEmbedder)


def test_other_names_and_folders_give_sentence_transformers(tmp_path: Path) -> None:
    assert isinstance(load_embedder("owner/model"), SentenceTransformerEmbedder)
    assert isinstance(load_embedder(str(tmp_path)), SentenceTransformerEmbedder)
