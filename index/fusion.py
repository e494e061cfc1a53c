"""One ranking out of two: the cosine of the vectors, and the BM25 score of the words as a share of the best one.

A weighted sum of scores, one of them normalised by its maximum: Bruch, Gai and Ingber 2023, "An Analysis of Fusion
Functions for Hybrid Retrieval", section 4.
"""

from collections.abc import Mapping


def fuse(
    similarities: Mapping[int, float], word_scores: Mapping[int, float], words_weight: float
) -> list[tuple[int, float]]:
    """Keys with their fused scores, best first; of equal scores the smaller key comes first.

    A key scores `cosine + words_weight * score / best score`. One that only the words brought counts with the least
    cosine that the vectors brought, one that only the vectors brought with no words.
    """
    farthest = min(similarities.values(), default=0.0)
    best = max(word_scores.values(), default=0.0)
    scores = {
        key: similarities.get(key, farthest) + (words_weight * word_scores.get(key, 0.0) / best if best > 0 else 0.0)
        for key in {**similarities, **word_scores}
    }
    return sorted(scores.items(), key=lambda scored: (-scored[1], scored[0]))
