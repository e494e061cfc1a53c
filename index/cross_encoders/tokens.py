"""How a question and a passage become one row of tokens for a cross-encoder."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from index.types import Span

if TYPE_CHECKING:
    from tokenizers import Tokenizer

QUESTION, PASSAGE = 0, 1
"""The segments of the tokens."""
LONGEST_QUESTION, LONGEST = 48, 256
"""Tokens of the question, and of both together with their marks; what is more is cut off."""


@dataclass(frozen=True, slots=True)
class ReadingTokens:
    """Numbers of the pieces, for each its segment, and of those of the passage the positions in its text, int32 of
    shape (tokens of the passage, 2)."""

    ids: list[int]
    segments: list[int]
    bounds: NDArray[np.int32]

    def inside(self, span: Span) -> NDArray[np.bool_]:
        """Which tokens are of this part of the passage, shape (tokens,); none where it lies behind the cut."""
        starts, ends = self.bounds.T
        found = np.zeros(len(self.ids), dtype=np.bool_)
        first = self.segments.index(PASSAGE)
        found[first : first + len(starts)] = (starts < span.end) & (ends > span.start) & (ends > starts)
        return found


def reading_tokens(tokenizer: "Tokenizer", question: str, passage: str) -> ReadingTokens:
    """`[CLS] question [SEP] passage [SEP]`."""
    opening, *asked, closing = tokenizer.encode(question).ids
    asked = asked[:LONGEST_QUESTION]
    told = tokenizer.encode(passage, add_special_tokens=False)
    room = LONGEST - len(asked) - 3
    segments = [QUESTION] * (len(asked) + 2) + [PASSAGE] * (len(told.ids[:room]) + 1)
    bounds = np.array(told.offsets[:room], dtype=np.int32).reshape(-1, 2)
    return ReadingTokens([opening, *asked, closing, *told.ids[:room], closing], segments, bounds)
