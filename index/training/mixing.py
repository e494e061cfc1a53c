"""Weights between those that a training started from and those that it ended with.

What was known at the start is kept better, and much of what was learned stays (Wortsman et al. 2022, "Robust
fine-tuning of zero-shot models"). The network needs the start most, to keep its English; the rows of the start's pieces
need it less, and those of added words not at all, which the start only guesses.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

ROWS = "embeddings.word_embeddings.weight"

Weights = Mapping[str, NDArray[np.float32]]


class StartShares(NamedTuple):
    """How much of the start is mixed in, from 0 to 1: into network, rows of its pieces, rows of added words."""

    network: float = 0.0
    pieces: float = 0.0
    words: float = 0.0


def mixed(trained: Weights, start: Weights, pieces: int, shares: StartShares) -> dict[str, NDArray[np.float32]]:
    """Both have the same names and shapes; `pieces` is how many rows the start's own pieces have, before the words."""
    found = {}
    for name, weight in trained.items():
        share: NDArray[np.float32] | float = shares.network
        if name == ROWS:
            share = np.full((len(weight), 1), shares.words, dtype=np.float32)
            share[:pieces] = shares.pieces
        found[name] = ((1 - share) * weight + share * start[name]).astype(weight.dtype)
    return found
