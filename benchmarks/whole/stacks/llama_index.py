"""LlamaIndex: SimpleDirectoryReader, SentenceSplitter, a FAISS vector store, persisted; BM25Retriever beside it.

As documented, but for what would count against it:
- `FaissMapVectorStore` of the same package, since `FaissVectorStore` cannot remove anything;
- inner products, since the store hands on L2 distances as similarities, and the fusion then ranks them backwards;
- the size of passages in characters (what it takes for a tokenizer is `list`), so that they are as long as all others;
- no metadata in the embedded texts, since the splitter takes the file's path off the size of the passages;
- French stemmer and stop words, and the stemmer set again after loading, where the retriever has forgotten it;
- a mock language model, since the fusion wants one even when it shall write no queries;
- the fusion asks its retrievers one after the other: with tasks of its own it was no faster.

BM25Retriever cannot take an article in or out: it is made anew from the document store.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.whole.stacks.adapter import PASSAGE_CHARACTERS, PASSAGES_FOUND, Given, Search, article_files, article_id

DIMENSION = 384
WORDS = "bm25"
"""The folder of the BM25 index, inside that of the stack."""

FILE_METADATA = ("file_path", "file_name")


class LlamaIndex:
    def __init__(self, given: Given) -> None:
        self._given = given

    def build(self, articles: Path, index: Path) -> int:
        import faiss
        from llama_index.core import StorageContext, VectorStoreIndex
        from llama_index.vector_stores.faiss import FaissMapVectorStore

        embedder = self._embedder()
        nodes = self._nodes(articles, [name for name, _ in article_files(articles)])
        store = FaissMapVectorStore(faiss.IndexIDMap2(faiss.IndexFlatIP(DIMENSION)))
        storage = StorageContext.from_defaults(vector_store=store)
        built = VectorStoreIndex(nodes, storage_context=storage, embed_model=embedder)
        self._persist(built, index)
        return len(nodes)

    def open(self, index: Path, mode: str) -> Search:
        by_vectors = self._load(index).as_retriever(similarity_top_k=PASSAGES_FOUND)
        retriever = by_vectors if mode == "dense" else self._fused(by_vectors, index)

        def search(query: str) -> list[str]:
            return [found.node.ref_doc_id for found in retriever.retrieve(query)]

        return search

    def add(self, index: Path, folder: Path, article: str) -> None:
        loaded = self._load(index)
        loaded.insert_nodes(self._nodes(folder, [article]))
        self._persist(loaded, index)

    def remove(self, index: Path, article: str) -> None:
        loaded = self._load(index, embedder=_no_embedder())
        held = list(loaded.docstore.get_ref_doc_info(article).node_ids)  # a copy: the store takes out of its own
        loaded.delete_nodes(held, delete_from_docstore=True)
        self._persist(loaded, index)

    def _fused(self, by_vectors: Any, index: Path) -> Any:
        import Stemmer
        from llama_index.core.llms import MockLLM
        from llama_index.core.retrievers import QueryFusionRetriever
        from llama_index.core.retrievers.fusion_retriever import FUSION_MODES
        from llama_index.retrievers.bm25 import BM25Retriever

        by_words = BM25Retriever.from_persist_dir(str(index / WORDS))
        by_words.stemmer = Stemmer.Stemmer("french")
        return QueryFusionRetriever(
            [by_vectors, by_words],
            llm=MockLLM(),
            mode=FUSION_MODES.RECIPROCAL_RANK,
            similarity_top_k=PASSAGES_FOUND,
            num_queries=1,
            use_async=False,
        )

    def _nodes(self, folder: Path, articles: Sequence[str]) -> Sequence[Any]:
        from llama_index.core import SimpleDirectoryReader
        from llama_index.core.node_parser import SentenceSplitter

        if self._given.vectors is not None:
            return _given_nodes(self._given.vectors.passages(articles))
        documents = SimpleDirectoryReader(input_files=[folder / name for name in articles]).load_data()
        for document in documents:
            document.id_ = article_id(document.metadata["file_path"], folder)
            document.excluded_embed_metadata_keys += FILE_METADATA
            document.excluded_llm_metadata_keys += FILE_METADATA
        splitter = SentenceSplitter(chunk_size=PASSAGE_CHARACTERS, chunk_overlap=0, tokenizer=list)
        return splitter.get_nodes_from_documents(documents)

    def _load(self, index: Path, embedder: Any = None) -> Any:
        from llama_index.core import StorageContext, load_index_from_storage
        from llama_index.vector_stores.faiss import FaissMapVectorStore

        store = FaissMapVectorStore.from_persist_dir(str(index))
        storage = StorageContext.from_defaults(vector_store=store, persist_dir=str(index))
        return load_index_from_storage(storage, embed_model=embedder or self._embedder())

    def _persist(self, built: Any, index: Path) -> None:
        import Stemmer
        from llama_index.retrievers.bm25 import BM25Retriever

        built.storage_context.persist(persist_dir=str(index))
        by_words = BM25Retriever.from_defaults(
            docstore=built.docstore,
            similarity_top_k=PASSAGES_FOUND,
            stemmer=Stemmer.Stemmer("french"),
            language="french",
        )
        by_words.persist(str(index / WORDS))

    def _embedder(self) -> Any:
        if self._given.vectors is not None:
            return _given_vectors(self._given.vectors)
        from llama_index.embeddings.huggingface import HuggingFaceEmbedding

        return HuggingFaceEmbedding(model_name=str(self._given.model))


def _given_nodes(passages: Any) -> Sequence[Any]:
    from llama_index.core.schema import NodeRelationship, RelatedNodeInfo, TextNode

    return [
        TextNode(
            id_=f"{article}#{number}",
            text=text,
            relationships={NodeRelationship.SOURCE: RelatedNodeInfo(node_id=article)},
        )
        for article, number, text in passages
    ]


def _given_vectors(vectors: Any) -> Any:
    from llama_index.core.embeddings import BaseEmbedding

    class GivenVectors(BaseEmbedding):
        def _get_text_embedding(self, text: str) -> list[float]:
            return self._get_text_embeddings([text])[0]

        def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
            found: list[list[float]] = vectors.of(texts).tolist()
            return found

        def _get_query_embedding(self, query: str) -> list[float]:
            return self._get_text_embedding(query)

        async def _aget_query_embedding(self, query: str) -> list[float]:
            return self._get_text_embedding(query)

    return GivenVectors()


def _no_embedder() -> Any:
    """Removing needs none, and loading one would take most of the time."""
    from llama_index.core.embeddings import MockEmbedding

    return MockEmbedding(embed_dim=DIMENSION)


adapter = LlamaIndex
