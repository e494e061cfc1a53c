"""Teach a copy of the bundled encoder to read a question and a sentence together: does the sentence answer it?

    python -m index.training.cross_encoder --data ../shared/data/parallel --out FIRST --minutes 60
    python -m index.training.cross_encoder --data ../shared/data/parallel --out THEN --start FIRST --written-share 0.85

A cross-encoder (Nogueira and Cho 2019, "Passage Re-ranking with BERT") sees both at once, and so can tell a sentence
that answers from one that only speaks of the same things. It learns from the examples of `index.training.reading`:
made of the parallel texts, and of the passages with questions that were written for it. It starts from the encoder,
from an earlier training, or from the bundled cross-encoder (`--start bundled`). The rows of the word pieces stay the
encoder's, so that they are stored once. Stops and goes on at any time, as `index.training.distill` does.
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
from typing import Any, Protocol

from index.cross_encoders.tokens import QUESTION, SENTENCE, ReadingTokens, reading_tokens
from index.embedders.onnx import BUNDLED, TOKENIZER_FILE, OnnxEmbedder
from index.training.bundled_network import bundled_network, bundled_reader_weights
from index.training.pairs import split
from index.training.pause import wait_while_paused
from index.training.reading.corpus import Corpus
from index.training.reading.examples import ReadingExample, ReadingExamples
from index.training.reading.written import WrittenExamples, read_passages

CHECKPOINT = "checkpoint.pt"
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ReadingCourse:
    """What decides the outcome, besides the data. Of the examples `written_share` are of the written passages."""

    minutes: float = 60.0
    steps: int = 1_000_000
    written_share: float = 0.0
    batch: int = 64
    learning_rate: float = 1e-4
    seed: int = 7
    checkpoint_minutes: float = 4.0


BUNDLED_START = "bundled"


class Maker(Protocol):
    """Makes examples, some at a time."""

    def draw(self) -> list[ReadingExample]: ...


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
        self._halves = self.device == "cuda" or torch.backends.cpu.get_cpu_capability().startswith("AVX512")
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
        # Half precision in the products alone, where the processor has it; weights and their changes stay whole.
        with torch.autocast(self.device, torch.bfloat16, enabled=self._halves):
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


def started(start: str) -> Any:
    """A cross-encoder with the weights of the bundled one, of the training in the folder `start`, or, where `start` is
    empty, of the encoder."""
    import torch

    model = cross_encoder()
    if start == BUNDLED_START:
        weights = {name: torch.from_numpy(weight) for name, weight in bundled_reader_weights().items()}
        left_out = set(model.load_state_dict(weights, strict=False).missing_keys)
        assert left_out == {"bert.embeddings.word_embeddings.weight"}, left_out
    elif start:
        state = torch.load(Path(start) / CHECKPOINT, map_location="cpu", weights_only=True)
        model.load_state_dict(state["model"])
    return model


def drawn(makers: Sequence[tuple[float, Maker]], count: int, generator: random.Random) -> list[ReadingExample]:
    """At least so many examples; each maker, given with its share, makes that share of them."""
    examples: list[ReadingExample] = []
    made = [0 for _ in makers]
    while len(examples) < count:
        behind = [made[place] / share if share else math.inf for place, (share, _) in enumerate(makers)]
        place = behind.index(min(behind))
        found = makers[place][1].draw()
        made[place] += len(found)
        examples += found
    generator.shuffle(examples)
    return examples


def train(data: Path, out: Path, course: ReadingCourse, start: str = "") -> None:
    """Train until the time or the steps are used up; goes on from `out/checkpoint.pt` if it is there."""
    import torch
    from tokenizers import Tokenizer

    out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(course.seed)
    tokenizer = Tokenizer.from_file(str(BUNDLED / TOKENIZER_FILE))
    tokenizer.no_truncation()
    checkpoint = out / CHECKPOINT
    trainer = Trainer(started("" if checkpoint.exists() else start), course)
    if checkpoint.exists():
        trainer.restore(checkpoint)
    corpus = Corpus(split(data).training, random.Random(course.seed))
    passages = [passage for passage in read_passages() if not passage.is_held_out]
    embedder = OnnxEmbedder()
    log.info("%d sentences, %d passages, from step %d", len(corpus.pairs), len(passages), trainer.step_number)
    saved = time.monotonic()
    while trainer.progress < 1.0:
        seed = f"{course.seed}-{trainer.round_number}"
        makers: list[tuple[float, Maker]] = [
            (1.0 - course.written_share, ReadingExamples(corpus, seed)),
            (course.written_share, WrittenExamples(passages, embedder, seed)),
        ]
        examples = drawn(makers, 32 * course.batch, random.Random(seed))
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
    parser.add_argument(
        "--start", default="", help=f"the --out of an earlier training, or '{BUNDLED_START}'; else the encoder"
    )
    for name, default in asdict(ReadingCourse()).items():
        parser.add_argument(
            f"--{name.replace('_', '-')}", type=type(default), default=default, help=f"default {default}"
        )
    arguments = vars(parser.parse_args())
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    data, out, start = arguments.pop("data"), arguments.pop("out"), arguments.pop("start")
    train(data, out, ReadingCourse(**arguments), start)


if __name__ == "__main__":
    main()
