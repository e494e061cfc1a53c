"""Passages and vectors that every stack is given: this project's passages, by its int8 export of the weights.

    python -m benchmarks.whole.sharing MODEL COLLECTION OUT

MODEL is the exported folder, COLLECTION what `benchmarks.whole.collection` wrote.
"""

import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.whole.shared_vectors import write_shared_vectors
from index.embedders import load_embedder
from index.ingestion import ingest
from index.local_index import LocalIndex
from index.readers import read_paths
from index.types import Embedder, Progress
from index.writer import IndexWriter


def main() -> None:
    model, collection, out = map(Path, sys.argv[1:])
    share(load_embedder(str(model)), collection, out)


def share(embedder: Embedder, collection: Path, out: Path) -> None:
    """Whatever a build embeds is kept, so that the texts are those that a build asks for."""
    recording = Recording(embedder)
    queries = json.loads((collection / "collection.json").read_text(encoding="utf-8"))["queries"]
    recording.embed_queries([query["text"] for query in queries])
    with tempfile.TemporaryDirectory(dir=collection) as folder:
        index = Path(folder) / "index"
        with IndexWriter.open(index, recording) as writer:
            for part in ("articles", "later"):
                ingest(writer, read_paths([collection / part]))
        with LocalIndex.open(index, recording).snapshot() as snapshot:
            passages = [
                (article.id, [article.text[start:end] for start, end in snapshot.passages_of(article.id)])
                for article in snapshot.articles()
            ]
    later = json.loads((collection / "collection.json").read_text(encoding="utf-8"))["later"]
    recording.embed_queries([article["quote"] for article in later])
    write_shared_vectors(out, passages, recording.vectors)


class Recording:
    """An embedder that remembers what it was asked."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self.name, self.dimension, self.fingerprint = embedder.name, embedder.dimension, embedder.fingerprint
        self.vectors: dict[str, NDArray[np.float32]] = {}

    def embed_passages(self, texts: Sequence[str], progress: Progress | None = None) -> NDArray[np.float32]:
        return self._kept(texts, self._embedder.embed_passages(texts, progress))

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._kept(texts, self._embedder.embed_queries(texts))

    def _kept(self, texts: Sequence[str], vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        self.vectors.update(zip(texts, vectors, strict=True))
        return vectors


if __name__ == "__main__":
    main()
