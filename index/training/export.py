"""Write a trained student as the folder that `index.embedders.onnx` runs, int8, and for others as they need it.

    python -m index.training.export --checkpoint FOLDER --out index/embedders/weights/multilingual
    python -m index.training.export --checkpoint bundled --sentence-transformers FOLDER

`bundled` is the encoder that is part of the project, its int8 weights as floats. Any other checkpoint's folder is
that of `index.training.distill` (`checkpoint.pt` and `words.json`), or any BERT model with mean pooling as transformers
saves it. With `--data`, the folder of the parallel texts, added words that English texts use are taken out, and int8 is
spread over what the texts need. Needs the package `onnx`, of the development extra.
"""

import argparse
import json
import logging
import os
import random
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.embedders.manifest import MANIFEST
from index.embedders.onnx import BUNDLED, MODEL_FILE, TOKENIZER_FILE, content_fingerprint
from index.training.bundled_network import bundled_network
from index.training.english_words import mostly_english, sample, with_rows
from index.training.mixing import StartShares, mixed
from index.training.onnx_graph import BertShape, bert_graph
from index.training.pairs import SOURCES, Pair, Source, is_held_out, read
from index.training.smoothing import largest_inputs
from index.training.student import Translations, extended_model, extended_tokenizer, write_student
from index.training.teacher import teacher_folder

if TYPE_CHECKING:
    from tokenizers import Tokenizer

NAME = "minilm-en-fr-es-de"
LANGUAGES = ("en", "fr", "es", "de")
LONGEST = 256
BUNDLED_CHECKPOINT = "bundled"
NOTHING_OF_START = StartShares()
PAIRS_OF_A_SOURCE = 90_000
"""Enough to count the uses of words."""
log = logging.getLogger(__name__)


def load_student(folder: Path, of_start: StartShares = NOTHING_OF_START) -> tuple[Any, "Tokenizer"]:
    """The network and the tokenizer of a checkpoint's folder, or of a model's folder; float32.

    With `of_start`, a checkpoint's weights are mixed with those that the training started from, as
    `index.training.student.extended_model` makes them; the student must have all of its layers.
    """
    import torch
    from tokenizers import Tokenizer
    from transformers import AutoConfig, AutoModel

    if str(folder) == BUNDLED_CHECKPOINT:
        tokenizer = Tokenizer.from_file(str(BUNDLED / TOKENIZER_FILE))
        tokenizer.no_truncation()
        return bundled_network().eval(), tokenizer
    if not (folder / "checkpoint.pt").is_file():
        model: Any = AutoModel.from_pretrained(str(folder))
        return model.float().eval(), Tokenizer.from_file(str(folder / TOKENIZER_FILE))
    words = json.loads((folder / "words.json").read_text("utf-8"))
    tokenizer = extended_tokenizer(words)
    state = torch.load(folder / "checkpoint.pt", map_location="cpu", weights_only=True)["model"]
    config: Any = AutoConfig.from_pretrained(str(teacher_folder()))
    config.vocab_size = tokenizer.get_vocab_size()
    config.num_hidden_layers = len({key.split(".")[2] for key in state if key.startswith("encoder.layer.")})
    classes: Any = AutoModel
    model = classes.from_config(config)
    if any(of_start):
        start = extended_model(tokenizer, words).state_dict()
        pieces = extended_tokenizer(()).get_vocab_size()
        trained, begun = ({name: tensor.numpy() for name, tensor in held.items()} for held in (state, start))
        state = {name: torch.from_numpy(weight) for name, weight in mixed(trained, begun, pieces, of_start).items()}
    model.load_state_dict(state)
    return model.float().eval(), tokenizer


def without_english_words(model: Any, tokenizer: "Tokenizer", data: Path) -> tuple[Any, "Tokenizer"]:
    """The network and the tokenizer without the added words that English texts use too often."""
    first_added = extended_tokenizer(()).get_vocab_size()
    pairs = [pair for source in SOURCES for pair in sample(_training_pairs(data, source), PAIRS_OF_A_SOURCE)]
    out = set(mostly_english(tokenizer, first_added, pairs))
    vocabulary = tokenizer.get_vocab()
    added = sorted((number, word) for word, number in vocabulary.items() if number >= first_added and word not in out)
    kept = [*range(first_added), *(number for number, _ in added)]
    return with_rows(model, kept), extended_tokenizer(word for _, word in added)


def _training_pairs(data: Path, source: Source) -> list[Pair]:
    return [pair for pair in read(data, source) if not is_held_out(pair.english, source.held_out_one_in)]


def learning_record(folder: Path, points: int = 200) -> dict[str, Any] | None:
    """What the checkpoint tells about its training: steps, texts, seconds, and the learning curve, each of its at most
    `points` points the mean of a stretch."""
    import torch

    if not (folder / "checkpoint.pt").is_file():
        return None
    step, _, lessons, seconds, curve = torch.load(
        folder / "checkpoint.pt", map_location="cpu", weights_only=True, mmap=True
    )["counters"]
    length = max(1, -(-len(curve) // points))
    stretches = [curve[start : start + length] for start in range(0, len(curve), length)]
    thinned = [
        {name: round(sum(point[name] for point in stretch) / len(stretch), 4) for name in stretch[0]}
        for stretch in stretches
    ]
    return {"steps": step, "lessons": lessons, "seconds": round(seconds), "curve": thinned}


def smoothing_texts(data: Path, texts: int = 800, seed: int = 0) -> list[str]:
    """Texts of all sources and languages from the training's share of the parallel data, half of them English."""
    drawn = random.Random(seed)
    found: list[str] = []
    for source in SOURCES:
        for pair in drawn.sample(_training_pairs(data, source), texts // (2 * len(SOURCES))):
            found += [pair.english, pair.other]
    return found


def continued(first: dict[str, Any], then: dict[str, Any]) -> dict[str, Any]:
    """The record of a training that started from another one's model, as one training."""
    counted = ("steps", "lessons", "seconds")
    moved = [
        {**point, "step": point["step"] + first["steps"], **{name: point[name] + first[name] for name in counted[1:]}}
        for point in then["curve"]
    ]
    return {**{name: first[name] + then[name] for name in counted}, "curve": [*first["curve"], *moved]}


def write_onnx_model(
    folder: Path,
    model: Any,
    tokenizer: "Tokenizer",
    *,
    int8: bool = True,
    name: str = NAME,
    longest: int = LONGEST,
    smooth_over: Sequence[str] = (),
) -> None:
    """Write `model.onnx`, `tokenizer.json` and `manifest.json`; what else is in `folder` stays. Needs no GPU.

    With texts to `smooth_over`, int8 rounds less over texts of their kind.
    """
    from tokenizers import Tokenizer

    config = model.config
    longest = min(longest, config.max_position_embeddings)
    weights = {key: tensor.detach().cpu().numpy() for key, tensor in model.state_dict().items()}
    shape = BertShape(config.num_hidden_layers, config.num_attention_heads, config.layer_norm_eps, longest)
    folder.mkdir(parents=True, exist_ok=True)
    # Taken away first and written last: a folder with a manifest is whole.
    (folder / MANIFEST).unlink(missing_ok=True)
    largest = largest_inputs(model, tokenizer, smooth_over, longest) if int8 and smooth_over else None
    (folder / MODEL_FILE).write_bytes(bert_graph(weights, shape, int8, largest).SerializeToString())
    cutting = Tokenizer.from_str(tokenizer.to_str())
    cutting.enable_truncation(longest)
    cutting.no_padding()
    cutting.save(str(folder / TOKENIZER_FILE), pretty=False)
    manifest = {
        "name": name,
        "format": "onnx",
        "dimension": config.hidden_size,
        "longest": longest,
        "pieces": cutting.get_vocab_size(),
        "layers": config.num_hidden_layers,
        "int8": int8,
        "languages": list(LANGUAGES),
        "fingerprint": content_fingerprint(folder),
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", "utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--checkpoint", type=Path, required=True, help=f"the folder of the trained student, or '{BUNDLED_CHECKPOINT}'"
    )
    parser.add_argument("--out", type=Path, help="the folder of the ONNX model")
    parser.add_argument("--sentence-transformers", type=Path, help="a folder for sentence-transformers, float")
    parser.add_argument("--start-of-another", type=Path, help="a folder that index.training.distill can --start from")
    parser.add_argument("--name", default=NAME, help=f"default {NAME}")
    parser.add_argument(
        "--of-start", type=float, default=0.0, help="share of the start's weights to mix into the network"
    )
    parser.add_argument("--of-start-pieces", type=float, default=0.0, help="the same for the rows of its own pieces")
    parser.add_argument("--after", type=Path, help="the folder of the training whose model this one started from")
    parser.add_argument("--data", type=Path, help="the folder of the parallel texts: English is kept better")
    parser.add_argument("--float", action="store_true", help="keep the ONNX model in float")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    if not (arguments.out or arguments.sentence_transformers or arguments.start_of_another):
        parser.error("nothing to write: give --out, --sentence-transformers or --start-of-another")
    with tempfile.TemporaryDirectory() as copy:
        checkpoint = _held_still(arguments.checkpoint, Path(copy))
        of_start = StartShares(arguments.of_start, arguments.of_start_pieces)
        model, tokenizer = load_student(checkpoint, of_start)
        record = learning_record(checkpoint)
        before = learning_record(arguments.after) if arguments.after else None
        record = continued(before, record) if before and record else record
    if arguments.data:
        model, tokenizer = without_english_words(model, tokenizer, arguments.data)
    if arguments.start_of_another:
        write_start(arguments.start_of_another, model, tokenizer, arguments.checkpoint)
    for folder in (arguments.out, arguments.sentence_transformers):
        if folder is None:
            continue
        if folder == arguments.out:
            texts = smoothing_texts(arguments.data) if arguments.data else ()
            write_onnx_model(folder, model, tokenizer, int8=not arguments.float, name=arguments.name, smooth_over=texts)
        else:
            write_student(folder, model, tokenizer)
        if record is not None:
            (folder / "training.json").write_text(
                json.dumps({**record, "of_start": of_start._asdict()}) + "\n", "utf-8"
            )
        size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
        log.info("%s: %.1f MB", folder, size / 1e6)


def write_start(folder: Path, model: Any, tokenizer: "Tokenizer", checkpoint: Path) -> None:
    """What another training starts from: the network, and those of the checkpoint's words that it still has. Of the
    bundled encoder what its words mean is not known, nor needed: their rows are in the network."""
    held = tokenizer.get_vocab()
    words: Translations
    if str(checkpoint) == BUNDLED_CHECKPOINT:
        first_added = extended_tokenizer(()).get_vocab_size()
        words = {word: [] for word, number in sorted(held.items(), key=lambda item: item[1]) if number >= first_added}
    else:
        words = json.loads((checkpoint / "words.json").read_text("utf-8"))
    write_student(folder / "model", model, tokenizer)
    kept = {word: meant for word, meant in words.items() if word in held}
    (folder / "words.json").write_text(json.dumps(kept), "utf-8")


def _held_still(checkpoint: Path, folder: Path) -> Path:
    """The checkpoint as it is now, linked or copied: a training that goes on may replace it between two looks."""
    if not (checkpoint / "checkpoint.pt").is_file():
        return checkpoint
    for name in ("checkpoint.pt", "words.json"):
        try:
            os.link(checkpoint / name, folder / name)
        except OSError:
            shutil.copyfile(checkpoint / name, folder / name)
    return folder


if __name__ == "__main__":
    main()
