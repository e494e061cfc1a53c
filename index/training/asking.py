"""Teach the bundled encoder what is asked of a passage: a question comes near the passage that answers it.

    python -m index.training.asking --data ../shared/data/parallel --out FOLDER --minutes 25
    python -m index.training.asking --out FOLDER --export index/embedders/weights/multilingual

The distillation (`index.training.distill`) has taught it to give a text the vector of its translation. This goes on
with the questions of the written passages (`index/training/reading/passages`), asked in one language over another, held
against the other passages of a batch (Henderson et al. 2017, "Efficient Natural Language Response Suggestion for Smart
Reply"), and keeps the teacher's vectors of English texts and of their translations beside it. The rows of the word
pieces stay as they are, so that the bundled cross-encoder still reads them. Stops and goes on at any time.
"""

import argparse
import json
import logging
import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.embedders.onnx import BUNDLED, TOKENIZER_FILE, OnnxEmbedder
from index.training.bundled_network import bundled_network
from index.training.export import learning_record, smoothing_texts, write_onnx_model
from index.training.lessons import garbled
from index.training.pairs import split
from index.training.passages import everyday_passages, passages
from index.training.reading.lessons import near_passages
from index.training.reading.written import WrittenPassage, named, read_passages
from index.training.resumable import CHECKPOINT, Duration, Training
from index.training.student import embed
from index.training.teacher import Teacher

TAUGHT = "taught.npz"
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class AskingCourse:
    """What decides the outcome, besides the data. A step holds `asked` questions against their passages, whose cosines
    are multiplied by `scale`, and `kept` texts against the teacher's vectors; `keeping` is the weight of the latter.
    Of the texts that are kept `english` are English, and of these `strange` have words in them that fit nowhere."""

    minutes: float = 25.0
    steps: int = 1_000_000
    asked: int = 24
    kept: int = 24
    taught: int = 9_000
    learning_rate: float = 5e-5
    scale: float = 20.0
    keeping: float = 10.0
    english: float = 0.6
    strange: float = 0.3
    garbled: float = 0.2
    neighbours: float = 0.5
    longest: int = 224
    seed: int = 7
    checkpoint_minutes: float = 4.0


@dataclass(frozen=True, slots=True)
class Taught:
    """English texts with the teacher's vectors, float32 of shape (texts, 384), and their translations, empty where
    there is none."""

    english: list[str]
    other: list[str]
    vectors: NDArray[np.float32]


def taught_texts(data: Path, course: AskingCourse, passages_to_read: Sequence[WrittenPassage]) -> Taught:
    """Sentences and passages of the parallel texts, and what is English of the written passages and their questions."""
    generator = random.Random(course.seed)
    pairs = split(data).training
    groups: dict[str, list[tuple[str, str]]] = {}
    for pair in (*pairs, *passages(pairs), *everyday_passages(pairs, course.taught // 9, course.seed)):
        groups.setdefault(pair.source, []).append((pair.english, pair.other))
    each = course.taught // len(groups)
    chosen = [pair for held in groups.values() for pair in generator.sample(held, min(each, len(held)))]
    for passage in (named(one, generator) for one in passages_to_read):
        if passage.language == "en":
            chosen.append((" ".join((passage.title, *passage.sentences)), ""))
        asked = [question.text for question in passage.questions if question.language == "en"]
        chosen += [(text, "") for text in asked if generator.random() < course.english / 4]
    teacher = Teacher()
    vocabulary = sorted(piece for piece in teacher.vocabulary if piece.isalpha() and len(piece) > 2)
    english = [
        strange(text, vocabulary, generator) if generator.random() < course.strange else text for text, _ in chosen
    ]
    other = ["" if english[place] != text else told for place, (text, told) in enumerate(chosen)]
    return Taught(english, other, teacher.embed(english))


def strange(text: str, vocabulary: Sequence[str], generator: random.Random) -> str:
    """The text with other words in place of some of its own: so that the teacher is followed on words, too, that the
    parallel texts do not hold."""
    share = generator.uniform(0.1, 0.5)
    return " ".join(generator.choice(vocabulary) if generator.random() < share else word for word in text.split())


@dataclass(frozen=True, slots=True)
class AskingStep:
    """Tokens of questions and, in the same order, of the passages that answer them; and of texts with the vectors that
    they should keep."""

    questions: list[list[int]]
    answering: list[list[int]]
    texts: list[list[int]]
    vectors: NDArray[np.float32]


class Steps:
    """Draws what each step learns; a round depends on the seed and its number alone."""

    def __init__(self, course: AskingCourse, read: Sequence[WrittenPassage], taught: Taught, tokenizer: Any) -> None:
        self._course, self._read, self._taught = course, read, taught
        self._tokenizer = tokenizer
        self._near = near_passages(read, OnnxEmbedder())

    def round(self, number: int) -> Iterator[AskingStep]:
        """Every written passage once, some of those that are near each other in one step."""
        generator = random.Random(f"{self._course.seed}-{number}")
        left = set(range(len(self._read)))
        order = generator.sample(sorted(left), len(left))
        while left:
            places: list[int] = []
            for place in order:
                if place not in left:
                    continue
                near = [one for one in self._near[place] if one in left and one != place]
                few = generator.sample(near, min(len(near), 5)) if generator.random() < self._course.neighbours else []
                taken = [place, *few][: self._course.asked - len(places)]
                places += taken
                left -= set(taken)
                if len(places) == self._course.asked:
                    break
            yield self._step(places, generator)

    def _step(self, places: Sequence[int], generator: random.Random) -> AskingStep:
        course = self._course
        questions, told = [], []
        for passage in (named(self._read[place], generator) for place in places):
            answered = [question for question in passage.questions if question.answers]
            if not answered:
                continue
            question = generator.choice(answered)
            at = generator.choice(question.answers)
            first = max(0, at - generator.randint(0, 5))
            sentences = list(passage.sentences[first : max(at + 1, first + generator.randint(3, 9))])
            if generator.random() < course.garbled:
                sentences = [garbled(sentence, generator) for sentence in sentences]
            title = [passage.title] if generator.random() < 0.5 else []
            questions.append(question.text)
            told.append(" ".join((*title, *sentences)))
        kept = [self._kept(generator) for _ in range(course.kept)]
        tokens = [found.ids[: course.longest] for found in self._tokenizer.encode_batch_fast([*questions, *told])]
        texts = [found.ids[: course.longest] for found in self._tokenizer.encode_batch_fast([text for text, _ in kept])]
        rows = self._taught.vectors[[row for _, row in kept]]
        return AskingStep(tokens[: len(questions)], tokens[len(questions) :], texts, rows)

    def _kept(self, generator: random.Random) -> tuple[str, int]:
        taught = self._taught
        row = generator.randrange(len(taught.english))
        if not taught.other[row] or generator.random() < self._course.english:
            return taught.english[row], row
        other = taught.other[row]
        return (garbled(other, generator) if generator.random() < 0.15 else other), row


class Trainer(Training[AskingStep]):
    """The encoder; the rows of the word pieces, and of their places, stay as they are."""

    figures = ("cosine", "contrast")
    point_every = 5

    def __init__(self, course: AskingCourse) -> None:
        import torch

        torch.manual_seed(course.seed)
        self.device = "cuda" if torch.cuda.is_available() else "cpu"
        model = bundled_network().to(self.device).train()
        model.embeddings.requires_grad_(False)
        self._course = course
        self._learned = [parameter for parameter in model.parameters() if parameter.requires_grad]
        optimiser = torch.optim.AdamW(self._learned, lr=course.learning_rate, weight_decay=0.0)
        super().__init__(model, [optimiser], Duration(course.minutes, course.steps))

    def learn(self, lesson: AskingStep) -> tuple[int, tuple[float, ...]]:
        """The figures are the mean cosine to the teacher's vectors and the contrast loss."""
        import torch
        from torch.nn.functional import cross_entropy

        (optimiser,) = self.optimisers
        left = max(0.02, 0.5 * (1 + math.cos(math.pi * self.progress)))
        optimiser.param_groups[0]["lr"] = self._course.learning_rate * min(1.0, (self.step_number + 1) / 30) * left
        asked, told = self._vectors(lesson.questions), self._vectors(lesson.answering)
        scores = self._course.scale * asked @ told.T
        own = torch.arange(len(scores), device=self.device)
        contrast = (cross_entropy(scores, own) + cross_entropy(scores.T, own)) / 2
        targets = torch.from_numpy(lesson.vectors).to(self.device)
        cosine = (self._vectors(lesson.texts) * targets).sum(-1).mean()
        optimiser.zero_grad(set_to_none=True)
        torch.autograd.backward(contrast + self._course.keeping * (1.0 - cosine))
        torch.nn.utils.clip_grad_norm_(self._learned, 1.0)
        optimiser.step()
        return len(lesson.questions) + len(lesson.texts), (cosine.item(), contrast.item())

    def _vectors(self, texts: Sequence[Sequence[int]]) -> Any:
        """Those of texts of similar length are made together."""
        import torch

        order = sorted(range(len(texts)), key=lambda place: len(texts[place]))
        found: list[Any] = [None] * len(texts)
        for start in range(0, len(order), 8):
            places = order[start : start + 8]
            longest = max(len(texts[place]) for place in places)
            ids = torch.zeros((len(places), longest), dtype=torch.long)
            mask = torch.zeros((len(places), longest), dtype=torch.long)
            for row, place in enumerate(places):
                length = len(texts[place])
                ids[row, :length], mask[row, :length] = torch.tensor(texts[place]), 1
            for place, vector in zip(places, embed(self.model, ids.to(self.device), mask.to(self.device)), strict=True):
                found[place] = vector
        return torch.stack(found)


def train(data: Path, out: Path, course: AskingCourse) -> None:
    """Train until the time or the steps are used up; goes on from `out/checkpoint.pt` if it is there."""
    from tokenizers import Tokenizer

    out.mkdir(parents=True, exist_ok=True)
    read = [passage for passage in read_passages() if not passage.is_held_out]
    if not (out / TAUGHT).exists():
        made = taught_texts(data, course, read)
        with (out / "taught.unfinished").open("wb") as stream:
            np.savez(stream, english=made.english, other=made.other, vectors=made.vectors)
        (out / "taught.unfinished").rename(out / TAUGHT)
    with np.load(out / TAUGHT) as held:
        taught = Taught(held["english"].tolist(), held["other"].tolist(), held["vectors"])
    tokenizer = Tokenizer.from_file(str(BUNDLED / TOKENIZER_FILE))
    steps = Steps(course, read, taught, tokenizer)
    log.info("%d passages, %d taught texts", len(read), len(taught.english))
    Trainer(course).run(steps.round, out / CHECKPOINT, course.checkpoint_minutes)


def export(checkpoint: Path, folder: Path, share: float, texts: Sequence[str] = ()) -> None:
    """Write the model into `folder`, int8, spread over what the `texts` need; `share` is how much of what was learned
    is kept, the rest is the start's."""
    import torch
    from tokenizers import Tokenizer

    record = learning_record(checkpoint)
    learned = torch.load(checkpoint / CHECKPOINT, map_location="cpu", weights_only=True)["model"]
    model = bundled_network()
    begun = model.state_dict()
    model.load_state_dict({name: torch.lerp(weight, learned[name], share) for name, weight in begun.items()})
    tokenizer = Tokenizer.from_file(str(BUNDLED / TOKENIZER_FILE))
    tokenizer.no_truncation()
    write_onnx_model(folder, model.eval(), tokenizer, smooth_over=texts)
    (folder / "asking.json").write_text(json.dumps({**(record or {}), "share": share}) + "\n", "utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/parallel"), help="the parallel texts")
    parser.add_argument("--out", type=Path, required=True, help="the checkpoint is written here")
    parser.add_argument("--export", type=Path, help="write the trained model into this folder, and train no more")
    parser.add_argument("--share", type=float, default=1.0, help="of what was learned to --export, default all")
    for name, default in asdict(AskingCourse()).items():
        parser.add_argument(
            f"--{name.replace('_', '-')}", type=type(default), default=default, help=f"default {default}"
        )
    arguments = vars(parser.parse_args())
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    data, out, folder, share = (arguments.pop(name) for name in ("data", "out", "export", "share"))
    if folder is not None:
        export(out, folder, share, smoothing_texts(data))
        return
    train(data, out, AskingCourse(**arguments))


if __name__ == "__main__":
    main()
