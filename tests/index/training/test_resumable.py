"""A training that is stopped goes on where its checkpoint was written, and ends as one that was not stopped."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from index.training.resumable import Duration, Training


class Slope(Training[float]):
    """Learns one number, that of the lessons' slope."""

    figures = ("loss",)
    point_every = 2

    def __init__(self, steps: int) -> None:
        import torch

        model = torch.nn.Linear(1, 1, bias=False)
        torch.nn.init.zeros_(model.weight)
        super().__init__(model, [torch.optim.Adam(model.parameters(), lr=0.1)], Duration(60.0, steps))

    def learn(self, lesson: float) -> tuple[int, tuple[float, ...]]:
        import torch

        (optimiser,) = self.optimisers
        loss = (self.model(torch.tensor([lesson])) - 3.0 * lesson).pow(2).sum()
        optimiser.zero_grad()
        torch.autograd.backward(loss)
        optimiser.step()
        return 2, (loss.item(),)

    @property
    def slope(self) -> float:
        return float(self.model.weight.item())


def rounds(number: int) -> Iterator[float]:
    yield from (1.0 + number, 2.0, 0.5)


def test_it_learns_and_counts(tmp_path: Path) -> None:
    training = Slope(60)
    training.run(rounds, tmp_path / "checkpoint.pt", 60.0)
    assert training.slope == pytest.approx(3.0, abs=0.3)
    assert (training.step_number, training.lessons, training.round_number) == (60, 120, 20)
    assert training.progress == 1.0
    assert [point["step"] for point in training.curve] == list(range(2, 61, 2))
    assert training.curve[-1]["loss"] < training.curve[0]["loss"]


def test_a_stopped_one_ends_as_one_that_was_not(tmp_path: Path) -> None:
    whole = Slope(12)
    whole.run(rounds, tmp_path / "whole.pt", 60.0)
    Slope(6).run(rounds, tmp_path / "parts.pt", 60.0)  # two rounds
    then = Slope(12)
    then.run(rounds, tmp_path / "parts.pt", 60.0)
    assert then.slope == whole.slope
    assert [point["loss"] for point in then.curve] == [point["loss"] for point in whole.curve]


def test_a_checkpoint_is_written_on_the_way(tmp_path: Path) -> None:
    class Killed(Exception):
        pass

    def until_killed(number: int) -> Iterator[float]:
        yield from rounds(number)
        if number == 1:
            raise Killed

    with pytest.raises(Killed):
        Slope(12).run(until_killed, tmp_path / "checkpoint.pt", 0.0)
    then = Slope(12)
    then.restore(tmp_path / "checkpoint.pt")
    assert (then.step_number, then.round_number) == (6, 1)
