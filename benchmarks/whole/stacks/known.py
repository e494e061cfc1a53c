"""Which stacks there are."""

from dataclasses import dataclass
from typing import Literal

Weights = Literal["int8", "float", "folder", "bundled"]
"""How the weights are run: exported for ONNX Runtime in int8 or float, or as the folder that sentence-transformers
reads; or the project's own bundled weights, which are others."""


@dataclass(frozen=True, slots=True)
class Stack:
    """`adapter` is `MODULE:NAME` below this package. `packages` are those whose versions are told."""

    title: str
    adapter: str
    runtime: str
    modes: tuple[str, ...]
    packages: tuple[str, ...]
    weights: Weights = "folder"
    notes: tuple[str, ...] = ()

    @property
    def ours(self) -> bool:
        return self.adapter.startswith("ours:")


_OURS = ("faiss-cpu", "onnxruntime")
_TORCH = ("torch", "sentence-transformers", "faiss-cpu")

STACKS = {
    "ours": Stack("this project", "ours:adapter", "ONNX Runtime, int8", ("hybrid",), _OURS, "int8"),
    "ours-float": Stack("this project, float", "ours:adapter", "ONNX Runtime, float", ("hybrid",), _OURS, "float"),
    "ours-torch": Stack("this project, torch", "ours:adapter", "sentence-transformers", ("hybrid",), _TORCH),
    "ours-bundled": Stack(
        "this project, as installed",
        "ours:adapter",
        "ONNX Runtime, int8",
        ("hybrid",),
        _OURS,
        "bundled",
        ("weights of its own, trained on texts like these articles",),
    ),
    "llama_index": Stack(
        "LlamaIndex",
        "llama_index:adapter",
        "sentence-transformers",
        ("dense", "hybrid"),
        ("llama-index-core", "llama-index-vector-stores-faiss", "llama-index-retrievers-bm25", *_TORCH),
        notes=("adding and removing make the BM25 index anew",),
    ),
    "langchain": Stack(
        "LangChain",
        "langchain:adapter",
        "sentence-transformers",
        ("dense", "hybrid"),
        ("langchain-core", "langchain-community", "langchain-huggingface", "langchain-classic", "rank-bm25", *_TORCH),
        notes=("BM25 is kept nowhere: it is made anew whenever the index is opened",),
    ),
    "haystack": Stack(
        "Haystack, in memory",
        "haystack:adapter",
        "sentence-transformers",
        ("dense", "hybrid"),
        ("haystack-ai", "sentence-transformers-haystack", *_TORCH),
        notes=("adding and removing write the whole store",),
    ),
    "haystack-faiss": Stack(
        "Haystack, FAISS",
        "haystack:adapter_faiss",
        "sentence-transformers",
        ("dense",),
        ("haystack-ai", "faiss-haystack", "sentence-transformers-haystack", *_TORCH),
        notes=("no search by words in this store",),
    ),
    "txtai": Stack(
        "txtai",
        "txtai:adapter",
        "transformers",
        ("dense", "hybrid"),
        ("txtai", "transformers", *_TORCH),
        notes=("its database answers one thread at a time: clients wait for each other",),
    ),
}
"""By the names that `--stacks` takes."""

BY_DEFAULT = ("ours", "llama_index", "langchain", "haystack", "haystack-faiss", "txtai")
