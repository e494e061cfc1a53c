"""Principal components: the teacher's 384 dimensions in fewer."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Projection:
    """Moves vectors to their mean and turns them to the directions in which they differ most."""

    mean: Vectors
    directions: Vectors

    @classmethod
    def fit(cls, vectors: Vectors, dimension: int) -> "Projection":
        """From vectors of shape (n, d): the `dimension` directions of largest variance, shape (dimension, d)."""
        mean = vectors.mean(0)
        centred = vectors - mean
        _, eigenvectors = np.linalg.eigh(centred.T @ centred)
        return cls(mean, np.ascontiguousarray(eigenvectors[:, ::-1][:, :dimension].T, dtype=np.float32))

    def apply(self, vectors: NDArray[np.floating]) -> Vectors:
        """Projected vectors of length 1, shape (n, dimension)."""
        projected = np.empty((len(vectors), len(self.directions)), dtype=np.float32)
        for start in range(0, len(vectors), 65_536):
            block = vectors[start : start + 65_536].astype(np.float32)
            projected[start : start + 65_536] = (block - self.mean) @ self.directions.T
        projected /= np.maximum(np.linalg.norm(projected, axis=1, keepdims=True), 1e-12)
        return projected
