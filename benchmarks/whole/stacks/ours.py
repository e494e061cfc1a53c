"""This project: its own commands build and change the index, its own search is asked."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.whole.stacks.adapter import PASSAGES_FOUND, Given, Search

if TYPE_CHECKING:
    from index.types import Embedder, Progress


class Ours:
    def __init__(self, given: Given) -> None:
        self._given = given

    def build(self, articles: Path, index: Path) -> int:
        if self._given.vectors is None:
            _command("index", "build", "--index", str(index), "--embedder", str(self._given.model), str(articles))
        else:
            self._add_with_shared_vectors(index, articles)
        from index.status import read_status

        return read_status(index).passages

    def open(self, index: Path, mode: str) -> Search:
        from index.language import detect
        from index.local_index import LocalIndex

        assert mode == "hybrid", "the project's search always takes meaning and words together"
        opened = LocalIndex.open(index, self._embedder())

        def search(query: str) -> list[str]:
            with opened.snapshot() as snapshot:
                return [hit.passage.article for hit in snapshot.search(query, PASSAGES_FOUND, detect(query))]

        return search

    def add(self, index: Path, folder: Path, article: str) -> None:
        if self._given.vectors is None:
            _command("index", "add", "--index", str(index), str(folder / article))
        else:
            self._add_with_shared_vectors(index, folder / article)

    def remove(self, index: Path, article: str) -> None:
        _command("index", "remove", "--index", str(index), article)

    def _add_with_shared_vectors(self, index: Path, path: Path) -> None:
        from index.ingestion import ingest
        from index.readers import read_paths
        from index.writer import IndexWriter

        with IndexWriter.open(index, self._embedder()) as writer:
            report = ingest(writer, read_paths([path]))
        if report.problems:
            raise ValueError(str(report.problems[0]))

    def _embedder(self) -> "Embedder":
        if self._given.vectors is not None:
            return GivenVectors(self._given.vectors)
        from index.embedders import load_embedder

        return load_embedder(str(self._given.model))


class GivenVectors:
    """An embedder that computes nothing."""

    name = fingerprint = "shared-vectors"

    def __init__(self, vectors: Any) -> None:
        self._vectors = vectors
        self.dimension = vectors.dimension

    def embed_passages(self, texts: Sequence[str], progress: "Progress | None" = None) -> Any:
        if progress is not None:
            progress(len(texts), len(texts))
        return self._vectors.of(texts)

    def embed_queries(self, texts: Sequence[str]) -> Any:
        return self._vectors.of(texts)


def _command(*words: str) -> None:
    """The command `assistant`, in this process, to its end."""
    from assistant.cli.app import main

    sys.argv = ["assistant", *words]
    try:
        main()
    except SystemExit as end:
        if end.code not in (None, 0):
            raise RuntimeError(f"assistant {' '.join(words)} ended with status {end.code}") from end


adapter = Ours
