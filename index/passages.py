"""Passages: the citable pieces of an article, whole sentences small enough to embed and large enough to understand."""

from collections.abc import Iterator
from dataclasses import dataclass

from index.lines import units
from index.sentences import sentences_of_unit, sentences_within
from index.types import Span

__all__ = ["PassageLimits", "sentences_within", "split"]


@dataclass(frozen=True, slots=True)
class PassageLimits:
    """Sizes in characters.

    `target_characters` is what a passage should not exceed; only a single sentence that is longer does. Paragraphs
    shorter than `min_characters`, headings above all, are joined with what follows. Passages cut out of the same
    paragraph share up to `overlap_sentences` sentences, as far as these leave room for a new one.
    """

    target_characters: int = 700
    overlap_sentences: int = 1
    min_characters: int = 200

    def __post_init__(self) -> None:
        if self.target_characters < 1 or self.overlap_sentences < 0 or self.min_characters < 0:
            raise ValueError(f"{self}: target_characters must be 1 or more, the others 0 or more.")
        if self.min_characters > self.target_characters:
            raise ValueError(f"{self}: min_characters must not be above target_characters.")


def split(text: str, limits: PassageLimits | None = None) -> list[Span]:
    """The passages of `text`: each runs over whole sentences of `sentences(text)`; starts and ends both increase.

    Every sentence is in one passage at least. A paragraph that fits is one passage, short ones are joined with what
    follows, long ones are cut into pieces of about equal size.
    """
    return list(iterate_passages(text, limits or PassageLimits()))


def iterate_passages(text: str, limits: PassageLimits) -> Iterator[Span]:
    """The passages of `split`, one after another."""
    held: Span | None = None
    for group in _groups(text, limits):
        passages = list(_cut(group, limits))
        if held is not None:
            # Only the last group can be short: a signature, a last heading. It goes with what precedes it.
            if _size(group) < limits.min_characters and passages[-1].end - held.start <= limits.target_characters:
                passages = [Span(held.start, passages[-1].end)]
            else:
                yield held
        yield from passages[:-1]
        held = passages[-1]
    if held is not None:
        yield held


def _groups(text: str, limits: PassageLimits) -> Iterator[list[list[Span]]]:
    """Paragraphs, as lists of sentences, that are to be cut together: a long enough one, with short ones before it."""
    group: list[list[Span]] = []
    for unit in units(text):
        paragraph = list(sentences_of_unit(text, unit))
        if group and 2 * _size(group) > limits.min_characters:
            alone = _size([paragraph]) <= limits.target_characters < _size([*group, paragraph])
            if alone:  # half a passage stands by itself rather than cutting a paragraph that fits; a heading does not
                yield group
                group = []
        group.append(paragraph)
        if _size(group) >= limits.min_characters:
            yield group
            group = []
    if group:
        yield group


def _size(group: list[list[Span]]) -> int:
    return group[-1][-1].end - group[0][0].start


def _cut(group: list[list[Span]], limits: PassageLimits) -> Iterator[Span]:
    """Pieces of the paragraphs of `group`, about equally long, none above the target if its sentences allow it."""
    flat = [sentence for paragraph in group for sentence in paragraph]
    number = [index for index, paragraph in enumerate(group) for _ in paragraph]
    first = last = 0
    while True:
        left = flat[-1].end - flat[first].start
        goal = left / -(-left // limits.target_characters)
        while last + 1 < len(flat):
            length, longer = flat[last].end - flat[first].start, flat[last + 1].end - flat[first].start
            if longer > limits.target_characters or goal - length <= longer - goal:
                break
            last += 1
        yield Span(flat[first].start, flat[last].end)
        last += 1
        if last == len(flat):
            return
        previous, first = first, last
        while (
            last - first < limits.overlap_sentences
            and first - 1 > previous
            and number[first - 1] == number[last]
            and flat[last].end - flat[first - 1].start <= limits.target_characters
        ):
            first -= 1
