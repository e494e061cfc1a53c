"""What a run's figures depend on: the program, the index, the models and the settings, as plain JSON."""

import hashlib
import json
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import asdict, astuple, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from pydantic import SecretStr

import assistant
import index
import prompts
from assistant.answering import PASSAGES, Assistant
from assistant.calibration import Calibration
from assistant.identity.settings import AccessSettings
from assistant.settings import Settings
from assistant.version import __version__
from index.protocols import IndexSnapshot

SETTINGS_LEFT_OUT = {"host", "port", "wait_seconds", "max_article_bytes", "embedder", "llm_api_key"} | {
    "collection_page",
    "evaluation_page",
    *AccessSettings.model_fields,
}
"""What changes no answer; the embedder is told by its fingerprint. Folders and secrets are left out, too."""

NOT_ANSWERING = {"web", "server", "cli", "training", "weights", "__pycache__"}
"""Folders of the packages whose files take no part in an answer, and those of models, which have fingerprints."""

Provenance = Mapping[str, Any]
"""Nested mappings of strings, numbers and lists, as JSON holds them."""


def provenance_of(engine: Assistant, settings: Settings) -> Provenance:
    """Reads every article once, for the fingerprint of what is indexed. Raises the errors of the index."""
    with engine.index.snapshot() as snapshot:
        collection = snapshot.collection()
        content = content_fingerprint(snapshot)
    embedder = engine.index.embedder
    return {
        "program": {"version": __version__, "source": source_fingerprint(), "commit": commit()},
        "index": {
            "generation": collection.generation,
            "articles": collection.articles,
            "passages": collection.passages,
            "languages": dict(sorted(collection.languages.items())),
            "content": content,
        },
        "embedder": {"name": embedder.name, "dimension": embedder.dimension, "fingerprint": embedder.fingerprint},
        "calibration": {"fingerprint": calibration_fingerprint(engine.calibration), "models": engine.calibration.model},
        "settings": {
            **_told(settings),
            "passages_searched": PASSAGES,
            "search": asdict(engine.index.settings),
        },
    }


def _told(settings: Settings) -> dict[str, Any]:
    values = {
        name: value
        for name, value in settings.model_dump().items()
        if name not in SETTINGS_LEFT_OUT and not isinstance(value, Path | SecretStr)
    }
    if values["llm_base_url"]:  # what stands behind the path of an address may be a key
        values["llm_base_url"] = urlunsplit((*urlsplit(values["llm_base_url"])[:3], "", ""))
    return values


def content_fingerprint(snapshot: IndexSnapshot) -> str:
    """The same for the same articles, in whatever order they came and from wherever they were read."""
    digests = sorted(
        hashlib.sha256(json.dumps(astuple(replace(article, file=None)), ensure_ascii=False).encode()).digest()
        for article in snapshot.articles()
    )
    return _short(hashlib.sha256(b"".join(digests)))


def calibration_fingerprint(calibration: Calibration) -> str:
    """Of what decides answers, not of what it was learned on."""
    values = asdict(replace(calibration, learned_on={}))
    return _short(hashlib.sha256(json.dumps(values, sort_keys=True).encode()))


def source_fingerprint() -> str:
    """Of the files of the program that make answers, whether it is installed or a checkout."""
    digest = hashlib.sha256()
    for name, file in _sources():
        digest.update(name.encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    return _short(digest)


def _sources() -> Iterator[tuple[str, Path]]:
    for package in (index, assistant, prompts):
        folder = Path(next(iter(package.__path__)))
        for file in sorted(folder.rglob("*")):
            inside = file.relative_to(folder.parent)
            if not NOT_ANSWERING & set(inside.parts) and file.is_file():
                yield inside.as_posix(), file


def commit() -> str | None:
    """The commit of the checkout that the program runs from, with `+changes` where files differ; None without one."""
    root = Path(next(iter(assistant.__path__))).parent
    if not (root / ".git").exists():
        return None
    try:
        head, changes = (
            subprocess.run(["git", *words], cwd=root, capture_output=True, text=True, check=True, timeout=30).stdout
            for words in (["rev-parse", "--short", "HEAD"], ["status", "--porcelain", "--untracked-files=no"])
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return head.strip() + ("+changes" if changes.strip() else "")


def _short(digest: Any) -> str:
    return str(digest.hexdigest()[:16])


def differences(before: Provenance, now: Provenance, within: str = "") -> list[str]:
    """What two of them do not share, one line each: `index.generation: 3, now 4`."""
    found = []
    for name in sorted({*before, *now}):
        old, new = before.get(name), now.get(name)
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            found += differences(old, new, f"{within}{name}.")
        elif old != new:
            found.append(f"{within}{name}: {old}, now {new}")
    return found
