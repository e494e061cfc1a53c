"""From what vectors and words brought to the hits of a search; the same for every kind of index."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice

from index.fusion import fuse
from index.near_copies import without_near_copies
from index.types import Hit, Passage, Retriever

Texts = Callable[[Sequence[int]], Iterator[tuple[int, Passage]]]
"""Keys of passages -> the same keys in the same order with their passages, one after another, so that no more texts are
read than are taken; a key whose passage is gone is left out."""


def ranked_hits(
    cosines: Mapping[int, float],
    words: Mapping[int, float],
    words_weight: float,
    texts: Texts,
    k: int,
    *,
    keep_near_copies: bool,
) -> list[Hit]:
    """The `k` best passages, best first; of near-copies only the first, unless they are to be kept.

    `cosines` and `words` map keys of passages to what each search gave them, best first.
    """
    scores = dict(fuse(cosines, words, words_weight))
    rankings: dict[Retriever, Iterable[int]] = {"vectors": cosines, "words": words}
    ranks = {name: {key: rank for rank, key in enumerate(keys, 1)} for name, keys in rankings.items()}
    hits = (
        Hit(
            passage=passage,
            score=scores[key],
            ranks={name: found[key] for name, found in ranks.items() if key in found},
            similarity=cosines.get(key, 0.0),
        )
        for key, passage in texts(list(scores))
    )
    return list(islice(hits, k)) if keep_near_copies else without_near_copies(hits, _text, k)


def _text(hit: Hit) -> str:
    return hit.passage.text
