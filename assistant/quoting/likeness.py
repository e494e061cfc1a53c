"""How much texts say the same, whatever their languages."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from assistant.word_alignment import QuestionWords, WordVectors
from index.analysis import telling_words
from index.types import Embedder


def likenesses(
    texts: Sequence[str], languages: Sequence[str], model: Embedder, word_vectors: WordVectors
) -> NDArray[np.float32]:
    """Each text against each other one, shape (len(texts), len(texts)), symmetric, from about 0 to 1.

    The mean of two models: the cosine of the sentence model, and the share of one text's telling words that the other
    speaks of, taken both ways. Either alone takes sentences on the same topic for the same report.
    """
    if not texts:
        return np.zeros((0, 0), dtype=np.float32)
    vectors = model.embed_passages(list(texts))
    covered = np.empty((len(texts), len(texts)), dtype=np.float32)
    for place, (text, language) in enumerate(zip(texts, languages, strict=True)):
        words = QuestionWords(" ".join(telling_words(text, language)) or text, word_vectors, list(texts), language)
        covered[place] = [words.coverage(other).mean for other in texts]
    return np.asarray((vectors @ vectors.T + (covered + covered.T) / 2) / 2, dtype=np.float32)
