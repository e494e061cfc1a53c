"""The encoder learns what is asked of a passage, goes on where it stopped, and keeps its word pieces."""

import random
from pathlib import Path

import numpy as np

from index.embedders.onnx import BUNDLED, TOKENIZER_FILE, OnnxEmbedder
from index.training.asking import AskingCourse, Steps, Taught, Trainer, export, strange
from index.training.reading.written import WrittenPassage, WrittenQuestion
from index.training.resumable import CHECKPOINT

COURSE = AskingCourse(steps=4, asked=4, kept=2)
READ = [
    WrittenPassage(
        "fr",
        f"Le port de {town}",
        (f"{town} achète un bac.", f"Il coûte {price} millions.", "Un boulanger s'y oppose."),
        (WrittenQuestion("en", "what does the ferry cost?", (1,)), WrittenQuestion("en", "Who builds it?", ())),
    )
    for price, town in enumerate(("Brest", "Sète", "Calais", "Nantes", "Dieppe", "Lorient"), start=2)
]
TAUGHT = Taught(["a ferry", "the port is closed"], ["un bac", ""], np.eye(2, 384, dtype=np.float32))


def steps(course: AskingCourse = COURSE) -> Steps:
    from tokenizers import Tokenizer

    return Steps(course, READ, TAUGHT, Tokenizer.from_file(str(BUNDLED / TOKENIZER_FILE)))


def texts(tokens: list[list[int]]) -> list[str]:
    tokenizer = OnnxEmbedder().tokenizer
    return [tokenizer.decode(ids) for ids in tokens]


def test_a_round_asks_each_passage_once_what_it_answers() -> None:
    drawn = list(steps(AskingCourse(asked=4, kept=2, garbled=0.0)).round(0))
    assert [len(step.questions) for step in drawn] == [4, 2]
    assert {question for step in drawn for question in texts(step.questions)} == {"what does the ferry cost?"}
    told = [text for step in drawn for text in texts(step.answering)]
    prices = [text[text.index("coute ") + 6] for text in told]
    assert sorted(prices) == ["2", "3", "4", "5", "6", "7"]


def test_texts_that_are_kept_have_the_vector_of_their_row() -> None:
    for step in steps().round(1):
        assert step.vectors.shape == (2, 384)
        for text, vector in zip(texts(step.texts), step.vectors, strict=True):
            assert vector.argmax() == (1 if "closed" in text else 0)


def test_a_round_depends_on_the_seed_and_its_number() -> None:
    first, again, other = (list(steps().round(number)) for number in (3, 3, 4))
    assert [step.answering for step in first] == [step.answering for step in again]
    assert [step.answering for step in first] != [step.answering for step in other]


def test_some_words_of_a_strange_text_are_its_own() -> None:
    text = "the port of the town is closed for two weeks because of a storm at sea"
    words = strange(text, ["zebra"], random.Random(2)).split()
    assert 0 < words.count("zebra") < 10
    assert all(word in ("zebra", own) for word, own in zip(words, text.split(), strict=True))


def test_it_learns_goes_on_and_is_exported_with_the_same_word_pieces(tmp_path: Path) -> None:
    trainer = Trainer(AskingCourse(steps=4, asked=4, kept=2, learning_rate=1e-3))
    before = {name: weight.clone() for name, weight in trainer.model.state_dict().items()}
    losses = [trainer.step(step)[1] for _ in range(2) for step in steps().round(0)]
    assert losses[2] < losses[0]
    trainer.save(tmp_path / CHECKPOINT)
    other = Trainer(COURSE)
    other.restore(tmp_path / CHECKPOINT)
    assert (other.step_number, other.lessons) == (4, trainer.lessons)
    export(tmp_path, tmp_path / "model", 1.0)
    written = OnnxEmbedder(tmp_path / "model")
    assert written.fingerprint != OnnxEmbedder().fingerprint
    ids = [2000, 40000, 70000]
    assert np.abs(written.piece_rows(ids) - OnnxEmbedder().piece_rows(ids)).max() < 1e-5
    moved = other.model.state_dict()
    assert not bool(
        (moved["encoder.layer.5.output.dense.weight"] == before["encoder.layer.5.output.dense.weight"]).all()
    )
    assert bool((moved["embeddings.word_embeddings.weight"] == before["embeddings.word_embeddings.weight"]).all())
