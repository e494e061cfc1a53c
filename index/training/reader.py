"""Teach a small network to read a question and a passage together: which of its sentences answer, or that none does.

    python -m index.training.reader --out FOLDER --minutes 30
    python -m index.training.reader --out FOLDER --export index/reading/weights

It learns from the passages with questions that were written for it (`index/training/reading/passages`), on what the
bundled encoder makes of them, which stays as it is. Stops and goes on at any time: a checkpoint is written every few
minutes, and the learning rate follows the share of the time or steps that is used. Runs on a GPU where there is
one.
"""

import argparse
import json
import logging
import math
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from index.embedders.onnx import OnnxEmbedder
from index.training.pause import wait_while_paused
from index.training.reading.lessons import ReadingLesson, TokenModel, lessons_of
from index.training.reading.written import WrittenPassage, read_passages
from index.training.reading_network import batch_of, reading_network, write_reading_network

CHECKPOINT = "checkpoint.pt"
PASSAGES_AT_ONCE = 120
"""Whose lessons are mixed, and put into batches of similar length."""
CURVE_POINTS = 200
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ReadingCourse:
    """What decides the outcome, besides the data. A right sentence weighs as much as `weight_of_right` wrong ones in
    the loss of each sentence by itself; `listwise` is the weight of the loss that compares those of one passage."""

    minutes: float = 30.0
    steps: int = 1_000_000
    batch: int = 24
    learning_rate: float = 1e-3
    weight_of_right: float = 1.5
    listwise: float = 0.3
    seed: int = 7
    checkpoint_minutes: float = 4.0


class Trainer:
    """Network, optimiser and progress; all of it is in the checkpoint."""

    def __init__(self, course: ReadingCourse) -> None:
        import torch

        torch.manual_seed(course.seed)
        self.device = "cuda" if torch.cuda.is_available() else "cpu"
        self.model = reading_network().to(self.device).train()
        self._course = course
        self._optimiser = torch.optim.AdamW(self.model.parameters(), lr=course.learning_rate, weight_decay=0.02)
        self.step_number = self.round_number = self.lessons = 0
        self.seconds = 0.0
        self.curve: list[dict[str, float]] = []

    @property
    def progress(self) -> float:
        """The share of the time or of the steps that is used, whichever is more; 1 is the end."""
        used = max(self.seconds / (60 * self._course.minutes), self.step_number / self._course.steps)
        return min(1.0, used)

    def step(self, lessons: Sequence[ReadingLesson]) -> float:
        """Returns the loss."""
        import torch

        started = time.monotonic()
        left = max(0.02, 0.5 * (1 + math.cos(math.pi * self.progress)))
        warm = min(1.0, (self.step_number + 1) / 200)
        self._optimiser.param_groups[0]["lr"] = self._course.learning_rate * warm * left
        batch = {name: held.to(self.device) for name, held in batch_of(lessons).items()}
        loss = reading_loss(self.model(batch), batch["answers"], batch["there"], self._course)
        self._optimiser.zero_grad(set_to_none=True)
        torch.autograd.backward(loss)
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self._optimiser.step()
        self.step_number += 1
        self.lessons += len(lessons)
        self.seconds += time.monotonic() - started
        return float(loss.item())

    def save(self, file: Path) -> None:
        """Write the checkpoint; the old one stays until the new one is whole."""
        import torch

        counters = [self.step_number, self.round_number, self.lessons, self.seconds, self.curve]
        state = {"model": self.model.state_dict(), "optimiser": self._optimiser.state_dict(), "counters": counters}
        torch.save(state, file.with_suffix(".unfinished"))
        file.with_suffix(".unfinished").rename(file)

    def restore(self, file: Path) -> None:
        """Go on from a checkpoint, at the start of the round that was under way."""
        import torch

        state = torch.load(file, map_location=self.device, weights_only=True)
        self.model.load_state_dict(state["model"])
        self._optimiser.load_state_dict(state["optimiser"])
        self.step_number, self.round_number, self.lessons, self.seconds, self.curve = state["counters"]


def reading_loss(logits: Any, answers: Any, there: Any, course: ReadingCourse) -> Any:
    """Each sentence by itself, whether it answers; and, where one does, that it is likelier than the others."""
    import torch
    from torch.nn import functional

    weight = torch.tensor(course.weight_of_right, device=logits.device)
    alone = functional.binary_cross_entropy_with_logits(logits, answers.float(), reduction="none", pos_weight=weight)
    loss = (alone * there).sum() / there.sum()
    told = (answers & there).any(1)
    if told.any():
        held = logits[told].masked_fill(~there[told], -1e4)
        right = held.masked_fill(~answers[told], -1e4)
        loss = loss + course.listwise * (torch.logsumexp(held, 1) - torch.logsumexp(right, 1)).mean()
    return loss


def batches(
    passages: Sequence[WrittenPassage], model: TokenModel, size: int, generator: random.Random
) -> Iterator[list[ReadingLesson]]:
    """The lessons of all passages in random order, `size` of similar length together."""
    order = generator.sample(passages, len(passages))
    for start in range(0, len(order), PASSAGES_AT_ONCE):
        block = order[start : start + PASSAGES_AT_ONCE]
        lessons = [lesson for passage in block for lesson in lessons_of(passage, model, generator)]
        generator.shuffle(lessons)
        lessons.sort(key=lambda lesson: len(lesson.passage.states) // 20)
        cut = [lessons[first : first + size] for first in range(0, len(lessons), size)]
        yield from generator.sample(cut, len(cut))


def train(out: Path, course: ReadingCourse, passages: Sequence[WrittenPassage], model: TokenModel) -> Trainer:
    """Train until the time or the steps are used up; goes on from `out/checkpoint.pt` if it is there."""
    out.mkdir(parents=True, exist_ok=True)
    trainer = Trainer(course)
    checkpoint = out / CHECKPOINT
    if checkpoint.exists():
        trainer.restore(checkpoint)
    log.info("%d passages, from step %d", len(passages), trainer.step_number)
    saved = time.monotonic()
    while trainer.progress < 1.0:
        for batch in batches(passages, model, course.batch, random.Random(f"{course.seed}-{trainer.round_number}")):
            wait_while_paused()
            loss = trainer.step(batch)
            if trainer.step_number % 20 == 0:
                point = {"step": trainer.step_number, "lessons": trainer.lessons, "seconds": trainer.seconds}
                trainer.curve.append({**point, "loss": loss})
                log.info("%s", trainer.curve[-1])
            if time.monotonic() - saved > course.checkpoint_minutes * 60:
                trainer.save(checkpoint)
                saved = time.monotonic()
            if trainer.progress >= 1.0:
                break
        else:
            trainer.round_number += 1
    trainer.save(checkpoint)
    return trainer


def export(folder: Path, trainer: Trainer, course: ReadingCourse, pieces_of: str) -> None:
    """Write the network, and beside it how it was trained."""
    write_reading_network(folder, trainer.model, pieces_of)
    every = max(1, -(-len(trainer.curve) // CURVE_POINTS))
    curve = [{name: round(value, 4) for name, value in point.items()} for point in trainer.curve[::every]]
    counted = {"steps": trainer.step_number, "lessons": trainer.lessons, "seconds": round(trainer.seconds)}
    record = {"options": asdict(course), **counted, "curve": curve}
    (folder / "training.json").write_text(json.dumps(record) + "\n", "utf-8")
    size = sum(file.stat().st_size for file in folder.iterdir())
    log.info("%s: %.1f MB", folder, size / 1e6)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, help="the checkpoint is written here")
    parser.add_argument("--export", type=Path, help="write the trained network into this folder, too")
    for name, default in asdict(ReadingCourse()).items():
        parser.add_argument(
            f"--{name.replace('_', '-')}", type=type(default), default=default, help=f"default {default}"
        )
    arguments = vars(parser.parse_args())
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    out, folder = arguments.pop("out"), arguments.pop("export")
    course, encoder = ReadingCourse(**arguments), OnnxEmbedder()
    passages = [passage for passage in read_passages() if not passage.is_held_out]
    trainer = train(out, course, passages, encoder)
    if folder is not None:
        export(folder, trainer, course, encoder.fingerprint)


if __name__ == "__main__":
    main()
