"""Settings become ready parts here, and nowhere else is anything chosen."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, suppress
from functools import partial
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from assistant.calibration import load_calibration
from assistant.kept_vectors import KeptVectors
from assistant.locale_names import units
from assistant.settings import Settings
from assistant.types import LanguageModel
from index.cross_encoders.onnx import OnnxCrossEncoder
from index.embedders import load_embedder
from index.embedders.onnx import OnnxEmbedder
from index.embedders.static import StaticEmbedder
from index.errors import EmbedderUnavailable
from index.places import index_at
from index.protocols import IndexPlace, PassageIndex, Writer
from index.readers import ReadLimits, count_files
from index.readers import read_paths as read_paths_lazily
from index.types import Article, ReadProblem

if TYPE_CHECKING:
    from assistant.answering import Assistant

MANY_FILES = 200
"""So many are read by a process of its own, which takes half a second to start."""


def place_of(settings: Settings) -> IndexPlace:
    """Where the index is, or will be. Raises PackageMissing."""
    token = settings.milvus_token.get_secret_value() if settings.milvus_token else ""
    return index_at(settings.index, token, settings.milvus_timeout_seconds)


def indexed_embedder(settings: Settings) -> Settings:
    """The settings with the embedder that the index was made with, when none was set."""
    if "embedder" in settings.model_fields_set:
        return settings
    return settings.model_copy(update={"embedder": place_of(settings).status().embedder})


def open_index(settings: Settings) -> PassageIndex:
    """Raises the errors of the index and of `load_embedder`."""
    return place_of(settings).open(load_embedder(settings.embedder))


def open_writer(
    settings: Settings, *, re_embed: bool = False, ray: str | None = None
) -> AbstractContextManager[Writer]:
    """A writer whose passages are embedded here, or on the Ray cluster at an address. Raises the errors of the index
    and of `load_embedder`. The weights are read while the articles are."""
    embedder = load_embedder(settings.embedder)
    if ray is not None:
        from index.embedders.ray_cluster import RayEmbedder

        embedder = RayEmbedder.of(embedder, partial(load_embedder, settings.embedder), ray)
    elif isinstance(embedder, OnnxEmbedder):
        _begin(embedder.load)
    return place_of(settings).writer(embedder, wait_seconds=settings.wait_seconds, re_embed=re_embed)


def open_maintainer(settings: Settings) -> AbstractContextManager[Writer]:
    """A writer that can remove and repair but not add, and needs no embedder. Raises IndexMissing, too."""
    place = place_of(settings)
    place.status()
    return place.writer(None, wait_seconds=settings.wait_seconds)


def open_assistant(settings: Settings, *, read_ahead: bool = False) -> "Assistant":
    """Opens the index that is set, with the embedder that it was made with unless another one is set.

    With `read_ahead` the models' weights and the names of units begin to be read in other threads, while this one
    does what needs none of them. Whoever needs a model waits until it is there, and is told if it cannot be read.
    """
    index = open_index(indexed_embedder(settings))
    model, words = sentence_model(), word_model()
    if isinstance(index.embedder, StaticEmbedder) and index.embedder.fingerprint == words.fingerprint:
        words = index.embedder  # weights that are loaded already
    if isinstance(index.embedder, OnnxEmbedder) and index.embedder.fingerprint == model.fingerprint:
        model = index.embedder
    reads = reader(model)
    if read_ahead:
        for load in (model.load, reads.load, units.load):
            _begin(load)
    from assistant.answering import Assistant  # takes as long to import as the weights to read

    return Assistant(
        index,
        model,
        words,
        load_calibration(),
        open_language_model(settings),
        reader=reads,
        kept=KeptVectors(),
        told_step_ms=settings.answer_step_ms,
    )


def _begin(load: Callable[[], None]) -> None:
    """In another thread. An error is told to whoever asks for what was to be loaded."""
    Thread(target=_quietly, args=(load,), name="loading").start()


def _quietly(load: Callable[[], None]) -> None:
    with suppress(EmbedderUnavailable):
        load()


def open_language_model(settings: Settings) -> LanguageModel | None:
    """The language model that writes the answers, or None where none is set."""
    if settings.llm == "none":
        return None
    from assistant.language_models import language_model

    return language_model.open_language_model(settings)


def sentence_model() -> OnnxEmbedder:
    """The bundled sentence encoder, which holds sentences against a question, whichever embedder the index has."""
    return OnnxEmbedder()


def word_model() -> StaticEmbedder:
    """The bundled model of single words, in which a word and its translation lie close."""
    return StaticEmbedder()


def reader(encoder: OnnxEmbedder) -> OnnxCrossEncoder:
    """The bundled cross-encoder, over the word pieces of the bundled sentence encoder."""
    return OnnxCrossEncoder(encoder)


def compared_with() -> str:
    """The fingerprints of the two models that sentences are compared with."""
    return f"{sentence_model().fingerprint} {word_model().fingerprint}"


def calibrated_for() -> str:
    """The fingerprints of the three models that a calibration is learned with."""
    return f"{compared_with()} {reader(sentence_model()).fingerprint}"


def read_articles(settings: Settings, paths: Sequence[Path]) -> tuple[int, Iterator[Article | ReadProblem]]:
    """How many files there are to read, and their articles and problems, lazily; of many files ahead."""
    there = [Path(os.path.abspath(path)) for path in paths]  # an article's file is named the same from wherever one is
    files, limits = count_files(there), ReadLimits(max_bytes=settings.max_article_bytes)
    if files < MANY_FILES:
        return files, read_paths_lazily(there, limits)
    from index.readers.ahead import read_ahead

    return files, read_ahead(there, limits)
