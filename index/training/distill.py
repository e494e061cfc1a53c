"""Teach the English model French, Spanish and German: a text gets the vector that the teacher gives its English.

    python -m index.training.distill --data ../shared/data/parallel --teacher FOLDER --out FOLDER --minutes 60

After Reimers and Gurevych 2020, "Making Monolingual Sentence Embeddings Multilingual using Knowledge Distillation",
with the cosine in place of the squared error, a little in-batch contrast to the teacher's vectors, words of the
languages added to the vocabulary, and some texts joined, shortened and shuffled. Stops and goes on at any time: a
checkpoint is written every few minutes, and the learning rate follows the share of the time (or steps) that is used.
Runs on a GPU where there is one, else on the CPU.
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

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from index.training.pairs import Pair, split
from index.training.pause import wait_while_paused
from index.training.student import embed, extended_model, extended_tokenizer, words_to_add, write_student
from index.training.teacher import batches_by_length, load_vectors

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Distillation:
    """What decides the outcome, besides the data. Shares are of the drawn texts."""

    minutes: float = 60.0
    steps: int = 1_000_000
    tokens_in_batch: int = 3072
    learning_rate: float = 3e-4
    word_learning_rate: float = 9e-4
    contrast: float = 0.1
    scale: float = 20.0
    french_words: int = 10_000
    spanish_words: int = 6_000
    german_words: int = 6_000
    english_share: float = 0.15
    french_share: float = 0.5
    law_share: float = 0.35
    joined: float = 0.15
    garbled: float = 0.15
    longest: int = 128
    seed: int = 7
    checkpoint_minutes: float = 4.0


@dataclass(frozen=True, slots=True)
class Lesson:
    """A text's tokens and the teacher's vector that it should get."""

    tokens: list[int]
    target: NDArray[np.float32]


class Lessons:
    """Draws rounds of lessons; a round depends on the seed and its number alone, so that a run can be resumed."""

    def __init__(
        self, pairs: Sequence[Pair], tokenizer: Tokenizer, teacher_folder: Path, options: Distillation
    ) -> None:
        self._tokenizer = tokenizer
        self._options = options
        rows, self._vectors = load_vectors(teacher_folder)
        self._known = [(pair, rows[pair.english]) for pair in pairs if pair.english in rows]
        self._sources: dict[str, list[int]] = {}
        for place, (pair, _) in enumerate(self._known):
            self._sources.setdefault(pair.source, []).append(place)

    def round(self, number: int, size: int = 4096) -> Iterator[list[Lesson]]:
        """The batches of one round: lessons of similar length together, the batches in random order."""
        generator = random.Random(f"{self._options.seed}-{number}")
        drawn = [self._draw(generator) for _ in range(size)]
        encodings = self._tokenizer.encode_batch_fast([text for text, _ in drawn])
        lessons = [
            Lesson([*found.ids[: self._options.longest - 1], found.ids[-1]], target)
            for found, (_, target) in zip(encodings, drawn, strict=True)
        ]
        lengths = [len(lesson.tokens) for lesson in lessons]
        order = sorted(range(size), key=lambda place: -lengths[place])
        batches = list(batches_by_length(order, lengths, self._options.tokens_in_batch))
        generator.shuffle(batches)
        for batch in batches:
            yield [lessons[place] for place in batch]

    def _draw(self, generator: random.Random) -> tuple[str, NDArray[np.float32]]:
        options = self._options
        french = generator.random() < options.french_share
        if french:
            laws = "laws" in self._sources and generator.random() < options.law_share
            source = "laws" if laws else "tatoeba-fr"
        else:
            source = generator.choice(("tatoeba-es", "tatoeba-de"))
        places = [generator.choice(self._sources[source])]
        if generator.random() < options.joined:
            places += [generator.choice(self._sources[source]) for _ in range(generator.randint(1, 3))]
        members = [self._known[place] for place in places]
        english = generator.random() < options.english_share
        texts = [pair.english if english else pair.other for pair, _ in members]
        # The vector of a joined text is close to the mean of its parts' vectors, longer parts counting more.
        weighted = sum(
            (self._vectors[row].astype(np.float32) * len(pair.english) for pair, row in members),
            start=np.zeros(self._vectors.shape[1], dtype=np.float32),
        )
        text = " ".join(texts)
        if not english and generator.random() < options.garbled:
            text = garbled(text, generator)
        return text, weighted / np.linalg.norm(weighted)


def garbled(text: str, generator: random.Random) -> str:
    """The text as a bad machine translation might leave it: words dropped, repeated, and moved by a few places."""
    words = [word for word in text.split() if generator.random() > 0.1] or text.split()
    words = [copy for word in words for copy in ([word, word] if generator.random() < 0.03 else [word])]
    places = [place + generator.uniform(0, 3) for place in range(len(words))]
    return " ".join(word for _, word in sorted(zip(places, words, strict=True)))


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
        self._optimiser = torch.optim.AdamW(
            [{"params": others}, {"params": [words]}], lr=options.learning_rate, betas=(0.9, 0.98), weight_decay=0.0
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
        for group, rate in zip(self._optimiser.param_groups, self._rates, strict=True):
            group["lr"] = rate * warm * max(0.02, 1.0 - self.progress)
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
        self._optimiser.zero_grad(set_to_none=True)
        torch.autograd.backward(1.0 - cosine + self._options.contrast * contrast)
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self._optimiser.step()
        self.step_number += 1
        self.lessons += len(lessons)
        self.seconds += time.monotonic() - started
        return cosine.item(), contrast.item()

    def save(self, file: Path) -> None:
        """Write the checkpoint; the old one stays until the new one is whole."""
        import torch

        state = {"model": self.model.state_dict(), "optimiser": self._optimiser.state_dict()}
        state["counters"] = [self.step_number, self.round_number, self.lessons, self.seconds, self.curve]
        torch.save(state, file.with_suffix(".unfinished"))
        file.with_suffix(".unfinished").rename(file)

    def restore(self, file: Path) -> None:
        """Go on from a checkpoint, at the start of the round that was under way."""
        import torch

        state = torch.load(file, map_location=self.device, weights_only=True)
        self.model.load_state_dict(state["model"])
        self._optimiser.load_state_dict(state["optimiser"])
        self.step_number, self.round_number, self.lessons, self.seconds, self.curve = state["counters"]


def distill(data: Path, teacher: Path, out: Path, options: Distillation) -> None:
    """Train until the time or the steps are used up; goes on from `out/checkpoint.pt` if it is there."""
    out.mkdir(parents=True, exist_ok=True)
    pairs = split(data).training
    words_file = out / "words.json"
    if not words_file.exists():
        counts = {"fr": options.french_words, "es": options.spanish_words, "de": options.german_words}
        words_file.write_text(json.dumps(words_to_add(pairs, counts, extended_tokenizer(()))), "utf-8")
    tokenizer = extended_tokenizer(json.loads(words_file.read_text("utf-8")))
    trainer = Trainer(extended_model(tokenizer), options)
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
    parser.add_argument("--export-only", action="store_true", help="write the checkpoint's model and stop")
    for name, default in asdict(Distillation()).items():
        parser.add_argument(
            f"--{name.replace('_', '-')}", type=type(default), default=default, help=f"default {default}"
        )
    arguments = vars(parser.parse_args())
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    data, teacher, out = arguments.pop("data"), arguments.pop("teacher"), arguments.pop("out")
    export_only = arguments.pop("export_only")
    options = Distillation(**arguments)
    if export_only:
        tokenizer = extended_tokenizer(json.loads((out / "words.json").read_text("utf-8")))
        trainer = Trainer(extended_model(tokenizer), options)
        trainer.restore(out / "checkpoint.pt")
        export(out, trainer, tokenizer, options)
        return
    distill(data, teacher, out, options)


if __name__ == "__main__":
    main()
