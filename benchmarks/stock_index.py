"""The same passages and vectors in a stock LlamaIndex index, for comparison: what opening it and adding to it cost.

    python -m benchmarks.stock_index build|open|add OUR_INDEX STOCK_FOLDER

A `VectorStoreIndex` over a `FaissVectorStore`, persisted to a folder as its documentation shows. It needs
`pip install llama-index-vector-stores-faiss`, which nothing else here does. The vectors are given, so that no embedder
is measured. Prints one JSON object of seconds.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np


def main() -> None:
    step, ours, folder = sys.argv[1:]
    print(json.dumps(STEPS[step](Path(ours), Path(folder))))


def build(ours: Path, folder: Path) -> dict[str, float]:
    import faiss
    from llama_index.core import StorageContext, VectorStoreIndex
    from llama_index.core.embeddings import MockEmbedding
    from llama_index.vector_stores.faiss import FaissVectorStore

    nodes = our_passages(ours)
    dimension = len(nodes[0].embedding)
    started = time.perf_counter()
    storage = StorageContext.from_defaults(vector_store=FaissVectorStore(faiss_index=faiss.IndexFlatIP(dimension)))
    index = VectorStoreIndex(nodes, storage_context=storage, embed_model=MockEmbedding(embed_dim=dimension))
    index.storage_context.persist(persist_dir=str(folder))
    return {"build": time.perf_counter() - started, "passages": len(nodes)}


def opening(ours: Path, folder: Path) -> dict[str, float]:
    """Load and search once."""
    del ours
    started = time.perf_counter()
    index = load(folder)
    dimension = index._embed_model.embed_dim
    retriever = index.as_retriever(similarity_top_k=10)
    from llama_index.core import QueryBundle

    found = retriever.retrieve(QueryBundle("x", embedding=np.full(dimension, dimension**-0.5).tolist()))
    assert len(found) == 10
    return {"open_and_search": time.perf_counter() - started}


def add(ours: Path, folder: Path) -> dict[str, float]:
    """Load, insert one article's passages, persist: there is no smaller unit that survives a restart."""
    del ours
    from llama_index.core.schema import TextNode

    started = time.perf_counter()
    index = load(folder)
    dimension = index._embed_model.embed_dim
    vector = np.full(dimension, dimension**-0.5).tolist()
    index.insert_nodes([TextNode(text=f"Alinéa {number}", embedding=vector) for number in range(5)])
    index.storage_context.persist(persist_dir=str(folder))
    return {"load_insert_persist": time.perf_counter() - started}


def load(folder: Path) -> Any:
    from llama_index.core import StorageContext, load_index_from_storage
    from llama_index.core.embeddings import MockEmbedding
    from llama_index.vector_stores.faiss import FaissVectorStore

    vectors = FaissVectorStore.from_persist_dir(str(folder))
    storage = StorageContext.from_defaults(vector_store=vectors, persist_dir=str(folder))
    return load_index_from_storage(storage, embed_model=MockEmbedding(embed_dim=vectors.client.d))


def our_passages(folder: Path) -> list[Any]:
    """Every passage of our index as a node with its vector."""
    from llama_index.core.schema import TextNode

    from index import store
    from index.database import open_for_reading
    from index.derived import embedder_record
    from index.layout import Layout

    layout = Layout(folder)
    connection = open_for_reading(layout)
    nodes = []
    for keys, vectors in store.vectors_after(connection, 0, embedder_record(connection, layout).dimension):
        stored = store.get_passages(connection, keys.tolist())
        for key, vector in zip(keys.tolist(), vectors, strict=True):
            metadata = {"article": stored[key].article}
            nodes.append(TextNode(text=stored[key].text, metadata=metadata, embedding=vector.tolist()))
    connection.close()
    return nodes


STEPS = {"build": build, "open": opening, "add": add}

if __name__ == "__main__":
    main()
