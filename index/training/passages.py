"""Longer texts for the training, joined from parallel pairs: what is searched is passages, not single sentences."""

import random
from collections.abc import Sequence

from index.training.pairs import Pair

LONGEST_EVERYDAY = 8
"""Sentences of an everyday passage."""


def passages(pairs: Sequence[Pair], shortest: int = 200, longest: Sequence[int] = (350, 500, 700)) -> list[Pair]:
    """Law texts that stand one after the other, joined to passages as articles have them; source "laws-passages".

    `shortest` and `longest` are characters of the English side; the limits in `longest` take turns. Every text is in
    one passage at most.
    """
    found: list[Pair] = []
    members: list[Pair] = []

    def close() -> None:
        if len(members) > 1 and sum(len(pair.english) for pair in members) >= shortest:
            found.append(_joined(members, "laws-passages"))
        members.clear()

    for pair in pairs:
        if pair.source != "laws":
            continue
        apart = members and pair.position != members[-1].position + 1
        if apart or sum(len(one.english) for one in members) + len(pair.english) > longest[len(found) % len(longest)]:
            close()
        members.append(pair)
    close()
    return found


def everyday_passages(pairs: Sequence[Pair], count: int, seed: int) -> list[Pair]:
    """`count` passages a language of three to eight everyday sentences each, drawn at random; the source's name ends
    in "-passages", the position is the first sentence's."""
    generator = random.Random(seed)
    found = []
    for source in sorted({pair.source for pair in pairs} - {"laws"}):
        sentences = [pair for pair in pairs if pair.source == source]
        for _ in range(count if len(sentences) >= LONGEST_EVERYDAY else 0):
            members = generator.sample(sentences, generator.randint(3, LONGEST_EVERYDAY))
            found.append(_joined(members, f"{source}-passages"))
    return found


def _joined(members: Sequence[Pair], source: str) -> Pair:
    english, other = " ".join(one.english for one in members), " ".join(one.other for one in members)
    return Pair(english, other, members[0].language, source, members[0].position)
