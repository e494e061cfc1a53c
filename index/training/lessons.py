"""The lessons of the distillation: texts as the student may meet them, each with the vector that it should get."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from index.training.pairs import Pair
from index.training.passages import everyday_passages, passages
from index.training.teacher import batches_by_length, load_vectors


@dataclass(frozen=True, slots=True)
class Distillation:
    """What decides the outcome, besides the data. Shares are of the drawn texts; `layers` are those that are kept of
    the network that the training starts from, such as "0,2,5", all of them where empty."""

    minutes: float = 60.0
    steps: int = 1_000_000
    tokens_in_batch: int = 2048
    learning_rate: float = 2e-4
    word_learning_rate: float = 8e-4
    contrast: float = 0.1
    scale: float = 20.0
    french_words: int = 22_000
    spanish_words: int = 12_000
    german_words: int = 14_000
    english_share: float = 0.2
    french_share: float = 0.5
    law_share: float = 0.2
    law_passage_share: float = 0.12
    joined: float = 0.12
    everyday_passages: int = 8_000
    teacher_seed: int = 7
    garbled: float = 0.15
    longest: int = 224
    layers: str = ""
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
        joined = [*passages(pairs), *everyday_passages(pairs, options.everyday_passages, options.teacher_seed)]
        self._known = [(pair, rows[pair.english]) for pair in (*pairs, *joined) if pair.english in rows]
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
        if generator.random() < options.french_share:
            shares = {"laws": options.law_share, "laws-passages": options.law_passage_share}
            shares = {source: share for source, share in shares.items() if source in self._sources}
            everyday = 1.0 - sum(shares.values())
            source = generator.choices(["tatoeba-fr", *shares], [everyday, *shares.values()])[0]
        else:
            source = generator.choice(("tatoeba-es", "tatoeba-de"))
        if f"{source}-passages" in self._sources and generator.random() < options.joined:
            source = f"{source}-passages"
        pair, row = self._known[generator.choice(self._sources[source])]
        target = self._vectors[row].astype(np.float32)
        if generator.random() < options.english_share:
            return pair.english, target
        return (garbled(pair.other, generator) if generator.random() < options.garbled else pair.other), target


def garbled(text: str, generator: random.Random) -> str:
    """The text as a bad machine translation or a bad scan might leave it: words dropped, repeated, misspelt, and moved
    by a few places."""
    words = [word for word in text.split() if generator.random() > 0.1] or text.split()
    words = [copy for word in words for copy in ([word, word] if generator.random() < 0.03 else [word])]
    words = [misspelt(word, generator) if len(word) > 4 and generator.random() < 0.05 else word for word in words]
    places = [place + generator.uniform(0, 3) for place in range(len(words))]
    return " ".join(word for _, word in sorted(zip(places, words, strict=True)))


def misspelt(word: str, generator: random.Random) -> str:
    """The word with one letter left out or two neighbours exchanged, its first letter kept."""
    place = generator.randrange(1, len(word) - 1)
    if generator.random() < 0.5:
        return word[:place] + word[place + 1 :]
    return word[:place] + word[place + 1] + word[place] + word[place + 2 :]
