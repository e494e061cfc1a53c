"""txtai: one Embeddings database with content, vectors in FAISS and words in its own BM25.

Dense search is the same database with its words taken away after loading. txtai splits no texts without further
packages: paragraphs are put together until a passage is full. Its database answers one thread at a time ("Recursive use
of cursors not allowed"): the others wait.
"""

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks.whole.stacks.adapter import PASSAGE_CHARACTERS, PASSAGES_FOUND, Given, Search, article_files


class Txtai:
    def __init__(self, given: Given) -> None:
        self._given = given

    def build(self, articles: Path, index: Path) -> int:
        from txtai import Embeddings

        model: dict[str, Any] = {"path": str(self._given.model)}
        if self._given.vectors is not None:
            model = {"method": "external", "transform": _given_vectors(self._given.vectors)}
        embeddings = Embeddings(hybrid=True, content=True, **model)
        embeddings.index(self._rows(articles, [name for name, _ in article_files(articles)]))
        embeddings.config.pop("transform", None)  # cannot be saved
        embeddings.save(str(index))
        count: int = embeddings.count()
        return count

    def open(self, index: Path, mode: str) -> Search:
        embeddings = self._load(index)
        if mode == "dense":
            embeddings.scoring = None
        one_at_a_time = threading.Lock()

        def search(query: str) -> list[str]:
            with one_at_a_time:
                return [row["id"].rpartition("#")[0] for row in embeddings.search(query, PASSAGES_FOUND)]

        return search

    def add(self, index: Path, folder: Path, article: str) -> None:
        embeddings = self._load(index)
        embeddings.upsert(self._rows(folder, [article]))
        embeddings.config.pop("transform", None)
        embeddings.save(str(index))

    def remove(self, index: Path, article: str) -> None:
        embeddings = self._load(index)
        select = "select id from txtai where id like :prefix limit 10000"
        rows = embeddings.search(select, parameters={"prefix": f"{article}#%"})
        embeddings.delete([row["id"] for row in rows])
        embeddings.config.pop("transform", None)
        embeddings.save(str(index))

    def _load(self, index: Path) -> Any:
        from txtai import Embeddings

        embeddings = Embeddings()
        shared = self._given.vectors
        embeddings.load(str(index), config=None if shared is None else {"transform": _given_vectors(shared)})
        return embeddings

    def _rows(self, folder: Path, articles: Sequence[str]) -> Iterator[tuple[str, str, None]]:
        if self._given.vectors is not None:
            for article, number, text in self._given.vectors.passages(articles):
                yield f"{article}#{number}", text, None
            return
        for article in articles:
            for number, text in enumerate(packed((folder / article).read_text(encoding="utf-8"))):
                yield f"{article}#{number}", text, None


def packed(text: str, longest: int = PASSAGE_CHARACTERS) -> list[str]:
    """The paragraphs of a text, put together as long as they have at most `longest` characters; a longer one stays."""
    passages: list[str] = []
    for paragraph in filter(None, map(str.strip, text.split("\n\n"))):
        if passages and len(passages[-1]) + 2 + len(paragraph) <= longest:
            passages[-1] += f"\n\n{paragraph}"
        else:
            passages.append(paragraph)
    return passages


def _given_vectors(vectors: Any) -> Any:
    def transform(texts: Sequence[str]) -> Any:
        return vectors.of(texts)

    return transform


adapter = Txtai
