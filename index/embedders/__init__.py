"""Embedders: texts to vectors. `load_embedder` chooses one by name and imports it only then."""

from pathlib import Path

from index.embedders.manifest import MANIFEST, read_manifest
from index.types import Embedder

STATIC_NAMES = ("static", "fast", "static-en-fr-es-de")
MULTILINGUAL_NAMES = ("", "default", "multilingual", "minilm-en-fr-es-de")
MULTILINGUAL = Path(__file__).parent / "weights" / "multilingual"


def load_embedder(name: str = "default") -> Embedder:
    """The embedder of that name, ready to use; its weights are read at the first text.

    "default" (or "multilingual") is the bundled sentence encoder, "fast" (or "static") the small bundled model; a
    folder with a `manifest.json` is a model trained with this project; any other name is a sentence-transformers
    model: a name on a model hub, or a folder.

    Errors: `EmbedderUnavailable`, at once where it can be told cheaply, else at the first text.
    """
    chosen = name.strip()
    if chosen in MULTILINGUAL_NAMES:
        chosen = str(MULTILINGUAL)
    if chosen in STATIC_NAMES:
        from index.embedders.static import StaticEmbedder

        return StaticEmbedder()
    folder = Path(chosen)
    if folder == MULTILINGUAL or (folder / MANIFEST).is_file():
        return _from_folder(folder)
    from index.embedders.sentence_transformers import SentenceTransformerEmbedder

    return SentenceTransformerEmbedder(chosen)


def _from_folder(folder: Path) -> Embedder:
    if read_manifest(folder).format == "onnx":
        from index.embedders.onnx import OnnxEmbedder

        return OnnxEmbedder(folder)
    from index.embedders.static import StaticEmbedder

    return StaticEmbedder(folder)


__all__ = ["load_embedder"]
