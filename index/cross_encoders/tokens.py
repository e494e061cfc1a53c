"""How a question, a sentence and the sentence before it become one row of tokens for a cross-encoder."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tokenizers import Tokenizer

QUESTION, SENTENCE, BEFORE = 0, 1, 2
"""The segments of the tokens."""
LONGEST_QUESTION, LONGEST_SENTENCE, LONGEST_BEFORE = 48, 100, 40
"""Tokens; of a longer sentence before, the end is kept."""


@dataclass(frozen=True, slots=True)
class ReadingTokens:
    """Numbers of the pieces, and for each its segment."""

    ids: list[int]
    segments: list[int]


def reading_tokens(tokenizer: "Tokenizer", question: str, sentence: str, before: str) -> ReadingTokens:
    """`[CLS] question [SEP] sentence [SEP]`, and `before [SEP]` where there is one. The tokenizer must not cut."""
    opening, *asked, closing = tokenizer.encode(question).ids
    told = tokenizer.encode(sentence, add_special_tokens=False).ids[:LONGEST_SENTENCE]
    earlier = tokenizer.encode(before, add_special_tokens=False).ids[-LONGEST_BEFORE:] if before else []
    parts = [
        (QUESTION, [opening, *asked[:LONGEST_QUESTION], closing]),
        (SENTENCE, [*told, closing]),
        (BEFORE, [*earlier, closing] if earlier else []),
    ]
    return ReadingTokens(
        [number for _, part in parts for number in part], [segment for segment, part in parts for _ in part]
    )
