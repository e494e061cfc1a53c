"""The bundled cross-encoder: what answers reads as an answer, more than what only speaks of the same."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from index.cross_encoders.onnx import BUNDLED, OnnxCrossEncoder, content_fingerprint
from index.embedders.onnx import OnnxEmbedder
from index.errors import EmbedderUnavailable

READER = OnnxCrossEncoder(OnnxEmbedder())

RIGHT_THEN_WRONG = [
    ("how many buses did the council buy?", "The council bought three buses.", "The council bought the old station."),
    ("when does the library close?", "La bibliothèque ferme à minuit le lundi.", "La bibliothèque a mille livres."),
    ("Pourquoi le train est-il en retard ?", "The train is late because of the snow.", "The train goes to Bern."),
    ("¿Cuántos alumnos tiene la escuela?", "La escuela tiene doscientos alumnos.", "La escuela está en el centro."),
    ("Wer hat das Museum eröffnet?", "Das Museum wurde von Anna Keller eröffnet.", "Das Museum ist am Montag zu."),
]


@pytest.mark.parametrize(("question", "right", "wrong"), RIGHT_THEN_WRONG)
def test_what_answers_has_the_higher_score(question: str, right: str, wrong: str) -> None:
    scores = READER.scores(question, [(wrong, ""), (right, "")])
    assert scores[1] > scores[0]


def test_a_score_does_not_depend_on_the_other_sentences() -> None:
    told = [("It opened in May.", "The bridge is new."), ("It is long.", ""), ("Nobody came.", "It rained.")]
    together = READER.scores("when did the bridge open?", told)
    assert together.shape == (3,)
    assert together.dtype == np.float32
    assert [READER.scores("when did the bridge open?", [one])[0] for one in told] == together.tolist()


@pytest.mark.parametrize("question", ["?", "", "\ud800", "word " * 500])
def test_odd_texts_have_scores_too(question: str) -> None:
    scores = READER.scores(question, [("text " * 500, "before " * 500), ("", ""), ("\udfff", "")])
    assert np.isfinite(scores).all()
    assert READER.scores(question, []).shape == (0,)


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
        OnnxCrossEncoder(OnnxEmbedder(), tmp_path / "reader").scores("who?", [("a man", "")])
