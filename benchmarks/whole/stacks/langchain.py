"""LangChain: TextLoader, RecursiveCharacterTextSplitter, the FAISS vector store, saved; EnsembleRetriever for hybrid.

BM25Retriever is kept nowhere: every process makes it anew of the documents in the store. It gets the words in lower
case, without punctuation; by itself it takes what stands between blanks.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.whole.stacks.adapter import PASSAGE_CHARACTERS, PASSAGES_FOUND, Given, Search, article_files, article_id


class LangChain:
    def __init__(self, given: Given) -> None:
        self._given = given

    def build(self, articles: Path, index: Path) -> int:
        from langchain_community.vectorstores import FAISS

        documents = self._documents(articles, [name for name, _ in article_files(articles)])
        store = FAISS.from_documents(documents, self._embedder(), ids=_ids(documents))
        store.save_local(str(index))
        return len(documents)

    def open(self, index: Path, mode: str) -> Search:
        store = self._load(index, self._embedder())
        by_vectors = store.as_retriever(search_kwargs={"k": PASSAGES_FOUND})
        retriever = by_vectors if mode == "dense" else _fused(by_vectors, store)

        def search(query: str) -> list[str]:
            return [document.metadata["article"] for document in retriever.invoke(query)[:PASSAGES_FOUND]]

        return search

    def add(self, index: Path, folder: Path, article: str) -> None:
        store = self._load(index, self._embedder())
        documents = self._documents(folder, [article])
        store.add_documents(documents, ids=_ids(documents))
        store.save_local(str(index))

    def remove(self, index: Path, article: str) -> None:
        from langchain_core.embeddings import DeterministicFakeEmbedding

        # Removing needs no model, and loading one would take most of the time.
        store = self._load(index, DeterministicFakeEmbedding(size=1))
        store.delete([key for key in store.index_to_docstore_id.values() if key.startswith(f"{article}#")])
        store.save_local(str(index))

    def _documents(self, folder: Path, articles: Sequence[str]) -> list[Any]:
        from langchain_community.document_loaders import TextLoader
        from langchain_core.documents import Document
        from langchain_text_splitters import RecursiveCharacterTextSplitter

        if self._given.vectors is not None:
            passages = self._given.vectors.passages(articles)
            return [Document(page_content=text, metadata={"article": article}) for article, _, text in passages]
        loaded = [document for name in articles for document in TextLoader(folder / name, encoding="utf-8").load()]
        for document in loaded:
            document.metadata["article"] = article_id(document.metadata["source"], folder)
        splitter = RecursiveCharacterTextSplitter(chunk_size=PASSAGE_CHARACTERS, chunk_overlap=0)
        return list(splitter.split_documents(loaded))

    def _load(self, index: Path, embedder: Any) -> Any:
        from langchain_community.vectorstores import FAISS

        return FAISS.load_local(str(index), embedder, allow_dangerous_deserialization=True)

    def _embedder(self) -> Any:
        if self._given.vectors is not None:
            return _given_vectors(self._given.vectors)
        from langchain_huggingface import HuggingFaceEmbeddings

        return HuggingFaceEmbeddings(model_name=str(self._given.model))


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def _fused(by_vectors: Any, store: Any) -> Any:
    from langchain_classic.retrievers import EnsembleRetriever
    from langchain_community.retrievers import BM25Retriever

    documents = [store.docstore.search(key) for key in store.index_to_docstore_id.values()]
    by_words = BM25Retriever.from_documents(documents, preprocess_func=words, k=PASSAGES_FOUND)
    return EnsembleRetriever(retrievers=[by_vectors, by_words], weights=[0.5, 0.5])


def _ids(documents: Sequence[Any]) -> list[str]:
    return [f"{document.metadata['article']}#{number}" for number, document in enumerate(documents)]


def _given_vectors(vectors: Any) -> Any:
    from langchain_core.embeddings import Embeddings

    class GivenVectors(Embeddings):
        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            found: list[list[float]] = vectors.of(texts).tolist()
            return found

        def embed_query(self, text: str) -> list[float]:
            return self.embed_documents([text])[0]

    return GivenVectors()


adapter = LangChain
