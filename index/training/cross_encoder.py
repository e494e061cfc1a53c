"""Teach a copy of the bundled encoder to read a question and a passage together: which sentences of it answer?

    python -m index.training.cross_encoder --data ../shared/data/parallel --out FOLDER --minutes 60

A cross-encoder (Nogueira and Cho 2019, "Passage Re-ranking with BERT") sees both at once, and so can tell a sentence
that answers from one that only speaks of the same things; it sees the sentences around it, too. It learns from the
passages with questions that were written for it (`index/training/reading/passages`), and from examples that are made of
the parallel texts. It starts from the bundled cross-encoder, from an earlier training, or from the encoder
(`--start encoder`). The rows of the word pieces stay the encoder's, so that they are stored once. Stops and goes on at
any time, as `index.training.distill` does.
"""

import argparse
import json
import logging
import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from index.cross_encoders.tokens import QUESTION, ReadingTokens, reading_tokens
from index.embedders.onnx import BUNDLED, TOKENIZER_FILE, OnnxEmbedder
from index.training.bundled_network import bundled_network, bundled_reader_weights
from index.training.pairs import split
from index.training.reading.corpus import Corpus
from index.training.reading.lessons import ParallelLessons, ReadingLesson, WrittenLessons
from index.training.reading.written import read_passages
from index.training.resumable import CHECKPOINT, Duration, Training

BATCHES_IN_A_ROUND = 400
BUNDLED_START, ENCODER_START = "bundled", "encoder"
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ReadingCourse:
    """What decides the outcome, besides the data. Of the lessons `written_share` are of the written passages. A right
    sentence weighs as much as `weight_of_right` wrong ones in the loss of each sentence by itself; `listwise` is the
    weight of the loss that compares those of one passage, `hardest` of the one of the sentence that decides whether a
    passage tells. The first `frozen` layers stay as they were at the start."""

    minutes: float = 60.0
    steps: int = 1_000_000
    written_share: float = 0.85
    batch: int = 32
    learning_rate: float = 1e-4
    weight_of_right: float = 1.5
    listwise: float = 0.3
    hardest: float = 0.5
    frozen: int = 2
    seed: int = 7
    checkpoint_minutes: float = 4.0


class Maker(Protocol):
    """Makes lessons, some at a time."""

    def draw(self) -> list[ReadingLesson]: ...


@dataclass(frozen=True, slots=True)
class ReadLesson:
    """The tokens of a lesson; for each sentence that is judged which tokens are of it, shape (tokens,), and whether it
    answers. A sentence that is cut off is not judged."""

    tokens: ReadingTokens
    inside: list[Any]
    answers: list[bool]


def cross_encoder() -> Any:
    """A `torch.nn.Module` from (ids, segments, mask), int64 of shape (n, tokens), and `inside`, float of shape (n,
    sentences, tokens), to logits of shape (n, sentences)."""
    import torch

    class CrossEncoder(torch.nn.Module):
        """The means of the question's tokens and of the sentence's, through two layers."""

        def __init__(self) -> None:
            super().__init__()
            self.bert = bundled_network()
            width = self.bert.config.hidden_size
            self.first, self.second = torch.nn.Linear(2 * width, width), torch.nn.Linear(width, 1)

        def forward(self, ids: Any, segments: Any, mask: Any, inside: Any) -> Any:
            states = self.bert(input_ids=ids, token_type_ids=segments, attention_mask=mask).last_hidden_state
            of_question = (mask * (segments == QUESTION)).unsqueeze(-1).to(states.dtype)
            question = (states * of_question).sum(1) / of_question.sum(1)
            shares = inside / inside.sum(-1, keepdim=True).clamp(min=1)
            means = shares.to(states.dtype) @ states
            both = torch.cat([question[:, None].expand_as(means), means], -1)
            return self.second(torch.nn.functional.gelu(self.first(both))).squeeze(-1)

    return CrossEncoder()


class Trainer(Training[Sequence[ReadLesson]]):
    """The cross-encoder; the rows of the word pieces and the frozen layers stay as they are."""

    figures = ("loss", "right")
    point_every = 20

    def __init__(self, model: Any, course: ReadingCourse) -> None:
        import torch

        self.device = "cuda" if torch.cuda.is_available() else "cpu"
        self._halves = self.device == "cuda" or torch.backends.cpu.get_cpu_capability().startswith("AVX512")
        model = model.to(self.device).train()
        fixed = [model.bert.embeddings, *model.bert.encoder.layer[: course.frozen]] if course.frozen else []
        for part in (model.bert.get_input_embeddings(), *fixed):
            part.requires_grad_(False)
        self._course = course
        self._learned = [parameter for parameter in model.parameters() if parameter.requires_grad]
        optimiser = torch.optim.AdamW(self._learned, lr=course.learning_rate, weight_decay=0.01)
        super().__init__(model, [optimiser], Duration(course.minutes, course.steps))

    def learn(self, lesson: Sequence[ReadLesson]) -> tuple[int, tuple[float, ...]]:
        """The figures are the loss and the share of the sentences that were told right."""
        import torch

        (optimiser,) = self.optimisers
        left = max(0.02, 0.5 * (1 + math.cos(math.pi * self.progress)))
        optimiser.param_groups[0]["lr"] = self._course.learning_rate * min(1.0, (self.step_number + 1) / 100) * left
        batch = {name: held.to(self.device) for name, held in padded(lesson).items()}
        # Half precision in the products alone, where the processor has it; weights and their changes stay whole.
        with torch.autocast(self.device, torch.bfloat16, enabled=self._halves):
            logits = self.model(batch["ids"], batch["segments"], batch["mask"], batch["inside"]).float()
        loss = reading_loss(logits, batch["answers"], batch["there"], self._course)
        optimiser.zero_grad(set_to_none=True)
        torch.autograd.backward(loss)
        torch.nn.utils.clip_grad_norm_(self._learned, 1.0)
        optimiser.step()
        right = ((logits > 0) == batch["answers"])[batch["there"]].float().mean()
        return len(lesson), (loss.item(), right.item())


def reading_loss(logits: Any, answers: Any, there: Any, course: ReadingCourse) -> Any:
    """Each sentence by itself, whether it answers; where one does, that it is likelier than the others; and, since most
    wrong sentences are easily told from an answer, once more the one that decides whether the passage tells: the
    likeliest right one, or, where none is right, the likeliest of all. Logits and both others have the shape (lessons,
    sentences); `there` says which are judged."""
    import torch
    from torch.nn import functional

    weight = torch.tensor(course.weight_of_right, device=logits.device)
    alone = functional.binary_cross_entropy_with_logits(logits, answers.float(), reduction="none", pos_weight=weight)
    loss = (alone * there).sum() / there.sum()
    told = (answers & there).any(1)
    held = logits.masked_fill(~there, -1e4)
    right = logits.masked_fill(~(answers & there), -1e4)
    if told.any():
        loss = loss + course.listwise * (torch.logsumexp(held[told], 1) - torch.logsumexp(right[told], 1)).mean()
    deciding = torch.where(told, right.amax(1), held.amax(1))
    return loss + course.hardest * functional.binary_cross_entropy_with_logits(deciding, told.float())


def padded(lessons: Sequence[ReadLesson]) -> dict[str, Any]:
    """`ids`, `segments` and `mask`, int64 tensors of shape (lessons, longest); `inside`, float32 of shape (lessons,
    sentences, longest); `answers` and `there`, bool of shape (lessons, sentences)."""
    import torch

    longest = max(len(one.tokens.ids) for one in lessons)
    most = max(1, *(len(one.answers) for one in lessons))
    ids, segments, mask = (np.zeros((len(lessons), longest), dtype=np.int64) for _ in range(3))
    inside = np.zeros((len(lessons), most, longest), dtype=np.float32)
    answers, there = (np.zeros((len(lessons), most), dtype=bool) for _ in range(2))
    for row, one in enumerate(lessons):
        length, judged = len(one.tokens.ids), len(one.answers)
        ids[row, :length], segments[row, :length], mask[row, :length] = one.tokens.ids, one.tokens.segments, 1
        for place, tokens in enumerate(one.inside):
            inside[row, place, :length] = tokens
        answers[row, :judged], there[row, :judged] = one.answers, True
    named = {"ids": ids, "segments": segments, "mask": mask, "inside": inside, "answers": answers, "there": there}
    return {name: torch.from_numpy(held) for name, held in named.items()}


def as_read(lesson: ReadingLesson, tokenizer: Any) -> ReadLesson:
    tokens = reading_tokens(tokenizer, lesson.question, lesson.text)
    inside = [tokens.inside(span) for span in lesson.spans]
    held = [place for place, found in enumerate(inside) if found.any()]
    return ReadLesson(tokens, [inside[place] for place in held], [lesson.answers[place] for place in held])


def batches(
    lessons: Sequence[ReadingLesson], tokenizer: Any, size: int, generator: random.Random
) -> Iterator[list[ReadLesson]]:
    """The lessons as tokens, `size` of similar length together, in random order."""
    read = [one for one in (as_read(lesson, tokenizer) for lesson in lessons) if one.answers]
    generator.shuffle(read)
    read.sort(key=lambda one: len(one.tokens.ids) // 8)
    starts = list(range(0, len(read), size))
    generator.shuffle(starts)
    for start in starts:
        yield read[start : start + size]


def started(start: str = BUNDLED_START) -> Any:
    """A cross-encoder with the weights of the bundled one, of the encoder, or of the training in the folder `start`."""
    import torch

    model = cross_encoder()
    if start == BUNDLED_START:
        weights = {name: torch.from_numpy(weight) for name, weight in bundled_reader_weights().items()}
        left_out = set(model.load_state_dict(weights, strict=False).missing_keys)
        assert left_out == {"bert.embeddings.word_embeddings.weight"}, left_out
    elif start != ENCODER_START:
        state = torch.load(Path(start) / CHECKPOINT, map_location="cpu", weights_only=True)
        model.load_state_dict(state["model"])
    return model


def drawn(makers: Sequence[tuple[float, Maker]], count: int, generator: random.Random) -> list[ReadingLesson]:
    """At least so many lessons; each maker, given with its share, makes that share of them."""
    lessons: list[ReadingLesson] = []
    made = [0 for _ in makers]
    while len(lessons) < count:
        behind = [made[place] / share if share else math.inf for place, (share, _) in enumerate(makers)]
        place = behind.index(min(behind))
        found = makers[place][1].draw()
        made[place] += len(found)
        lessons += found
    generator.shuffle(lessons)
    return lessons


def train(data: Path, out: Path, course: ReadingCourse, start: str = BUNDLED_START) -> None:
    """Train until the time or the steps are used up; goes on from `out/checkpoint.pt` if it is there."""
    import torch
    from tokenizers import Tokenizer

    out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(course.seed)
    tokenizer = Tokenizer.from_file(str(BUNDLED / TOKENIZER_FILE))
    checkpoint = out / CHECKPOINT
    trainer = Trainer(started(ENCODER_START if checkpoint.exists() else start), course)
    corpus = Corpus(split(data).training, random.Random(course.seed))
    passages = [passage for passage in read_passages() if not passage.is_held_out]
    parallel, written = ParallelLessons(corpus, course.seed), WrittenLessons(passages, OnnxEmbedder(), course.seed)
    makers: list[tuple[float, Maker]] = [(1.0 - course.written_share, parallel), (course.written_share, written)]
    log.info("%d sentences, %d passages", len(corpus.pairs), len(passages))

    def lessons_of_round(number: int) -> Iterator[list[ReadLesson]]:
        seed = f"{course.seed}-{number}"
        parallel.reseed(seed)
        written.reseed(seed)
        lessons = drawn(makers, BATCHES_IN_A_ROUND * course.batch, random.Random(seed))
        return batches(lessons, tokenizer, course.batch, random.Random(number))

    trainer.run(lessons_of_round, checkpoint, course.checkpoint_minutes)
    record = {"options": asdict(course), "lessons": trainer.lessons, "curve": trainer.curve}
    (out / "training.json").write_text(json.dumps(record) + "\n", "utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="the folder of the parallel texts")
    parser.add_argument("--out", type=Path, required=True, help="the checkpoint is written here")
    parser.add_argument(
        "--start",
        default=BUNDLED_START,
        help=f"the --out of an earlier training, '{ENCODER_START}' or '{BUNDLED_START}', the default",
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
