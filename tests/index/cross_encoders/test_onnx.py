"""The bundled cross-encoder: what answers reads as an answer, more than what only speaks of the same."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from index.cross_encoders.onnx import BUNDLED, NOTHING_READ, OnnxCrossEncoder, content_fingerprint
from index.embedders.onnx import OnnxEmbedder
from index.errors import EmbedderUnavailable
from index.training.reading.lessons import headed
from index.types import Span

READER = OnnxCrossEncoder(OnnxEmbedder())

RIGHT_THEN_WRONG = [
    ("how many buses did the council buy?", "The council bought three buses.", "The council bought the old station."),
    ("when does the library close?", "La bibliothèque ferme à minuit le lundi.", "La bibliothèque a mille livres."),
    ("Pourquoi le train est-il en retard ?", "The train is late because of the snow.", "The train goes to Bern."),
    ("¿Cuántos alumnos tiene la escuela?", "La escuela tiene doscientos alumnos.", "La escuela está en el centro."),
    ("Wer hat das Museum eröffnet?", "Das Museum wurde von Anna Keller eröffnet.", "Das Museum ist am Montag zu."),
]

SCHOOL = RIGHT_THEN_WRONG[3]
"""The sentence that answers loses to the other by 0.1 where it stands second."""
SIDE_BY_SIDE = [
    *(pair for pair in RIGHT_THEN_WRONG if pair != SCHOOL),
    ("¿Cuántos libros tiene la biblioteca?", "La biblioteca tiene mil libros.", "La biblioteca está cerrada."),
    ("¿Quién dirige el hospital?", "El hospital lo dirige Marta Ruiz.", "El hospital tiene dos entradas."),
]


def passage(*sentences: str) -> tuple[str, tuple[Span, ...]]:
    """Without a title."""
    return headed("", sentences)


@pytest.mark.parametrize(("question", "right", "wrong"), SIDE_BY_SIDE)
def test_the_sentence_that_answers_has_the_higher_logit(question: str, right: str, wrong: str) -> None:
    for first, then in ((right, wrong), (wrong, right)):
        (logits,) = READER.logits(question, [passage(first, then)])
        assert (logits[0] > logits[1]) == (first == right)


def test_a_pair_that_the_order_decides_is_right_in_the_mean() -> None:
    question, right, wrong = SCHOOL
    first, second = (READER.logits(question, [passage(*told)])[0] for told in ((right, wrong), (wrong, right)))
    assert first[0] + second[1] > first[1] + second[0]


@pytest.mark.parametrize(("question", "right", "wrong"), RIGHT_THEN_WRONG)
def test_a_passage_that_answers_has_the_higher_logit(question: str, right: str, wrong: str) -> None:
    told, untold = READER.logits(question, [passage(right), passage(wrong)])
    assert told[0] > untold[0]


def test_logits_do_not_depend_on_the_other_passages() -> None:
    told = [passage("The bridge is new.", "It opened in May."), passage("It is long."), passage("Nobody came.")]
    together = READER.logits("when did the bridge open?", told)
    assert [len(logits) for logits in together] == [2, 1, 1]
    assert together[0].dtype == np.float32
    alone = [READER.logits("when did the bridge open?", [one])[0] for one in told]
    assert [logits.tolist() for logits in alone] == [logits.tolist() for logits in together]


@pytest.mark.parametrize("question", ["?", "", "\ud800", "word " * 500])
def test_odd_texts_have_logits_too(question: str) -> None:
    long = passage("text " * 500, "last.")
    found = READER.logits(question, [long, ("", [Span(0, 0)]), passage("\udfff"), ("text", [])])
    assert np.isfinite(np.concatenate(found)).all()
    assert found[0][1] == NOTHING_READ
    assert [len(logits) for logits in found] == [2, 1, 1, 0]
    assert READER.logits(question, []) == []


def test_the_manifest_tells_the_content() -> None:
    assert READER.fingerprint == content_fingerprint(BUNDLED)


def test_it_is_not_run_over_the_pieces_of_another_encoder(tmp_path: Path) -> None:
    shutil.copytree(BUNDLED, tmp_path / "reader")
    file = tmp_path / "reader" / "manifest.json"
    file.write_text(json.dumps({**json.loads(file.read_text("utf-8")), "pieces_of": "onnx:other"}), "utf-8")
    with pytest.raises(EmbedderUnavailable, match="word pieces of onnx:other"):
        OnnxCrossEncoder(OnnxEmbedder(), tmp_path / "reader")


def test_a_damaged_file_says_how_to_make_it_again(tmp_path: Path) -> None:
    shutil.copytree(BUNDLED, tmp_path / "reader")
    (tmp_path / "reader" / "model.onnx").write_bytes(b"damaged")
    with pytest.raises(EmbedderUnavailable, match="cross_encoder_export"):
        OnnxCrossEncoder(OnnxEmbedder(), tmp_path / "reader").logits("who?", [passage("a man")])
