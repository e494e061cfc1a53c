"""Train the bundled static model: one vector per word piece, a text is the sum of its pieces.

    python -m index.training.static --data ../shared/data/parallel --teacher FOLDER --out FOLDER

In-batch contrast in both directions (Henderson et al. 2017, "Efficient Natural Language Response Suggestion for Smart
Reply", section 4.4) over parallel pairs, and closeness to the English teacher's sentence vectors (Reimers and
Gurevych 2020, "Making Monolingual Sentence Embeddings Multilingual using Knowledge Distillation"), reduced by
principal components. The pieces start from the teacher's vectors of themselves.
"""

import argparse
import json
import logging
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from index.training.examples import Example, ExampleMaker, Tokens
from index.training.pairs import Pair, split
from index.training.pause import wait_while_paused
from index.training.projection import Projection
from index.training.static_folder import write_static_model
from index.training.teacher import Teacher, load_vectors
from index.training.vocabulary import teacher_words, train, with_words

if TYPE_CHECKING:
    import torch
    from tokenizers import Tokenizer

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class StaticTraining:
    """What decides the outcome, besides the data."""

    pieces: int = 40_000
    dimension: int = 256
    strip_accents: bool = True
    teacher_words: bool = True
    steps: int = 900
    batch: int = 2048
    learning_rate: float = 0.005
    scale: float = 20.0
    teacher_weight: float = 1.0
    law_share: float = 0.4
    dropped: float = 0.1
    joined: float = 0.25
    headings: float = 0.1
    seed: int = 7


def encode(tokenizer: "Tokenizer", texts: Sequence[str]) -> list[Tokens]:
    """The piece numbers of each text; equal texts are encoded once."""
    distinct = sorted(set(texts))
    encoded: dict[str, Tokens] = {}
    for start in range(0, len(distinct), 20_000):
        block = distinct[start : start + 20_000]
        for text, encoding in zip(block, tokenizer.encode_batch_fast(block, add_special_tokens=False), strict=True):
            encoded[text] = np.asarray(encoding.ids, dtype=np.int32)
    return [encoded[text] for text in texts]


def starting_rows(
    tokenizer: "Tokenizer", teacher: Teacher, projection: Projection, texts: Sequence[Tokens]
) -> NDArray[np.float32]:
    """The teacher's vector of every piece, shorter the more frequent the piece is (weight a / (a + p), a = 0.001:
    Arora et al. 2017, "A Simple but Tough-to-Beat Baseline for Sentence Embeddings"). Shape (pieces, dimension)."""
    vocabulary = tokenizer.get_vocab()
    pieces = sorted(vocabulary, key=lambda piece: vocabulary[piece])
    vectors = projection.apply(teacher.embed([piece.removeprefix("##") for piece in pieces]))
    counts = np.bincount(np.concatenate(texts), minlength=len(pieces)).astype(np.float64)
    weight = 0.001 / (0.001 + counts / counts.sum())
    inner = np.array([0.5 if piece.startswith("##") else 1.0 for piece in pieces])
    rows: NDArray[np.float32] = (vectors * (weight * inner)[:, None]).astype(np.float32)
    rows[vocabulary["[UNK]"]] = 0.0
    return rows


class _Step:
    """One optimisation step over one batch of examples."""

    def __init__(self, rows: NDArray[np.float32], targets: NDArray[np.float16], options: StaticTraining) -> None:
        import torch

        self._options = options
        self.device = "cuda" if torch.cuda.is_available() else "cpu"
        self.bag: Any = torch.nn.EmbeddingBag.from_pretrained(torch.from_numpy(rows), freeze=False, mode="sum")
        self.bag.to(self.device)
        self._targets = targets
        self._optimiser = torch.optim.Adam(self.bag.parameters(), lr=options.learning_rate, betas=(0.9, 0.98))
        warm, total = max(1, options.steps // 20), options.steps
        self._schedule = torch.optim.lr_scheduler.LambdaLR(
            self._optimiser, lambda step: min((step + 1) / warm, max(0.02, (total - step) / (total - warm)))
        )

    def run(self, examples: Sequence[Example]) -> tuple[float, float]:
        """Returns the contrast loss and the mean cosine to the teacher."""
        import torch
        from torch.nn.functional import cross_entropy

        left = self._embed([example.left for example in examples])
        right = self._embed([example.right for example in examples])
        scores = self._options.scale * left @ right.T
        groups = torch.tensor([example.group for example in examples], device=self.device)
        same = groups[:, None] == groups[None, :]
        same.fill_diagonal_(False)
        scores = scores.masked_fill(same, -1e4)
        gold = torch.arange(len(examples), device=self.device)
        contrast = (cross_entropy(scores, gold) + cross_entropy(scores.T, gold)) / 2
        closeness = self._closeness(left, [example.left_teacher for example in examples])
        closeness = closeness + self._closeness(right, [example.right_teacher for example in examples])
        loss = contrast - self._options.teacher_weight * closeness / 2
        self._optimiser.zero_grad(set_to_none=True)
        torch.autograd.backward(loss)
        self._optimiser.step()
        self._schedule.step()
        return contrast.item(), closeness.item() / 2

    def _embed(self, texts: Sequence[Tokens]) -> "torch.Tensor":
        import torch

        lengths = np.array([len(tokens) for tokens in texts])
        offsets = torch.from_numpy(np.concatenate(([0], np.cumsum(lengths)[:-1]))).to(self.device)
        tokens = torch.from_numpy(np.concatenate(texts).astype(np.int64)).to(self.device)
        return torch.nn.functional.normalize(self.bag(tokens, offsets), dim=-1)

    def _closeness(self, vectors: "torch.Tensor", rows: Sequence[int]) -> "torch.Tensor":
        """Mean cosine to the teacher's vectors, over the examples that have one."""
        import torch

        known = [place for place, row in enumerate(rows) if row >= 0]
        if not known:
            return vectors.sum() * 0.0
        targets = torch.from_numpy(self._targets[[rows[place] for place in known]].astype(np.float32)).to(self.device)
        return (vectors[known] * targets).sum(-1).mean()


def train_static(pairs: Sequence[Pair], teacher_folder: Path, options: StaticTraining) -> tuple[Any, Any, list[Any]]:
    """Returns the tokenizer, the rows of shape (pieces, dimension), and the learning curve."""
    rows_of, stored = load_vectors(teacher_folder)
    teacher = Teacher()
    words = teacher_words(list(teacher.vocabulary)) if options.teacher_words else []
    tokenizer = train(pairs, options.pieces, options.strip_accents, options.seed)
    tokenizer = with_words(tokenizer, words, options.strip_accents)
    log.info("%d pieces", tokenizer.get_vocab_size())
    english = encode(tokenizer, [pair.english for pair in pairs])
    other = encode(tokenizer, [pair.other for pair in pairs])
    kept = [index for index in range(len(pairs)) if len(english[index]) and len(other[index])]
    pairs = [pairs[index] for index in kept]
    english, other = [english[index] for index in kept], [other[index] for index in kept]
    projection = Projection.fit(stored[:: max(1, len(stored) // 50_000)].astype(np.float32), options.dimension)
    targets = projection.apply(stored).astype(np.float16)
    step = _Step(starting_rows(tokenizer, teacher, projection, english + other), targets, options)
    maker = ExampleMaker(
        pairs, english, other, [rows_of.get(pair.english, -1) for pair in pairs],
        options.seed, options.dropped, options.joined, options.headings,
    )  # fmt: skip
    curve: list[Any] = []
    started = time.monotonic()
    for number in range(options.steps):
        wait_while_paused()
        contrast, closeness = step.run([maker.draw(options.law_share) for _ in range(options.batch)])
        if number % 20 == 19:
            seconds = time.monotonic() - started
            curve.append({"step": number + 1, "contrast": contrast, "teacher_cosine": closeness, "seconds": seconds})
            log.info("step %d, contrast %.3f, teacher %.3f, %.0f s", number + 1, contrast, closeness, seconds)
    return tokenizer, step.bag.weight.detach().cpu().numpy(), curve


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="the folder of the parallel texts")
    parser.add_argument("--teacher", type=Path, required=True, help="the shards of index.training.teacher")
    parser.add_argument("--out", type=Path, required=True, help="the model's folder")
    for name, default in asdict(StaticTraining()).items():
        kind = (lambda text: text == "yes") if isinstance(default, bool) else type(default)
        parser.add_argument(f"--{name.replace('_', '-')}", type=kind, default=default, help=f"default {default}")
    arguments = vars(parser.parse_args())
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    data, teacher, out = arguments.pop("data"), arguments.pop("teacher"), arguments.pop("out")
    options = StaticTraining(**arguments)
    tokenizer, rows, curve = train_static(split(data).training, teacher, options)
    write_static_model(out, tokenizer, rows)
    (out / "training.json").write_text(json.dumps({"options": asdict(options), "curve": curve}, indent=1), "utf-8")


if __name__ == "__main__":
    main()
