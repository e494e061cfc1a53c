"""Teach the English model French, Spanish and German: a text gets the vector that the teacher gives its English.

    python -m index.training.distill --data ../shared/data/parallel --teacher FOLDER --out FOLDER --minutes 60

After Reimers and Gurevych 2020, "Making Monolingual Sentence Embeddings Multilingual using Knowledge Distillation",
with the cosine in place of the squared error, a little in-batch contrast to the teacher's vectors, words of the
languages added to the vocabulary that start from the English words that they stand for, and some texts garbled. With
`--start FOLDER --layers 0,2,5` a smaller student starts from layers of a trained one. Stops and goes on at any time: a
checkpoint is written every few minutes, and the learning rate follows the share of the time (or steps) that is used.
Runs on a GPU where there is one, else on the CPU.
"""

import argparse
import json
import logging
import shutil
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from tokenizers import Tokenizer

from index.training.lessons import Distillation, Lesson, Lessons
from index.training.pairs import split
from index.training.resumable import CHECKPOINT, Duration, Training
from index.training.student import embed, extended_tokenizer, starting_model, words_to_add, write_student

log = logging.getLogger(__name__)


class Trainer(Training[Sequence[Lesson]]):
    """The student, and two optimisers: the words' rows learn faster."""

    figures = ("cosine", "contrast")

    def __init__(self, model: Any, options: Distillation) -> None:
        import torch

        self._options = options
        self.device = "cuda" if torch.cuda.is_available() else "cpu"
        model = model.to(self.device).train()
        words = model.get_input_embeddings().weight
        self._others = [parameter for parameter in model.parameters() if parameter is not words]
        self._rates = (options.learning_rate, options.word_learning_rate)
        optimisers = (
            torch.optim.AdamW(self._others, lr=options.learning_rate, betas=(0.9, 0.98), weight_decay=0.0),
            torch.optim.SparseAdam([words], lr=options.word_learning_rate, betas=(0.9, 0.98)),
        )
        super().__init__(model, optimisers, Duration(options.minutes, options.steps))

    def learn(self, lesson: Sequence[Lesson]) -> tuple[int, tuple[float, ...]]:
        """The figures are the mean cosine to the teacher and the contrast loss."""
        import torch
        from torch.nn.functional import cross_entropy

        warm = min(1.0, (self.step_number + 1) / 100)
        for optimiser, rate in zip(self.optimisers, self._rates, strict=True):
            optimiser.param_groups[0]["lr"] = rate * warm * max(0.02, 1.0 - self.progress)
            optimiser.zero_grad(set_to_none=True)
        longest = max(len(one.tokens) for one in lesson)
        ids = torch.zeros((len(lesson), longest), dtype=torch.long)
        mask = torch.zeros((len(lesson), longest), dtype=torch.long)
        for place, one in enumerate(lesson):
            ids[place, : len(one.tokens)] = torch.tensor(one.tokens)
            mask[place, : len(one.tokens)] = 1
        targets = torch.from_numpy(np.stack([one.target for one in lesson])).to(self.device)
        vectors = embed(self.model, ids.to(self.device), mask.to(self.device))
        cosine = (vectors * targets).sum(-1).mean()
        scores = self._options.scale * vectors @ targets.T
        alike = (targets @ targets.T) > 0.95
        alike.fill_diagonal_(False)
        contrast = cross_entropy(scores.masked_fill(alike, -1e4), torch.arange(len(lesson), device=self.device))
        torch.autograd.backward(1.0 - cosine + self._options.contrast * contrast)
        torch.nn.utils.clip_grad_norm_(self._others, 1.0)
        for optimiser in self.optimisers:
            optimiser.step()
        return len(lesson), (cosine.item(), contrast.item())


def distill(data: Path, teacher: Path, out: Path, options: Distillation, start: Path | None = None) -> None:
    """Train until the time or the steps are used up; goes on from `out/checkpoint.pt` if it is there."""
    out.mkdir(parents=True, exist_ok=True)
    pairs = split(data).training
    words_file = out / "words.json"
    if not words_file.exists() and start is not None:
        shutil.copyfile(start / "words.json", words_file)
    if not words_file.exists():
        counts = {"fr": options.french_words, "es": options.spanish_words, "de": options.german_words}
        words_file.write_text(json.dumps(words_to_add(pairs, counts, options.seed)), "utf-8")
    words = json.loads(words_file.read_text("utf-8"))
    tokenizer = extended_tokenizer(words)
    trainer = Trainer(starting_model(tokenizer, words, start and start / "model", options.layers), options)
    lessons = Lessons(pairs, tokenizer, teacher, options)
    log.info("%d pieces", tokenizer.get_vocab_size())
    trainer.run(lessons.round, out / CHECKPOINT, options.checkpoint_minutes)
    export(out, trainer, tokenizer, options)


def export(out: Path, trainer: Trainer, tokenizer: Tokenizer, options: Distillation) -> None:
    """Write the student as `out/model`, with its options and its learning curve."""
    write_student(out / "model", trainer.model, tokenizer)
    record = {"options": asdict(options), "lessons": trainer.lessons, "curve": trainer.curve}
    (out / "model" / "training.json").write_text(json.dumps(record, indent=1), "utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="the folder of the parallel texts")
    parser.add_argument("--teacher", type=Path, required=True, help="the shards of index.training.teacher")
    parser.add_argument("--out", type=Path, required=True, help="checkpoint and model are written here")
    parser.add_argument("--start", type=Path, help="the --out of an earlier training, whose model is started from")
    parser.add_argument("--export-only", action="store_true", help="write the checkpoint's model and stop")
    for name, default in asdict(Distillation()).items():
        parser.add_argument(
            f"--{name.replace('_', '-')}", type=type(default), default=default, help=f"default {default}"
        )
    arguments = vars(parser.parse_args())
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    data, teacher, out = arguments.pop("data"), arguments.pop("teacher"), arguments.pop("out")
    export_only, start = arguments.pop("export_only"), arguments.pop("start")
    options = Distillation(**arguments)
    if export_only:
        words = json.loads((out / "words.json").read_text("utf-8"))
        tokenizer = extended_tokenizer(words)
        trainer = Trainer(starting_model(tokenizer, words, start and start / "model", options.layers), options)
        trainer.restore(out / CHECKPOINT)
        export(out, trainer, tokenizer, options)
        return
    distill(data, teacher, out, options, start)


if __name__ == "__main__":
    main()
