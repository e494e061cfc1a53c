"""One training goes on from another: its words, and its record as one."""

import json
from pathlib import Path
from typing import Any

from index.embedders.onnx import OnnxEmbedder
from index.training.export import BUNDLED_CHECKPOINT, continued, load_student, write_start
from index.training.student import extended_tokenizer, write_student


def test_the_start_of_another_training_has_the_words_that_are_left(tmp_path: Path) -> None:
    from transformers import BertConfig, BertModel

    checkpoint = tmp_path / "first"
    checkpoint.mkdir()
    words = {"impôt": [["tax", 1.0]], "tonnage": []}
    (checkpoint / "words.json").write_text(json.dumps(words), "utf-8")
    tokenizer = extended_tokenizer(["impôt"])
    config = BertConfig(
        vocab_size=tokenizer.get_vocab_size(),
        hidden_size=8,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=8,
        pad_token_id=0,
    )
    model: Any = BertModel(config)
    write_start(tmp_path / "mixed", model, tokenizer, checkpoint)
    assert json.loads((tmp_path / "mixed" / "words.json").read_text("utf-8")) == {"impôt": [["tax", 1.0]]}
    assert BertModel.from_pretrained(str(tmp_path / "mixed" / "model")).config.vocab_size == config.vocab_size


def test_two_trainings_in_a_row_are_told_as_one() -> None:
    def record(steps: int, cosine: float) -> dict[str, Any]:
        point = {"step": steps, "lessons": 10.0 * steps, "seconds": 2.0 * steps, "cosine": cosine, "contrast": 0.1}
        return {"steps": steps, "lessons": 10 * steps, "seconds": 2 * steps, "curve": [point]}

    together = continued(record(100, 0.8), record(50, 0.9))
    assert (together["steps"], together["lessons"], together["seconds"]) == (150, 1500, 300)
    assert [point["step"] for point in together["curve"]] == [100, 150]
    assert [point["lessons"] for point in together["curve"]] == [1000.0, 1500.0]
    assert [point["cosine"] for point in together["curve"]] == [0.8, 0.9]


def test_others_can_use_the_bundled_encoder_through_sentence_transformers(tmp_path: Path) -> None:
    from sentence_transformers import SentenceTransformer

    write_student(tmp_path, *load_student(Path(BUNDLED_CHECKPOINT)))
    texts = ["what did the port buy?", "Le port achète un bac.", "a ferry " * 200]
    theirs = SentenceTransformer(str(tmp_path), device="cpu").encode(texts)
    cosines = (theirs * OnnxEmbedder().embed_passages(texts)).sum(axis=1)
    assert cosines.min() > 0.99


def test_the_bundled_encoder_is_a_start_with_the_same_pieces(tmp_path: Path) -> None:
    model, tokenizer = load_student(Path(BUNDLED_CHECKPOINT))
    write_start(tmp_path, model, tokenizer, Path(BUNDLED_CHECKPOINT))
    words = json.loads((tmp_path / "words.json").read_text("utf-8"))
    assert extended_tokenizer(words).get_vocab() == tokenizer.get_vocab()
