"""Writes a static model as a folder that both this project and sentence-transformers read.

The rows are int8, each with its own scale. sentence-transformers reads such rows from the tensors `embeddings` and
`weights` (the names that model2vec gave them) and multiplies them out.
"""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from index.embedders.static import content_fingerprint

if TYPE_CHECKING:
    from tokenizers import Tokenizer

MODULES = [
    {
        "idx": 0,
        "name": "0",
        "path": "",
        "type": "sentence_transformers.models.StaticEmbedding",
    },
    {
        "idx": 1,
        "name": "1",
        "path": "1_Normalize",
        "type": "sentence_transformers.models.Normalize",
    },
]


def quantise(rows: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Rows of shape (n, d) as int8 of shape (n, d) and scales of shape (n,): row = int8 row * scale."""
    largest = np.abs(rows).max(axis=1)
    scales = np.where(largest > 0, largest / 127.0, 1.0).astype(np.float32)
    return np.clip(np.rint(rows / scales[:, None]), -127, 127).astype(np.int8), scales


def write_static_model(folder: Path, tokenizer: "Tokenizer", rows: NDArray[np.float32]) -> None:
    """Write weights, tokenizer, module list and manifest into `folder`; what else is there stays."""
    from safetensors.numpy import save_file

    folder.mkdir(parents=True, exist_ok=True)
    quantised, scales = quantise(rows)
    save_file({"embeddings": quantised, "weights": scales}, folder / "model.safetensors")
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    (folder / "1_Normalize").mkdir(exist_ok=True)
    _write(folder / "1_Normalize" / "config.json", {})
    _write(folder / "modules.json", MODULES)
    _write(
        folder / "config_sentence_transformers.json",
        {"prompts": {"query": "", "document": ""}, "default_prompt_name": None, "similarity_fn_name": "cosine"},
    )
    _write(
        folder / "manifest.json",
        {
            "name": "static-en-fr-es-de",
            "dimension": int(rows.shape[1]),
            "pieces": int(rows.shape[0]),
            "languages": ["en", "fr", "es", "de"],
            "fingerprint": content_fingerprint(folder),
        },
    )


def _write(file: Path, content: Any) -> None:
    file.write_text(json.dumps(content, indent=2) + "\n", "utf-8")
