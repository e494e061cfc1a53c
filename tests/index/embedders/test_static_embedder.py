"""The bundled static model: exact, fast to start, and one language to it."""

import collections
import csv
import gzip
import itertools
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from index.embedders.static import BUNDLED, StaticEmbedder, content_fingerprint
from index.embedders.token_states import span_vectors
from index.errors import EmbedderUnavailable
from index.types import Span

PARALLEL = Path(__file__).parents[4] / "shared" / "data" / "parallel"
TEXTS = [
    "What did Germany pledge?",
    "L’Allemagne a promis quatre systèmes de défense aérienne.",
    "Die Truppen\tsind gestern\nabgezogen; niemand weiß, wohin.",
    "¿Cuánto cuesta?  10.000 euros —según él—.",
    "Ünïcödé, soft\u00adhyphen, non\u00a0breaking, zero\u200bwidth, \u0301combining first",
    "中文 and русский beside English",
    "word " * 3000,
]


@pytest.fixture(scope="module")
def embedder() -> StaticEmbedder:
    return StaticEmbedder()


def test_vectors_equal_those_of_sentence_transformers(embedder: StaticEmbedder) -> None:
    from sentence_transformers import SentenceTransformer

    reference = SentenceTransformer(str(BUNDLED), device="cpu", local_files_only=True)
    expected = reference.encode(TEXTS, show_progress_bar=False)
    cosines = (embedder.embed_passages(TEXTS) * expected).sum(axis=1)
    assert cosines == pytest.approx(np.ones(len(TEXTS)), abs=1e-4)


def test_vector_is_the_normalised_sum_of_the_rows_of_the_tokenizers_pieces(embedder: StaticEmbedder) -> None:
    from safetensors.numpy import load_file
    from tokenizers import Tokenizer

    tensors = load_file(BUNDLED / "model.safetensors")
    rows = tensors["embeddings"].astype(np.float64) * tensors["weights"][:, None]
    tokenizer = Tokenizer.from_file(str(BUNDLED / "tokenizer.json"))
    for text, vector in zip(TEXTS, embedder.embed_passages(TEXTS), strict=True):
        total = rows[tokenizer.encode(text, add_special_tokens=False).ids].sum(axis=0)
        np.testing.assert_allclose(vector, total / np.linalg.norm(total), atol=1e-5)


def test_order_and_batching_do_not_change_vectors(embedder: StaticEmbedder) -> None:
    texts = [f"{'mot ' * (number % 97)}article {number}" for number in range(1500)]
    together = embedder.embed_passages(texts)
    alone = np.concatenate([embedder.embed_passages([text]) for text in texts[::50]])
    np.testing.assert_allclose(together[::50], alone, atol=1e-5)
    np.testing.assert_allclose(embedder.embed_passages(texts[::-1])[::-1], together, atol=1e-5)
    assert together.dtype == np.float32
    assert together.shape == (1500, embedder.dimension)
    assert np.linalg.norm(together, axis=1) == pytest.approx(np.ones(1500), abs=1e-5)


def test_progress_reaches_the_total(embedder: StaticEmbedder) -> None:
    calls: list[tuple[int, int | None]] = []
    embedder.embed_passages(["texte"] * 1300, lambda done, total: calls.append((done, total)))
    assert calls[-1] == (1300, 1300)
    assert [done for done, _ in calls] == sorted({done for done, _ in calls})


def test_no_texts_give_no_vectors(embedder: StaticEmbedder) -> None:
    assert embedder.embed_passages([]).shape == (0, embedder.dimension)


def test_text_without_letters_has_a_zero_vector_and_odd_text_a_finite_one(embedder: StaticEmbedder) -> None:
    empty, blank, surrogate = embedder.embed_passages(["", " \n\t ", "mot \ud800 mot"])
    assert not empty.any()
    assert not blank.any()
    assert np.linalg.norm(surrogate) == pytest.approx(1.0, abs=1e-5)


def test_remembered_words_are_dropped_at_the_limit(embedder: StaticEmbedder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.embedders.static.REMEMBERED_CHUNKS", 10)
    fresh = StaticEmbedder()
    texts = [f"mot{number} autre{number}" for number in range(1200)]
    np.testing.assert_allclose(fresh.embed_passages(texts), embedder.embed_passages(texts), atol=1e-6)


@pytest.mark.parametrize(
    ("question", "right", "wrong"),
    [
        ("What did Germany pledge?", "L'Allemagne a promis d'envoyer des armes.", "Le chat dort sur le canapé."),
        ("Qui a gagné l'élection ?", "The president won the vote.", "Water boils at one hundred degrees."),
        ("Wo ist das Krankenhaus?", "The hospital is behind the station.", "The minister bought a new house."),
        ("¿Cuándo termina la guerra?", "La guerre finira au printemps.", "Les enfants jouent dans le jardin."),
    ],
)
def test_meaning_is_found_across_languages(embedder: StaticEmbedder, question: str, right: str, wrong: str) -> None:
    asked = embedder.embed_queries([question])[0]
    near, far = embedder.embed_passages([right, wrong]) @ asked
    assert near > far + 0.1


def test_words_ignore_case_and_have_the_direction_of_the_text_that_is_the_word(embedder: StaticEmbedder) -> None:
    upper, lower = embedder.word_vectors(["Germany", "germany"])
    np.testing.assert_array_equal(upper, lower)
    np.testing.assert_allclose(lower / np.linalg.norm(lower), embedder.embed_passages(["germany"])[0], atol=1e-6)


def test_the_vector_of_a_part_is_that_of_the_part_alone(embedder: StaticEmbedder) -> None:
    text = "The war ends. Peace begins."
    (states,) = embedder.token_states([text])
    found = span_vectors(states, [Span(0, 13), Span(14, 27)])
    np.testing.assert_allclose(found, embedder.embed_passages(["The war ends.", "Peace begins."]), atol=1e-6)


def _directions(embedder: StaticEmbedder, words: list[str]) -> NDArray[np.float32]:
    vectors = embedder.word_vectors(words)
    directions: NDArray[np.float32] = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return directions


@pytest.mark.parametrize(("source", "target"), list(itertools.permutations(("en", "fr", "es", "de"), 2)))
def test_a_words_translation_is_nearest_among_many_words(embedder: StaticEmbedder, source: str, target: str) -> None:
    if not PARALLEL.is_dir():
        pytest.skip(f"there is no folder {PARALLEL}")
    table = list(csv.DictReader((Path(__file__).parent / "translations.tsv").open(encoding="utf-8"), delimiter="\t"))
    words = [row[source] for row in table]
    translations = [row[target] for row in table]
    candidates = sorted({*_frequent_words(target), *translations})
    similarities = _directions(embedder, words) @ _directions(embedder, candidates).T
    nearest = [candidates[place] for place in similarities.argmax(axis=1)]
    five = [{candidates[place] for place in places} for places in np.argsort(-similarities, axis=1)[:, :5]]
    first_rate = np.mean([found == right for found, right in zip(nearest, translations, strict=True)])
    five_rate = np.mean([right in found for found, right in zip(five, translations, strict=True)])
    sys.stderr.write(f"{source}-{target}: first {first_rate:.2f}, among five {five_rate:.2f} of {len(candidates)}\n")
    assert five_rate >= 0.9
    assert first_rate >= 0.7


def _frequent_words(language: str, count: int = 3000) -> list[str]:
    """The most frequent words of three letters or more in everyday sentences of a language."""
    other = "fr" if language == "en" else language
    counts: collections.Counter[str] = collections.Counter()
    with gzip.open(PARALLEL / f"tatoeba.en-{other}.tsv.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            text = line.rstrip("\n").split("\t")[language != "en"]
            counts.update(word for word in re.findall(r"\w+", text.lower()) if len(word) > 2)
    return [word for word, _ in counts.most_common(count)]


def test_manifest_agrees_with_the_files(embedder: StaticEmbedder) -> None:
    manifest = json.loads((BUNDLED / "manifest.json").read_text("utf-8"))
    assert embedder.fingerprint == manifest["fingerprint"] == content_fingerprint(BUNDLED)
    assert embedder.dimension == embedder.embed_queries(["mot"]).shape[1] == 256
    assert embedder.name == manifest["name"]


def test_bundled_files_stay_small() -> None:
    assert sum(file.stat().st_size for file in BUNDLED.rglob("*") if file.is_file()) < 20_000_000


def test_cold_start_imports_no_torch() -> None:
    program = (
        "import sys; from index.embedders import load_embedder\n"
        "vector = load_embedder('static').embed_queries(['what did Germany pledge?'])\n"
        "heavy = {'torch', 'transformers', 'sentence_transformers', 'scipy', 'sklearn'} & set(sys.modules)\n"
        "print(vector.shape, sorted(heavy))"
    )
    root = Path(__file__).parents[3]
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=root, check=True)
    assert done.stdout.strip() == "(1, 256) []"


def test_constructing_reads_no_weights(tmp_path: Path) -> None:
    shutil.copy(BUNDLED / "manifest.json", tmp_path)
    light = StaticEmbedder(tmp_path)
    assert light.dimension == 256
    with pytest.raises(EmbedderUnavailable, match=re.escape(str(tmp_path))):
        light.embed_queries(["mot"])


@pytest.mark.parametrize("damage", ["missing", "empty", "truncated", "foreign"])
def test_damaged_folder_is_refused_with_the_next_step(tmp_path: Path, damage: str) -> None:
    folder = tmp_path / "model"
    shutil.copytree(BUNDLED, folder)
    weights = folder / "model.safetensors"
    if damage == "missing":
        (folder / "manifest.json").unlink()
    elif damage == "empty":
        (folder / "manifest.json").write_text("{}", "utf-8")
    elif damage == "truncated":
        weights.write_bytes(weights.read_bytes()[:1000])
    else:
        (folder / "tokenizer.json").write_text("not a tokenizer", "utf-8")
    with pytest.raises(EmbedderUnavailable, match="Reinstall the package"):
        StaticEmbedder(folder).embed_queries(["mot"])
