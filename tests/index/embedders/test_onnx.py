"""The ONNX embedder gives what the network in PyTorch gives, whatever stands beside a text, and needs neither."""

import json
import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from index.embedders import MULTILINGUAL, load_embedder
from index.embedders.onnx import MODEL_FILE, OnnxEmbedder, content_fingerprint
from index.embedders.static import StaticEmbedder
from index.embedders.token_states import span_vectors
from index.errors import EmbedderUnavailable
from index.types import Span

ROOT = Path(__file__).parents[3]
WORDS = (
    "le la les un une pays promet des armes munitions chars the country pledges weapons tanks shells cat sleeps".split()
)
TEXTS = [
    "The country pledges weapons",
    "le pays promet des armes, des munitions, des chars " * 3,
    "chat",
    "",
    "un pays ## étrange \U0001f600",
    "the cat sleeps " * 40,
    "the",
]


def tiny_tokenizer() -> Any:
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

    letters = "abcdefghijklmnopqrstuvwxyz"
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *WORDS, *letters, *(f"##{letter}" for letter in letters), ","]
    vocabulary = {piece: number for number, piece in enumerate(dict.fromkeys(pieces))}
    tokenizer: Any = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    ends = [("[CLS]", vocabulary["[CLS]"]), ("[SEP]", vocabulary["[SEP]"])]
    tokenizer.post_processor = processors.TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=ends)
    return tokenizer


@pytest.fixture(scope="module")
def student() -> tuple[Any, Any]:
    """A random network of two layers, with weights large enough that the layers change the vectors."""
    import torch
    from transformers import BertConfig, BertModel

    tokenizer = tiny_tokenizer()
    torch.manual_seed(3)
    config = BertConfig(
        vocab_size=tokenizer.get_vocab_size(),
        hidden_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=128,
        max_position_embeddings=48,
        initializer_range=0.2,
        layer_norm_eps=1e-12,
    )
    model: Any = BertModel(config)
    model.eval()
    with torch.no_grad():
        for parameter in model.parameters():
            # Biases and normalisations start at 0 and 1, where a graph that forgot them would not be seen.
            parameter.add_(torch.randn_like(parameter) * 0.05)
    return model, tokenizer


@pytest.fixture(scope="module")
def folders(student: tuple[Any, Any], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    from index.training.export import write_onnx_model

    made = {kind: tmp_path_factory.mktemp("onnx") / kind for kind in ("float", "int8")}
    for kind, folder in made.items():
        write_onnx_model(folder, *student, int8=kind == "int8", name=f"tiny-{kind}")
    return made


@pytest.fixture(scope="module")
def expected(student: tuple[Any, Any]) -> NDArray[np.float32]:
    """The vectors of `TEXTS` from PyTorch, one text at a time, cut at 48 pieces."""
    import torch

    from index.training.student import embed

    model, tokenizer = student
    rows = []
    for text in TEXTS:
        ids = tokenizer.encode(text).ids
        ids = torch.tensor([[*ids[:47], ids[-1]] if len(ids) > 48 else ids])
        with torch.inference_mode():
            rows.append(embed(model, ids, torch.ones_like(ids))[0].numpy())
    return np.stack(rows)


def test_float_vectors_equal_those_of_the_network_in_torch(
    folders: dict[str, Path], expected: NDArray[np.float32]
) -> None:
    vectors = OnnxEmbedder(folders["float"]).embed_passages(TEXTS)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(vectors, expected, atol=1e-5)
    spread = expected @ expected.T
    assert spread.min() < 0.9, "texts that all have the same vector would show nothing"


def test_a_parts_vector_is_the_mean_of_its_tokens_in_their_text(
    folders: dict[str, Path], student: tuple[Any, Any]
) -> None:
    """Of a text that is cut, a part behind the cut has none; the same part alone has another vector."""
    import torch

    model, tokenizer = student
    text = "The cat sleeps, the country pledges tanks"
    parts = [Span(0, 14), Span(16, 41)]
    ids = torch.tensor([tokenizer.encode(text).ids])
    with torch.inference_mode():
        states = model(input_ids=ids).last_hidden_state[0].numpy()
    # [CLS] the cat sleeps , the country pledges tanks [SEP]
    expected = np.stack([states[1:4].mean(axis=0), states[5:9].mean(axis=0)])
    expected /= np.linalg.norm(expected, axis=1, keepdims=True)
    embedder = OnnxEmbedder(folders["float"])
    told = embedder.token_states([text, "cat " * 100, ""])
    asked = [parts, [Span(0, 3), Span(300, 303)], [Span(0, 0)]]
    found, cut, empty = (span_vectors(states, spans) for states, spans in zip(told, asked, strict=True))
    np.testing.assert_allclose(found, expected, atol=1e-5)
    assert float(found[0] @ embedder.embed_passages(["The cat sleeps"])[0]) < 0.999
    assert np.linalg.norm(cut[0]) == pytest.approx(1.0, abs=1e-5)
    assert not cut[1].any()
    assert not empty.any()


@pytest.mark.parametrize("kind", ["float", "int8"])
def test_the_row_of_a_piece_is_the_same_whenever_it_is_asked_for(folders: dict[str, Path], kind: str) -> None:
    embedder = OnnxEmbedder(folders[kind])
    first = embedder.piece_rows([7, 5, 7])
    assert np.array_equal(first[0], first[2])
    assert not np.array_equal(first[0], first[1])
    everything = list(range(embedder.tokenizer.get_vocab_size()))
    rows = embedder.piece_rows(everything)
    assert np.array_equal(rows[[7, 5, 7]], first)
    in_turn = OnnxEmbedder(folders[kind])
    assert np.array_equal(np.stack([in_turn.piece_rows([piece])[0] for piece in everything]), rows)
    assert embedder.piece_rows([]).shape == (0, embedder.dimension)


@pytest.mark.parametrize("kind", ["float", "int8"])
def test_rows_that_came_with_the_states_of_a_text_are_not_asked_for_again(
    folders: dict[str, Path], kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    embedder = OnnxEmbedder(folders[kind])
    ids = embedder.tokenizer.encode(TEXTS[0]).ids
    asked_alone = OnnxEmbedder(folders[kind]).piece_rows(ids)
    embedder.token_states([TEXTS[0]])
    monkeypatch.setattr(OnnxEmbedder, "_session", property(lambda _: pytest.fail("the network was run again")))
    assert np.array_equal(embedder.piece_rows(ids), asked_alone)


def test_int8_vectors_are_close_to_those_of_the_network_in_torch(
    folders: dict[str, Path], expected: NDArray[np.float32]
) -> None:
    vectors = OnnxEmbedder(folders["int8"]).embed_passages(TEXTS)
    assert (vectors * expected).sum(axis=1).min() > 0.97
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)


@pytest.mark.parametrize("kind", ["float", "int8"])
def test_a_batch_with_padding_gives_nearly_the_vectors_of_single_texts(
    folders: dict[str, Path], expected: NDArray[np.float32], student: tuple[Any, Any], kind: str
) -> None:
    import onnxruntime

    session = onnxruntime.InferenceSession(str(folders[kind] / MODEL_FILE), providers=["CPUExecutionProvider"])
    tokens = [found.ids for found in student[1].encode_batch([TEXTS[0], TEXTS[2], TEXTS[4]])]
    ids = np.zeros((3, max(map(len, tokens))), np.int64)
    mask = np.zeros_like(ids)
    for row, found in enumerate(tokens):
        ids[row, : len(found)], mask[row, : len(found)] = found, 1
    (vectors,) = session.run(["vectors"], {"input_ids": ids, "attention_mask": mask})
    cosines = (vectors * expected[[0, 2, 4]]).sum(axis=1)
    assert cosines.min() > (0.99999 if kind == "float" else 0.97)


@pytest.mark.parametrize("kind", ["float", "int8"])
def test_a_vector_depends_neither_on_the_other_texts_nor_on_the_order(folders: dict[str, Path], kind: str) -> None:
    embedder = OnnxEmbedder(folders[kind])
    together = embedder.embed_passages(TEXTS)
    np.testing.assert_array_equal(embedder.embed_passages(TEXTS[::-1])[::-1], together)
    np.testing.assert_array_equal(np.concatenate([embedder.embed_queries([text]) for text in TEXTS]), together)


def test_many_texts_come_back_in_their_order(folders: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.embedders.onnx.TEXTS_IN_BLOCK", 5)
    monkeypatch.setattr("index.embedders.onnx.cores", lambda: 3)
    embedder = OnnxEmbedder(folders["int8"])
    texts = [f"{WORDS[number % len(WORDS)]} {number} {'armes ' * (number % 7)}" for number in range(33)]
    single = np.concatenate([embedder.embed_queries([text]) for text in texts])
    np.testing.assert_array_equal(embedder.embed_passages(texts), single)


def test_threads_get_the_same_vectors(folders: dict[str, Path]) -> None:
    embedder = OnnxEmbedder(folders["int8"])
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: embedder.embed_passages(TEXTS), range(16)))
    for vectors in found:
        np.testing.assert_array_equal(vectors, found[0])


def test_progress_rises_to_the_number_of_texts(folders: dict[str, Path]) -> None:
    seen: list[tuple[int, int | None]] = []
    OnnxEmbedder(folders["int8"]).embed_passages(TEXTS * 30, lambda done, total: seen.append((done, total)))
    assert seen == [(64, 210), (128, 210), (192, 210), (210, 210)]


def test_no_texts_give_no_vectors(folders: dict[str, Path]) -> None:
    embedder = OnnxEmbedder(folders["int8"])
    assert embedder.embed_passages([]).shape == embedder.embed_queries([]).shape == (0, 64)


def test_lone_surrogates_and_huge_texts_get_a_vector(folders: dict[str, Path]) -> None:
    vectors = OnnxEmbedder(folders["int8"]).embed_passages(["weapons \ud83d tanks", "armes " * 200_000, "\x00"])
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)


def test_fingerprint_is_that_of_the_files_and_differs_between_models(folders: dict[str, Path]) -> None:
    found = {kind: OnnxEmbedder(folder).fingerprint for kind, folder in folders.items()}
    assert found == {kind: content_fingerprint(folder) for kind, folder in folders.items()}
    assert found["float"] != found["int8"]


def test_export_of_the_same_network_gives_the_same_fingerprint(
    student: tuple[Any, Any], folders: dict[str, Path], tmp_path: Path
) -> None:
    from index.training.export import write_onnx_model

    write_onnx_model(tmp_path / "again", *student)
    assert OnnxEmbedder(tmp_path / "again").fingerprint == OnnxEmbedder(folders["int8"]).fingerprint


def test_export_command_reads_a_folder_of_transformers(student: tuple[Any, Any], tmp_path: Path) -> None:
    model, tokenizer = student
    model.save_pretrained(str(tmp_path / "model"))
    tokenizer.save(str(tmp_path / "model" / "tokenizer.json"))
    arguments = ["--checkpoint", str(tmp_path / "model"), "--out", str(tmp_path / "out"), "--name", "tiny"]
    subprocess.run([sys.executable, "-m", "index.training.export", *arguments], check=True, cwd=ROOT)
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))
    assert (manifest["name"], manifest["dimension"], manifest["longest"], manifest["layers"]) == ("tiny", 64, 48, 2)
    assert OnnxEmbedder(tmp_path / "out").embed_queries(["armes"]).shape == (1, 64)


def test_folder_with_an_onnx_manifest_is_chosen_by_its_path(folders: dict[str, Path]) -> None:
    embedder = load_embedder(str(folders["int8"]))
    assert isinstance(embedder, OnnxEmbedder)
    assert load_embedder(embedder.name).fingerprint == embedder.fingerprint


def test_constructing_reads_no_weights(folders: dict[str, Path], tmp_path: Path) -> None:
    shutil.copy(folders["int8"] / "manifest.json", tmp_path)
    light = OnnxEmbedder(tmp_path)
    assert light.dimension == 64
    with pytest.raises(EmbedderUnavailable, match=re.escape(str(tmp_path))):
        light.embed_queries(["mot"])


@pytest.mark.parametrize("damage", ["no folder", "no manifest", "truncated", "foreign tokenizer"])
def test_damaged_folder_is_refused_with_the_next_step(folders: dict[str, Path], tmp_path: Path, damage: str) -> None:
    folder = tmp_path / "model"
    if damage != "no folder":
        shutil.copytree(folders["int8"], folder)
    if damage == "no manifest":
        (folder / "manifest.json").unlink()
    elif damage == "truncated":
        (folder / MODEL_FILE).write_bytes((folder / MODEL_FILE).read_bytes()[:1000])
    elif damage == "foreign tokenizer":
        (folder / "tokenizer.json").write_text("not a tokenizer", "utf-8")
    with pytest.raises(EmbedderUnavailable, match="ASSISTANT_EMBEDDER"):
        OnnxEmbedder(folder).embed_queries(["mot"])


def test_missing_onnxruntime_is_told_with_the_next_step(
    folders: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(EmbedderUnavailable, match="pip install onnxruntime"):
        OnnxEmbedder(folders["int8"]).embed_queries(["mot"])


def test_default_is_the_encoder_and_fast_the_static_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("default", "multilingual", "minilm-en-fr-es-de"):
        assert isinstance(load_embedder(name), OnnxEmbedder)
    assert isinstance(load_embedder("fast"), StaticEmbedder)
    monkeypatch.setattr("index.embedders.MULTILINGUAL", tmp_path / "absent")
    with pytest.raises(EmbedderUnavailable, match="ASSISTANT_EMBEDDER"):
        load_embedder("default")


@pytest.fixture(scope="module")
def embedder() -> OnnxEmbedder:
    return OnnxEmbedder()


def test_bundled_manifest_agrees_with_the_files(embedder: OnnxEmbedder) -> None:
    assert embedder.fingerprint == content_fingerprint(MULTILINGUAL)
    assert embedder.dimension == embedder.embed_queries(["mot"]).shape[1]
    assert load_embedder(embedder.name).fingerprint == embedder.fingerprint
    assert sum(file.stat().st_size for file in MULTILINGUAL.rglob("*") if file.is_file()) < 50_000_000


SENTENCES = {
    "en": ["The bridge is closed until Monday.", "My sister bought a red car.", "The court rejected the appeal.",
           "It will rain in the north tomorrow.", "How many soldiers were wounded?", "The hospital needs new beds."],
    "fr": ["Le pont est fermé jusqu'à lundi.", "Ma sœur a acheté une voiture rouge.", "La cour a rejeté l'appel.",
           "Demain, il pleuvra dans le nord.", "Combien de soldats ont été blessés ?",
           "L'hôpital a besoin de nouveaux lits."],
    "es": ["El puente está cerrado hasta el lunes.", "Mi hermana compró un coche rojo.",
           "El tribunal rechazó el recurso.", "Mañana lloverá en el norte.", "¿Cuántos soldados fueron heridos?",
           "El hospital necesita camas nuevas."],
    "de": ["Die Brücke ist bis Montag gesperrt.", "Meine Schwester hat ein rotes Auto gekauft.",
           "Das Gericht hat die Berufung abgelehnt.", "Morgen regnet es im Norden.",
           "Wie viele Soldaten wurden verwundet?", "Das Krankenhaus braucht neue Betten."],
}  # fmt: skip


@pytest.mark.parametrize("language", ["fr", "es", "de"])
def test_bundled_model_places_translations_nearer_than_other_sentences(embedder: OnnxEmbedder, language: str) -> None:
    similarities = embedder.embed_queries(SENTENCES["en"]) @ embedder.embed_passages(SENTENCES[language]).T
    own = np.diag(similarities)
    assert own.mean() > similarities[~np.eye(len(own), dtype=bool)].mean() + 0.2
    assert (similarities.argmax(axis=1) == np.arange(len(own))).sum() >= len(own) - 1


def test_embedding_imports_neither_torch_nor_transformers(folders: dict[str, Path]) -> None:
    program = (
        "import sys; from index.embedders import load_embedder\n"
        f"vector = load_embedder({str(folders['int8'])!r}).embed_queries(['what did Germany pledge?'])\n"
        "heavy = {'torch', 'transformers', 'sentence_transformers', 'onnx', 'scipy', 'sklearn'} & set(sys.modules)\n"
        "print(vector.shape, sorted(heavy))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "(1, 64) []"


def test_onnx_runtime_keeps_and_sends_nothing_about_its_use(tmp_path: Path) -> None:
    """Left to itself it writes a file of events below the home, and sends them to its maker."""
    code = "import time; from index.embedders.onnx import OnnxEmbedder as E; E().embed_queries(['quay']); time.sleep(1)"
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "HOME": str(tmp_path)}
    environment |= {"PYTHONDONTWRITEBYTECODE": "1"}
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)
    assert list(tmp_path.rglob("*")) == []
