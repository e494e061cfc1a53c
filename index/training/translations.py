"""Which English words a foreign word stands for, learned from parallel texts; the student's new words start from them.

IBM Model 1 in both directions (Brown et al. 1993, "The Mathematics of Statistical Machine Translation", section 4),
their product taken, which rids rare words of what merely stands beside them (Liang et al. 2006, "Alignment by
Agreement").
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Words = Sequence[str]
NOTHING = ""


def translations(
    english: Sequence[Words], other: Sequence[Words], rounds: int = 5, most: int = 5
) -> dict[str, list[tuple[str, float]]]:
    """For each word of `other` at most `most` English words with their shares, best first; the shares sum to 1.

    `english` and `other` run parallel, a text a list of words. A word that stands for nothing in particular is left
    out.
    """
    english_words, english_texts = _numbered(english)
    other_words, other_texts = _numbered(other)
    keys, forward = _model_1(other_texts, english_texts, len(english_words), rounds)
    back_keys, backward = _model_1(english_texts, other_texts, len(other_words), rounds)
    sources, targets = np.divmod(keys, len(english_words))
    places = np.searchsorted(back_keys, targets * len(other_words) + sources)
    places[places == len(back_keys)] = 0
    met = back_keys[places] == targets * len(other_words) + sources
    agreed = np.where(met, np.sqrt(forward * backward[places]), 0.0)
    agreed[(sources == 0) | (targets == 0)] = 0.0
    order = np.lexsort((-agreed, sources))
    found: dict[str, list[tuple[str, float]]] = {}
    for place in order[agreed[order] > 0.01]:
        shares = found.setdefault(other_words[sources[place]], [])
        if len(shares) < most:
            shares.append((english_words[targets[place]], float(agreed[place])))
    return {word: [(to, share / sum(s for _, s in shares)) for to, share in shares] for word, shares in found.items()}


def _numbered(texts: Sequence[Words]) -> tuple[list[str], list[NDArray[np.int64]]]:
    """Words by number, 0 being none at all, which every text holds once; and the texts as numbers."""
    numbers: dict[str, int] = {NOTHING: 0}
    numbered = [np.array([0, *(numbers.setdefault(word, len(numbers)) for word in text)]) for text in texts]
    return list(numbers), numbered


def _model_1(
    sources: Sequence[NDArray[np.int64]], targets: Sequence[NDArray[np.int64]], target_words: int, rounds: int
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Sorted keys `source * target_words + target` of the words that meet, and the chance of target given source."""
    # One stretch a target word of a text: all the source words of that text.
    keys = np.concatenate(
        [
            (source[None, :] * target_words + target[1:, None]).ravel()
            for source, target in zip(sources, targets, strict=True)
        ]
    )
    lengths = np.concatenate(
        [np.full(len(target) - 1, len(source)) for source, target in zip(sources, targets, strict=True)]
    )
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    distinct, places = np.unique(keys, return_inverse=True)
    del keys
    source_of = distinct // target_words
    chances = np.ones(len(distinct))
    for _ in range(rounds):
        expected = chances[places]
        expected /= np.repeat(np.add.reduceat(expected, starts), lengths)
        counts = np.bincount(places, weights=expected, minlength=len(distinct))
        chances = counts / np.bincount(source_of, weights=counts)[source_of]
    return distinct, chances
