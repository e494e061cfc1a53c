"""A training that may be stopped and goes on: by the clock or by steps, with a checkpoint every few minutes."""

import logging
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Generic, TypeVar

from index.training.pause import wait_while_paused

CHECKPOINT = "checkpoint.pt"
Lesson = TypeVar("Lesson")
"""What one step learns."""
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Duration:
    """The training ends when either is used up."""

    minutes: float
    steps: int


class Training(ABC, Generic[Lesson]):
    """Network, optimisers and progress; all of it is in the checkpoint. `curve` holds a point for every `point_every`
    steps; `figures` names what `learn` returns."""

    figures: ClassVar[tuple[str, ...]]
    point_every: ClassVar[int] = 10

    def __init__(self, model: Any, optimisers: Sequence[Any], duration: Duration) -> None:
        self.model = model
        self.optimisers = optimisers
        self._duration = duration
        self.step_number = self.round_number = self.lessons = 0
        self.seconds = 0.0
        self.curve: list[dict[str, float]] = []

    @abstractmethod
    def learn(self, lesson: Lesson) -> tuple[int, tuple[float, ...]]:
        """Changes the weights once; returns how many lessons that were, and the figures."""

    @property
    def progress(self) -> float:
        """The share of the time or of the steps that is used, whichever is more; 1 is the end."""
        used = max(self.seconds / (60 * self._duration.minutes), self.step_number / self._duration.steps)
        return min(1.0, used)

    def step(self, lesson: Lesson) -> tuple[float, ...]:
        """One step, counted and, every now and then, drawn into the curve; returns its figures."""
        started = time.monotonic()
        count, figures = self.learn(lesson)
        self.step_number += 1
        self.lessons += count
        self.seconds += time.monotonic() - started
        if self.step_number % self.point_every == 0:
            point = {"step": self.step_number, "lessons": self.lessons, "seconds": self.seconds}
            self.curve.append({**point, **dict(zip(self.figures, figures, strict=True))})
            log.info("%s", self.curve[-1])
        return figures

    def run(self, rounds: Callable[[int], Iterable[Lesson]], checkpoint: Path, save_every_minutes: float) -> None:
        """Steps until the end, through one round after another; goes on from the checkpoint where there is one, at the
        start of the round that was under way."""
        if checkpoint.exists():
            self.restore(checkpoint)
        log.info("from step %d", self.step_number)
        saved = time.monotonic()
        while self.progress < 1.0:
            for lesson in rounds(self.round_number):
                if self.progress >= 1.0:
                    break
                wait_while_paused()
                self.step(lesson)
                if time.monotonic() - saved > save_every_minutes * 60:
                    self.save(checkpoint)
                    saved = time.monotonic()
            else:
                self.round_number += 1
        self.save(checkpoint)

    def save(self, file: Path) -> None:
        """Write the checkpoint; the old one stays until the new one is whole."""
        import torch

        state = {"model": self.model.state_dict(), "optimisers": [one.state_dict() for one in self.optimisers]}
        state["counters"] = [self.step_number, self.round_number, self.lessons, self.seconds, self.curve]
        torch.save(state, file.with_suffix(".unfinished"))
        file.with_suffix(".unfinished").rename(file)

    def restore(self, file: Path) -> None:
        """Everything as it was when the checkpoint was written."""
        import torch

        device = next(self.model.parameters()).device
        state = torch.load(file, map_location=device, weights_only=True)
        self.model.load_state_dict(state["model"])
        for optimiser, stored in zip(self.optimisers, state["optimisers"], strict=True):
            optimiser.load_state_dict(stored)
        self.step_number, self.round_number, self.lessons, self.seconds, self.curve = state["counters"]
