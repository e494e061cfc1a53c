"""Teach a copy of the bundled encoder to read a question and a sentence together: does the sentence answer it?

    python -m index.training.cross_encoder --data ../shared/data/parallel --out FOLDER --minutes 60

A cross-encoder (Nogueira and Cho 2019, "Passage Re-ranking with BERT") sees both at once, and so can tell a sentence
that answers from one that only speaks of the same things. It learns from the examples of `index.training.reading`.
The rows of the word pieces stay the encoder's, so that they are stored once. Stops and goes on at any time, as
`index.training.distill` does.
"""

import argparse
import json
import logging
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from index.cross_encoders.tokens import QUESTION, SENTENCE, ReadingTokens, reading_tokens
from index.embedders.onnx import BUNDLED, TOKENIZER_FILE
from index.training.bundled_network import bundled_network
from index.training.pairs import split
from index.training.pause import wait_while_paused
from index.training.reading.corpus import Corpus
from index.training.reading.examples import ReadingExample, ReadingExamples

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ReadingCourse:
    """What decides the outcome, besides the data."""

    minutes: float = 60.0
    steps: int = 1_000_000
    batch: int = 64
    learning_rate: float = 1e-4
    seed: int = 7
    checkpoint_minutes: float = 4.0


def cross_encoder() -> Any:
    """A `torch.nn.Module` from (ids, segments, mask), int64 of shape (n, tokens), to logits of shape (n,)."""
    import torch

    class CrossEncoder(torch.nn.Module):
        """The means of the question's tokens and of the sentence's, through two layers."""

        def __init__(self) -> None:
            super().__init__()
            self.bert = bundled_network()
            width = self.bert.config.hidden_size
            self.first, self.second = torch.nn.Linear(2 * width, width), torch.nn.Linear(width, 1)

        def forward(self, ids: Any, segments: Any, mask: Any) -> Any:
            states = self.bert(input_ids=ids, token_type_ids=segments, attention_mask=mask).last_hidden_state
            parts = [(mask * (segments == part)).unsqueeze(-1).to(states.dtype) for part in (QUESTION, SENTENCE)]
            means = [(states * part).sum(1) / part.sum(1) for part in parts]
            return self.second(torch.nn.functional.gelu(self.first(torch.cat(means, -1)))).squeeze(-1)

    return CrossEncoder()


class Trainer:
    """Network, optimiser and progress; all of it is in the checkpoint."""

    def __init__(self, model: Any, course: ReadingCourse) -> None:
        import torch

        self.device = "cuda" if torch.cuda.is_available() else "cpu"
        self.model = model.to(self.device).train()
        pieces = model.bert.get_input_embeddings().weight
        pieces.requires_grad_(False)
        self._course = course
        self._learned = [parameter for parameter in model.parameters() if parameter is not pieces]
        self._optimiser = torch.optim.AdamW(self._learned, lr=course.learning_rate, weight_decay=0.01)
        self.step_number = self.round_number = self.examples = 0
        self.seconds = 0.0
        self.curve: list[dict[str, float]] = []

    @property
    def progress(self) -> float:
        """The share of the time or of the steps that is used, whichever is more; 1 is the end."""
        return max(self.seconds / (60 * self._course.minutes), self.step_number / self._course.steps)

    def step(self, batch: Sequence[tuple[ReadingTokens, bool]]) -> tuple[float, float]:
        """Returns the loss and the share of the examples that were told right."""
        import torch

        started = time.monotonic()
        rate = self._course.learning_rate * min(1.0, (self.step_number + 1) / 100) * max(0.02, 1.0 - self.progress)
        self._optimiser.param_groups[0]["lr"] = rate
        ids, segments, mask = (part.to(self.device) for part in padded([tokens for tokens, _ in batch]))
        told = torch.tensor([float(answers) for _, answers in batch], device=self.device)
        # Half precision in the products alone; the weights and their changes stay whole.
        with torch.autocast(self.device, torch.bfloat16):
            logits = self.model(ids, segments, mask)
        loss = torch.nn.functional.binary_cross_entropy_with_logits(logits.float(), told)
        self._optimiser.zero_grad(set_to_none=True)
        torch.autograd.backward(loss)
        torch.nn.utils.clip_grad_norm_(self._learned, 1.0)
        self._optimiser.step()
        self.step_number += 1
        self.examples += len(batch)
        self.seconds += time.monotonic() - started
        return loss.item(), ((logits > 0) == (told > 0.5)).float().mean().item()

    def save(self, file: Path) -> None:
        """Write the checkpoint; the old one stays until the new one is whole."""
        import torch

        counters = [self.step_number, self.round_number, self.examples, self.seconds, self.curve]
        state = {"model": self.model.state_dict(), "optimiser": self._optimiser.state_dict(), "counters": counters}
        torch.save(state, file.with_suffix(".unfinished"))
        file.with_suffix(".unfinished").rename(file)

    def restore(self, file: Path) -> None:
        """Go on from a checkpoint, at the start of the round that was under way."""
        import torch

        state = torch.load(file, map_location=self.device, weights_only=True)
        self.model.load_state_dict(state["model"])
        self._optimiser.load_state_dict(state["optimiser"])
        self.step_number, self.round_number, self.examples, self.seconds, self.curve = state["counters"]


def padded(texts: Sequence[ReadingTokens]) -> tuple[Any, Any, Any]:
    """Ids, segments and mask as int64 tensors of shape (texts, longest)."""
    import torch

    longest = max(len(tokens.ids) for tokens in texts)
    made = [torch.zeros((len(texts), longest), dtype=torch.long) for _ in range(3)]
    for row, tokens in enumerate(texts):
        length = len(tokens.ids)
        made[0][row, :length], made[1][row, :length] = torch.tensor(tokens.ids), torch.tensor(tokens.segments)
        made[2][row, :length] = 1
    return made[0], made[1], made[2]


def batches(
    examples: Sequence[ReadingExample], tokenizer: Any, size: int, generator: random.Random
) -> Iterator[list[tuple[ReadingTokens, bool]]]:
    """The examples as tokens, `size` of similar length together, in random order."""
    read = [(reading_tokens(tokenizer, one.question, one.sentence, one.before), one.answers) for one in examples]
    read.sort(key=lambda one: len(one[0].ids))
    starts = list(range(0, len(read), size))
    generator.shuffle(starts)
    for start in starts:
        yield read[start : start + size]


def train(data: Path, out: Path, course: ReadingCourse) -> None:
    """Train until the time or the steps are used up; goes on from `out/checkpoint.pt` if it is there."""
    import torch
    from tokenizers import Tokenizer

    out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(course.seed)
    tokenizer = Tokenizer.from_file(str(BUNDLED / TOKENIZER_FILE))
    tokenizer.no_truncation()
    trainer = Trainer(cross_encoder(), course)
    checkpoint = out / "checkpoint.pt"
    if checkpoint.exists():
        trainer.restore(checkpoint)
    corpus = Corpus(split(data).training, random.Random(course.seed))
    log.info("%d sentences, from step %d", len(corpus.pairs), trainer.step_number)
    saved = time.monotonic()
    while trainer.progress < 1.0:
        maker = ReadingExamples(corpus, f"{course.seed}-{trainer.round_number}")
        examples: list[ReadingExample] = []
        while len(examples) < 32 * course.batch:
            examples += maker.draw()
        for batch in batches(examples, tokenizer, course.batch, random.Random(trainer.round_number)):
            wait_while_paused()
            loss, right = trainer.step(batch)
            if trainer.step_number % 20 == 0:
                point = {"step": trainer.step_number, "examples": trainer.examples, "seconds": trainer.seconds}
                trainer.curve.append({**point, "loss": loss, "right": right})
                log.info("%s", trainer.curve[-1])
            if time.monotonic() - saved > course.checkpoint_minutes * 60:
                trainer.save(checkpoint)
                saved = time.monotonic()
            if trainer.progress >= 1.0:
                break
        else:
            trainer.round_number += 1
    trainer.save(checkpoint)
    record = {"options": asdict(course), "examples": trainer.examples, "curve": trainer.curve}
    (out / "training.json").write_text(json.dumps(record) + "\n", "utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="the folder of the parallel texts")
    parser.add_argument("--out", type=Path, required=True, help="the checkpoint is written here")
    for name, default in asdict(ReadingCourse()).items():
        parser.add_argument(
            f"--{name.replace('_', '-')}", type=type(default), default=default, help=f"default {default}"
        )
    arguments = vars(parser.parse_args())
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    data, out = arguments.pop("data"), arguments.pop("out")
    train(data, out, ReadingCourse(**arguments))


if __name__ == "__main__":
    main()
