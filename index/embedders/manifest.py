"""The `manifest.json` in the folder of a bundled model: which model it is, and the fingerprint of its files."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from index.errors import EmbedderUnavailable

MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Manifest:
    """`format` is "static" or "onnx", and says which embedder runs the folder."""

    name: str
    dimension: int
    fingerprint: str
    format: str = "static"


def read_manifest(folder: Path) -> Manifest:
    """Raises `EmbedderUnavailable`, with the next step, where the file is missing or says too little."""
    try:
        content = json.loads((folder / MANIFEST).read_text("utf-8"))
        if missing := {"name", "dimension", "fingerprint"} - set(content):
            raise KeyError(", ".join(sorted(missing)))
        return Manifest(
            str(content["name"]),
            int(content["dimension"]),
            str(content["fingerprint"]),
            str(content.get("format", "static")),
        )
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise unreadable(folder, problem) from problem


def files_fingerprint(kind: str, files: Sequence[Path]) -> str:
    """What decides a model's vectors, as `kind:` and 16 hexadecimal digits of SHA-256 over the files' content."""
    digest = hashlib.sha256()
    for file in files:
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return f"{kind}:{digest.hexdigest()[:16]}"


def unreadable(folder: Path, problem: object, command: str = "index.training.static") -> EmbedderUnavailable:
    """The error for a folder that is missing or damaged; `command` is the module that makes such a folder."""
    return EmbedderUnavailable(
        f"The model in {folder} cannot be read: {problem}. "
        f"Reinstall the package, choose another one with ASSISTANT_EMBEDDER, or make the model again with "
        f"python -m {command}."
    )
