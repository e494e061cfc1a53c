"""`load_embedder` chooses by name and loads nothing that was not asked for."""

from pathlib import Path

import pytest

from index.embedders import MULTILINGUAL_NAMES, load_embedder
from index.embedders.sentence_transformers import SentenceTransformerEmbedder
from index.embedders.static import BUNDLED, StaticEmbedder


@pytest.mark.parametrize("name", ["static", "fast", " fast ", "static-en-fr-es-de"])
def test_names_of_the_static_model_give_the_bundled_one(name: str) -> None:
    embedder = load_embedder(name)
    assert isinstance(embedder, StaticEmbedder)
    assert embedder.fingerprint == StaticEmbedder(BUNDLED).fingerprint


@pytest.mark.parametrize("name", ["default", "", " default "])
def test_default_is_the_bundled_encoder_that_its_own_name_leads_back_to(name: str) -> None:
    embedder = load_embedder(name)
    assert embedder.name in MULTILINGUAL_NAMES
    assert embedder.dimension == 384
    assert load_embedder(embedder.name).fingerprint == embedder.fingerprint


def test_folder_of_a_static_model_is_run_without_sentence_transformers() -> None:
    assert isinstance(load_embedder(str(BUNDLED)), StaticEmbedder)


def test_other_names_and_folders_give_sentence_transformers(tmp_path: Path) -> None:
    assert isinstance(load_embedder("owner/model"), SentenceTransformerEmbedder)
    assert isinstance(load_embedder(str(tmp_path)), SentenceTransformerEmbedder)
