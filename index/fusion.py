"""Reciprocal rank fusion of several rankings into one.

Cormack, Clarke and Büttcher 2009, "Reciprocal Rank Fusion outperforms Condorcet and individual Rank Learning Methods".
"""

from collections.abc import Callable, Mapping, Sequence

from index.types import Retriever

RANK_CONSTANT = 60
"""The paper's k: how slowly a rank loses weight."""


def fuse(
    rankings: Mapping[Retriever, Sequence[int]], weight: Callable[[Retriever, int], float]
) -> list[tuple[int, float]]:
    """Keys with their fused scores, best first; of equal scores the smaller key comes first.

    A key scores `weight(retriever, key) / (RANK_CONSTANT + rank)` for each ranking that holds it, ranks from 1.
    """
    scores: dict[int, float] = {}
    for retriever, keys in rankings.items():
        for rank, key in enumerate(keys, start=1):
            scores[key] = scores.get(key, 0.0) + weight(retriever, key) / (RANK_CONSTANT + rank)
    return sorted(scores.items(), key=lambda scored: (-scored[1], scored[0]))
