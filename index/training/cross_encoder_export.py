"""Write a trained cross-encoder as the folder that `index.cross_encoders.onnx` runs.

    python -m index.training.cross_encoder_export --checkpoint FOLDER --out index/cross_encoders/weights

Needs the package `onnx`, of the development extra.
"""

import argparse
import json
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from index.cross_encoders.onnx import MODEL_FILE, content_fingerprint
from index.embedders.manifest import MANIFEST
from index.embedders.onnx import BUNDLED, TOKENIZER_FILE, OnnxEmbedder
from index.training.cross_encoder import as_read, cross_encoder, padded
from index.training.onnx_graph import BertShape
from index.training.reading.lessons import ReadingLesson, WrittenLessons
from index.training.reading.written import read_passages
from index.training.reading_graph import reading_graph
from index.training.smoothing import watched_inputs

NAME = "reader-en-fr-es-de"
CURVE_POINTS = 200
SMOOTHED_OVER = 300
"""Passages, two lessons of each."""
log = logging.getLogger(__name__)


def write_cross_encoder(folder: Path, model: Any, lessons: Sequence[ReadingLesson] = (), *, int8: bool = True) -> None:
    """Write `model.onnx` and `manifest.json`; int8 is spread over what the lessons need."""
    import torch
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(BUNDLED / TOKENIZER_FILE))
    with watched_inputs(model.bert.encoder) as largest, torch.no_grad():
        for one in lessons:
            batch = padded([as_read(one, tokenizer)])
            model(batch["ids"], batch["segments"], batch["mask"], batch["inside"])
    weights = {key.removeprefix("bert."): tensor.float().numpy() for key, tensor in model.state_dict().items()}
    config = model.bert.config
    shape = BertShape(
        config.num_hidden_layers, config.num_attention_heads, config.layer_norm_eps, config.max_position_embeddings
    )
    folder.mkdir(parents=True, exist_ok=True)
    # Taken away first and written last: a folder with a manifest is whole.
    (folder / MANIFEST).unlink(missing_ok=True)
    (folder / MODEL_FILE).write_bytes(reading_graph(weights, shape, int8, dict(largest)).SerializeToString())
    manifest = {
        "name": NAME,
        "format": "onnx",
        "dimension": config.hidden_size,
        "layers": config.num_hidden_layers,
        "int8": int8,
        "pieces_of": OnnxEmbedder().fingerprint,
        "fingerprint": content_fingerprint(folder),
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", "utf-8")


def main() -> None:
    import torch

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", type=Path, required=True, help="the folder of the training")
    parser.add_argument("--out", type=Path, required=True, help="the folder of the ONNX model")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    state = torch.load(arguments.checkpoint / "checkpoint.pt", map_location="cpu", weights_only=True)
    model = cross_encoder().eval()
    model.load_state_dict(state["model"])
    passages = [passage for passage in read_passages() if not passage.is_held_out][:SMOOTHED_OVER]
    maker = WrittenLessons(passages, OnnxEmbedder(), "smoothing")
    lessons = [lesson for _ in passages for lesson in maker.draw()[:2]]
    write_cross_encoder(arguments.out, model, lessons)
    steps, _, seen, seconds, curve = state["counters"]
    every = max(1, -(-len(curve) // CURVE_POINTS))
    record = {"steps": steps, "lessons": seen, "seconds": round(seconds), "curve": curve[::every]}
    (arguments.out / "training.json").write_text(json.dumps(record) + "\n", "utf-8")
    size = sum(file.stat().st_size for file in arguments.out.iterdir())
    log.info("%s: %.1f MB", arguments.out, size / 1e6)


if __name__ == "__main__":
    main()
