"""Any sentence-transformers model, by name or folder, with its own prompts for queries and passages."""

import hashlib
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.errors import EmbedderUnavailable
from index.types import Progress

TEXTS_IN_STEP = 256
DECIDING_FILES = (
    "modules.json",
    "config*.json",
    "sentence_*config.json",
    "tokenizer*",
    "special_tokens*",
    "added_tokens*",
    "vocab*",
    "merges.txt",
    "*.model",
    "*.py",
)
OTHER_FORMATS = {"onnx", "openvino", ".git", ".cache"}


class SentenceTransformerEmbedder:
    """Loads the model at the first text, or when the dimension is asked for; the fingerprint needs its files only."""

    def __init__(self, name: str) -> None:
        self._name = name

    @property
    def name(self) -> str:
        return self._name

    @cached_property
    def dimension(self) -> int:
        return int(self._model.get_embedding_dimension())

    @cached_property
    def fingerprint(self) -> str:
        """From the content of weights, tokenizer, prompts and lengths, wherever the files lie."""
        folder = _local_folder(self._name)
        if folder is None:
            self._load()
            folder = _local_folder(self._name)
        if folder is None:
            raise _unavailable(self._name, "its files cannot be found after loading")
        return folder_fingerprint(folder)

    def embed_passages(self, texts: Sequence[str], progress: Progress | None = None) -> NDArray[np.float32]:
        """Vectors of shape (len(texts), dimension), in the order of `texts`, with the model's passage prompt."""
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        # Longest first: what does not fit into memory fails at once, and the padding of a batch is small.
        order = sorted(range(len(texts)), key=lambda place: -len(texts[place]))
        for start in range(0, len(order), TEXTS_IN_STEP):
            places = order[start : start + TEXTS_IN_STEP]
            vectors[places] = self._encode("encode_document", [texts[place] for place in places])
            if progress is not None:
                progress(start + len(places), len(texts))
        return vectors

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of shape (len(texts), dimension), in the order of `texts`, with the model's query prompt."""
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        return self._encode("encode_query", list(texts))

    def _encode(self, method: str, texts: list[str]) -> NDArray[np.float32]:
        encodable = [text.encode("utf-8", "replace").decode("utf-8") for text in texts]
        encode = getattr(self._model, method)
        vectors = encode(encodable, normalize_embeddings=True, show_progress_bar=False, convert_to_numpy=True)
        return np.asarray(vectors, dtype=np.float32)

    @cached_property
    def _model(self) -> Any:
        return self._load()

    def _load(self) -> Any:
        from huggingface_hub import HfApi
        from sentence_transformers import SentenceTransformer

        is_folder = Path(self._name).expanduser().is_dir()
        if not is_folder and _looks_like_path(self._name):
            raise _unavailable(self._name, "there is no such folder")
        place = str(Path(self._name).expanduser()) if is_folder else self._name
        here = is_folder or _local_folder(self._name) is not None
        # The libraries raise errors of many kinds, their own and those of the HTTP client under them.
        try:
            if not here:
                # Asked once, briefly: the loading itself would try every file again and again for over a minute.
                HfApi().model_info(_repositories(self._name)[0], timeout=10)
            return SentenceTransformer(place, local_files_only=here)
        except Exception as problem:
            raise _unavailable(self._name, f"{type(problem).__name__}: {problem}") from problem


def folder_fingerprint(folder: Path) -> str:
    """`st:` and 16 hexadecimal digits of SHA-256 over the files of a model's folder that decide its vectors."""
    files = [file for file in sorted(folder.rglob("*")) if file.is_file()]
    files = [file for file in files if not OTHER_FORMATS.intersection(file.relative_to(folder).parts[:-1])]
    weights = [file for file in files if file.suffix == ".safetensors"]
    weights = weights or [file for file in files if file.suffix == ".bin"]
    deciding = [file for file in files if any(file.match(pattern) for pattern in DECIDING_FILES)]
    digest = hashlib.sha256()
    for file in sorted({*weights, *deciding}):
        with file.open("rb") as stream:
            content = hashlib.file_digest(stream, "sha256").hexdigest()
        digest.update(f"{file.relative_to(folder).as_posix()} {content}\n".encode())
    return f"st:{digest.hexdigest()[:16]}"


def _local_folder(name: str) -> Path | None:
    """The folder that holds the model on this machine, if it is there; nothing is fetched."""
    folder = Path(name).expanduser()
    if folder.is_dir():
        return folder
    if _looks_like_path(name):
        return None
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    for repository in _repositories(name):
        try:
            return Path(snapshot_download(repository, local_files_only=True))
        except (LocalEntryNotFoundError, HFValidationError):
            continue
    return None


def _repositories(name: str) -> tuple[str, ...]:
    """A name without an owner is one of the models of sentence-transformers, or an old one without an owner."""
    return (name,) if "/" in name else (f"sentence-transformers/{name}", name)


def _looks_like_path(name: str) -> bool:
    return name.startswith((".", "/", "~")) or "\\" in name or name.count("/") > 1


def _unavailable(name: str, problem: str) -> EmbedderUnavailable:
    save = f"from sentence_transformers import SentenceTransformer; SentenceTransformer({name!r}).save('model')"
    return EmbedderUnavailable(
        f"The embedder {name!r} cannot be loaded ({problem.strip().splitlines()[0][:300]}). "
        f'Where the model hub can be reached, save it with python -c "{save}", '
        "copy that folder to this machine and set ASSISTANT_EMBEDDER to its path; "
        "or take the bundled model: ASSISTANT_EMBEDDER=default."
    )
