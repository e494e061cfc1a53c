"""What a sentence encoder makes of each token of a text, and the vectors of parts of the text that come of it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.types import Span


@dataclass(frozen=True, slots=True)
class TokenStates:
    """`states`, float32 of shape (tokens, d), are what the encoder makes of the tokens in their text. `bounds`, int32
    of shape (tokens, 2), are the tokens' positions in the text; those of marks that stand for nothing in it are empty.
    A text is cut where the encoder cuts it."""

    states: NDArray[np.float32]
    bounds: NDArray[np.int32]

    def inside(self, span: Span) -> NDArray[np.bool_]:
        """Which tokens are of this part of the text, shape (tokens,)."""
        starts, ends = self.bounds.T
        found: NDArray[np.bool_] = (starts < span.end) & (ends > span.start) & (ends > starts)
        return found


def span_vectors(text: TokenStates, spans: Sequence[Span]) -> NDArray[np.float32]:
    """The vectors of parts of a text as they are meant there, of shape (len(spans), d) and length 1; zeros for a part
    that lies where the text is cut.

    The states of a part's tokens are averaged, which have seen the whole text (Günther et al. 2024, "Late Chunking:
    Contextual Chunk Embeddings Using Long-Context Embedding Models").
    """
    vectors = np.zeros((len(spans), text.states.shape[1]), dtype=np.float32)
    for place, span in enumerate(spans):
        inside = text.inside(span)
        if inside.any():
            mean = text.states[inside].mean(axis=0)
            vectors[place] = mean / max(float(np.linalg.norm(mean)), 1e-12)
    return vectors
