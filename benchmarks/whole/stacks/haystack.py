"""Haystack: a pipeline over one of two document stores.

`Haystack` takes the store of its tutorials, in memory and saved to disk: vectors and BM25, joined by reciprocal ranks.
`HaystackFaiss` takes that of `faiss-haystack`: vectors alone.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.whole.stacks.adapter import PASSAGE_CHARACTERS, PASSAGES_FOUND, Given, Search, article_files, article_id

DIMENSION = 384
FILE = "documents.json"


class Haystack:
    def __init__(self, given: Given) -> None:
        self._given = given

    def build(self, articles: Path, index: Path) -> int:
        documents = self._embedded(articles, [name for name, _ in article_files(articles)])
        store = self._new_store()
        written: int = store.write_documents(documents)
        self._save(store, index)
        return written

    def open(self, index: Path, mode: str) -> Search:
        from haystack import Pipeline
        from haystack.components.joiners import DocumentJoiner

        store = self._load(index)
        pipeline = Pipeline()
        pipeline.add_component("embedder", self._query_embedder())
        pipeline.add_component("vectors", self._retriever(store))
        pipeline.connect("embedder.embedding", "vectors.query_embedding")
        if mode == "hybrid":
            from haystack.components.retrievers.in_memory import InMemoryBM25Retriever

            joiner = DocumentJoiner(join_mode="reciprocal_rank_fusion", top_k=PASSAGES_FOUND)
            pipeline.add_component("words", InMemoryBM25Retriever(document_store=store, top_k=PASSAGES_FOUND))
            pipeline.add_component("joiner", joiner)
            pipeline.connect("vectors", "joiner")
            pipeline.connect("words", "joiner")
        last = "joiner" if mode == "hybrid" else "vectors"

        def search(query: str) -> list[str]:
            asked = {"embedder": {"text": query}, **({"words": {"query": query}} if mode == "hybrid" else {})}
            return [document.meta["article"] for document in pipeline.run(asked)[last]["documents"]]

        return search

    def add(self, index: Path, folder: Path, article: str) -> None:
        store = self._load(index)
        store.write_documents(self._embedded(folder, [article]))
        self._save(store, index)

    def remove(self, index: Path, article: str) -> None:
        store = self._load(index)
        condition = {"field": "meta.article", "operator": "==", "value": article}
        store.delete_documents([document.id for document in store.filter_documents(condition)])
        self._save(store, index)

    def _new_store(self) -> Any:
        from haystack.document_stores.in_memory import InMemoryDocumentStore

        return InMemoryDocumentStore()

    def _load(self, index: Path) -> Any:
        from haystack.document_stores.in_memory import InMemoryDocumentStore

        return InMemoryDocumentStore.load_from_disk(str(index / FILE))

    def _save(self, store: Any, index: Path) -> None:
        index.mkdir(exist_ok=True)
        store.save_to_disk(str(index / FILE))

    def _retriever(self, store: Any) -> Any:
        from haystack.components.retrievers.in_memory import InMemoryEmbeddingRetriever

        return InMemoryEmbeddingRetriever(document_store=store, top_k=PASSAGES_FOUND)

    def _embedded(self, folder: Path, articles: Sequence[str]) -> list[Any]:
        from haystack import Document
        from haystack.components.converters import TextFileToDocument
        from haystack.components.preprocessors import RecursiveDocumentSplitter

        if self._given.vectors is not None:
            passages = list(self._given.vectors.passages(articles))
            vectors = self._given.vectors.of([text for *_, text in passages]).tolist()
            return [
                Document(content=text, meta={"article": article}, embedding=vector)
                for (article, _, text), vector in zip(passages, vectors, strict=True)
            ]
        from haystack_integrations.components.embedders.sentence_transformers import (
            SentenceTransformersDocumentEmbedder,
        )

        converter = TextFileToDocument(store_full_path=True)
        splitter = RecursiveDocumentSplitter(
            split_length=PASSAGE_CHARACTERS, split_overlap=0, split_unit="char", separators=["\n\n", "\n", ". ", " "]
        )
        embedder = SentenceTransformersDocumentEmbedder(model=str(self._given.model), progress_bar=False)
        read = converter.run(sources=[folder / name for name in articles])["documents"]
        passages_read = splitter.run(documents=read)["documents"]
        for document in passages_read:
            document.meta["article"] = article_id(document.meta["file_path"], folder)
        embedder.warm_up()
        embedded: list[Any] = embedder.run(documents=passages_read)["documents"]
        return embedded

    def _query_embedder(self) -> Any:
        if self._given.vectors is not None:
            return _given_vectors(self._given.vectors)
        from haystack_integrations.components.embedders.sentence_transformers import SentenceTransformersTextEmbedder

        embedder = SentenceTransformersTextEmbedder(model=str(self._given.model), progress_bar=False)
        embedder.warm_up()
        return embedder


class HaystackFaiss(Haystack):
    def _new_store(self) -> Any:
        from haystack_integrations.document_stores.faiss import FAISSDocumentStore

        return FAISSDocumentStore(embedding_dim=DIMENSION)

    def _load(self, index: Path) -> Any:
        from haystack_integrations.document_stores.faiss import FAISSDocumentStore

        return FAISSDocumentStore(index_path=str(index / FILE), embedding_dim=DIMENSION)

    def _save(self, store: Any, index: Path) -> None:
        index.mkdir(exist_ok=True)
        store.save(str(index / FILE))

    def _retriever(self, store: Any) -> Any:
        from haystack_integrations.components.retrievers.faiss import FAISSEmbeddingRetriever

        return FAISSEmbeddingRetriever(document_store=store, top_k=PASSAGES_FOUND)


def _given_vectors(vectors: Any) -> Any:
    from haystack import component

    @component
    class GivenVectors:
        @component.output_types(embedding=list[float])
        def run(self, text: str) -> dict[str, list[float]]:
            return {"embedding": vectors.of([text])[0].tolist()}

    return GivenVectors()


adapter = Haystack
adapter_faiss = HaystackFaiss
