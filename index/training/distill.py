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
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from tokenizers import Tokenizer

from index.training.lessons import Distillation, Lesson, Lessons
from index.training.pairs import split
from index.training.pause import wait_while_paused
from index.training.student import embed, extended_tokenizer, starting_model, words_to_add, write_student

log = logging.getLogger(__name__)


class Trainer:
    """Student, optimiser and progress; all of it is in the checkpoint."""

    def __init__(self, model: Any, options: Distillation) -> None:
        import torch

        self._options = options
        self.device = "cuda" if torch.cuda.is_available() else "cpu"
        self.model = model.to(self.device).train()
        words = model.get_input_embeddings().weight
        others = [parameter for parameter in model.parameters() if parameter is not words]
        self._rates = (options.learning_rate, options.word_learning_rate)
        self._others = others
        self._optimisers = (
            torch.optim.AdamW(others, lr=options.learning_rate, betas=(0.9, 0.98), weight_decay=0.0),
            torch.optim.SparseAdam([words], lr=options.word_learning_rate, betas=(0.9, 0.98)),
        )
        self.step_number = 0
        self.round_number = 0
        self.lessons = 0
        self.seconds = 0.0
        self.curve: list[dict[str, float]] = []

    @property
    def progress(self) -> float:
        """The share of the time or of the steps that is used, whichever is more; 1 is the end."""
        return max(self.seconds / (60 * self._options.minutes), self.step_number / self._options.steps)

    def step(self, lessons: Sequence[Lesson]) -> tuple[float, float]:
        """Returns the mean cosine to the teacher and the contrast loss."""
        import torch
        from torch.nn.functional import cross_entropy

        started = time.monotonic()
        warm = min(1.0, (self.step_number + 1) / 100)
        for optimiser, rate in zip(self._optimisers, self._rates, strict=True):
            optimiser.param_groups[0]["lr"] = rate * warm * max(0.02, 1.0 - self.progress)
            optimiser.zero_grad(set_to_none=True)
        longest = max(len(lesson.tokens) for lesson in lessons)
        ids = torch.zeros((len(lessons), longest), dtype=torch.long)
        mask = torch.zeros((len(lessons), longest), dtype=torch.long)
        for place, lesson in enumerate(lessons):
            ids[place, : len(lesson.tokens)] = torch.tensor(lesson.tokens)
            mask[place, : len(lesson.tokens)] = 1
        targets = torch.from_numpy(np.stack([lesson.target for lesson in lessons])).to(self.device)
        vectors = embed(self.model, ids.to(self.device), mask.to(self.device))
        cosine = (vectors * targets).sum(-1).mean()
        scores = self._options.scale * vectors @ targets.T
        alike = (targets @ targets.T) > 0.95
        alike.fill_diagonal_(False)
        contrast = cross_entropy(scores.masked_fill(alike, -1e4), torch.arange(len(lessons), device=self.device))
        torch.autograd.backward(1.0 - cosine + self._options.contrast * contrast)
        torch.nn.utils.clip_grad_norm_(self._others, 1.0)
        for optimiser in self._optimisers:
            optimiser.step()
        self.step_number += 1
        self.lessons += len(lessons)
        self.seconds += time.monotonic() - started
        return cosine.item(), contrast.item()

    def save(self, file: Path) -> None:
        """Write the checkpoint; the old one stays until the new one is whole."""
        import torch

        state = {"model": self.model.state_dict(), "optimisers": [one.state_dict() for one in self._optimisers]}
        state["counters"] = [self.step_number, self.round_number, self.lessons, self.seconds, self.curve]
        torch.save(state, file.with_suffix(".unfinished"))
        file.with_suffix(".unfinished").rename(file)

    def restore(self, file: Path) -> None:
        """Go on from a checkpoint, at the start of the round that was under way."""
        import torch

        state = torch.load(file, map_location=self.device, weights_only=True)
        self.model.load_state_dict(state["model"])
        for optimiser, stored in zip(self._optimisers, state["optimisers"], strict=True):
            optimiser.load_state_dict(stored)
        self.step_number, self.round_number, self.lessons, self.seconds, self.curve = state["counters"]


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
    checkpoint = out / "checkpoint.pt"
    if checkpoint.exists():
        trainer.restore(checkpoint)
    lessons = Lessons(pairs, tokenizer, teacher, options)
    log.info("%d pieces, from step %d", tokenizer.get_vocab_size(), trainer.step_number)
    saved = time.monotonic()
    while trainer.progress < 1.0:
        for batch in lessons.round(trainer.round_number):
            wait_while_paused()
            cosine, contrast = trainer.step(batch)
            if trainer.step_number % 10 == 0:
                point = {"step": trainer.step_number, "lessons": trainer.lessons, "seconds": trainer.seconds}
                trainer.curve.append({**point, "cosine": cosine, "contrast": contrast})
                log.info("%s", trainer.curve[-1])
            if time.monotonic() - saved > options.checkpoint_minutes * 60:
                trainer.save(checkpoint)
                saved = time.monotonic()
            if trainer.progress >= 1.0:
                break
        else:
            trainer.round_number += 1
    trainer.save(checkpoint)
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
        trainer.restore(out / "checkpoint.pt")
        export(out, trainer, tokenizer, options)
        return
    distill(data, teacher, out, options, start)


if __name__ == "__main__":
    main()
