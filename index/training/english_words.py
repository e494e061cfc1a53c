"""Added words that stand in English texts more than their language is worth: they are taken out again.

A word that was added for French also begins English words ("designa" in "designated") or is one ("tonnage"), which the
teacher reads in other pieces. Each such text loses what the network knows of it.
"""

import copy
import random
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from index.training.pairs import Pair

if TYPE_CHECKING:
    from tokenizers import Tokenizer

ENGLISH_SHARE = 0.25
"""From this many uses in English texts, for each use in those of the word's own languages, a word is taken out."""

_BLOCK = 4_000


def mostly_english(tokenizer: "Tokenizer", first_added: int, pairs: Sequence[Pair]) -> list[str]:
    """The added words, whose numbers begin at `first_added`, that English texts of the pairs use too often; sorted."""
    english = _uses(tokenizer, first_added, sorted({pair.english for pair in pairs}))
    other = _uses(tokenizer, first_added, [pair.other for pair in pairs])
    too_often = {number for number, uses in english.items() if uses >= ENGLISH_SHARE * other[number]}
    return sorted(word for word, number in tokenizer.get_vocab().items() if number in too_often)


def _uses(tokenizer: "Tokenizer", first_added: int, texts: Sequence[str]) -> Counter[int]:
    found: Counter[int] = Counter()
    for start in range(0, len(texts), _BLOCK):
        for encoding in tokenizer.encode_batch_fast(list(texts[start : start + _BLOCK]), add_special_tokens=False):
            found.update(number for number in encoding.ids if number >= first_added)
    return found


def sample(pairs: Iterable[Pair], most: int, seed: int = 0) -> list[Pair]:
    """At most `most` of the pairs, drawn with the seed."""
    there = list(pairs)
    return there if len(there) <= most else random.Random(seed).sample(there, most)


def with_rows(model: Any, kept: Sequence[int]) -> Any:
    """A copy of the network whose word pieces are only those of the numbers `kept`, in that order."""
    import torch

    smaller = copy.deepcopy(model)
    rows = model.get_input_embeddings().weight.detach()[torch.tensor(kept)]
    table = torch.nn.Embedding(rows.shape[0], rows.shape[1])
    with torch.no_grad():
        table.weight.copy_(rows)
    smaller.set_input_embeddings(table)
    smaller.config.vocab_size = len(kept)
    return smaller
