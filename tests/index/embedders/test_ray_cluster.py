"""Passages are dealt out to a cluster and come back in order; what goes wrong there is said. `ray` is a stand-in here
that works in this process: two real nodes, one of them killed, are in `benchmarks/ray_build.py`."""

import sys
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from index.embedders import ray_cluster
from index.embedders.ray_cluster import TEXTS_A_TASK, RayEmbedder
from index.errors import EmbedderUnavailable, PackageMissing
from tests.fakes import WordEmbedder

TEXTS = [f"ship number {number}" for number in range(2 * TEXTS_A_TASK + 5)]


class RayError(Exception):
    """As Ray's own."""


class Task:
    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function

    def remote(self, *given: Any) -> Callable[[], Any]:
        return lambda: self.function(*given)


class StandIn(ModuleType):
    """Runs each task when its result is asked for."""

    def __init__(self) -> None:
        super().__init__("ray")
        self.exceptions = ModuleType("ray.exceptions")
        self.exceptions.RayError = RayError  # type: ignore[attr-defined]
        self.refuses = False
        self.tasks = 0

    def init(self, **_given: Any) -> None:
        if self.refuses:
            raise ConnectionError("nobody there\nand more")

    def cluster_resources(self) -> dict[str, float]:
        return {"CPU": 6.0}

    def remote(self, **given: Any) -> Callable[[Callable[..., Any]], Task]:
        assert given["max_retries"] == -1  # as often as nodes die
        return Task

    def put(self, value: Any) -> Any:
        return value

    def wait(self, waiting: list[Any], num_returns: int) -> tuple[list[Any], list[Any]]:
        self.tasks += num_returns
        return waiting[:num_returns], waiting[num_returns:]

    def get(self, wanted: Sequence[Callable[[], Any]]) -> list[Any]:
        try:
            return [each() for each in wanted]
        except RuntimeError as error:
            raise RayError(str(error)) from error


@pytest.fixture
def ray(monkeypatch: pytest.MonkeyPatch) -> StandIn:
    stand_in = StandIn()
    monkeypatch.setitem(sys.modules, "ray", stand_in)
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: object())
    monkeypatch.setattr(ray_cluster, "_loaded", {})
    return stand_in


def test_vectors_come_in_the_order_of_the_texts_and_in_tasks_of_a_bounded_size(ray: StandIn) -> None:
    embedder = RayEmbedder.of(WordEmbedder(), WordEmbedder, "auto")
    told: list[tuple[int, int | None]] = []
    vectors = embedder.embed_passages(TEXTS, lambda done, total: told.append((done, total)))
    assert np.array_equal(vectors, WordEmbedder().embed_passages(TEXTS))
    assert ray.tasks == 3
    assert told[-1] == (len(TEXTS), len(TEXTS))
    assert embedder.embed_passages([]).shape == (0, 64)


def test_it_is_the_embedder_that_is_here(ray: StandIn) -> None:
    embedder = RayEmbedder.of(WordEmbedder(), WordEmbedder, "auto")
    assert (embedder.name, embedder.dimension, embedder.fingerprint) == ("words", 64, "words:64")
    assert np.array_equal(embedder.embed_queries(TEXTS[:2]), WordEmbedder().embed_queries(TEXTS[:2]))
    assert embedder.passages_at_once == 6 * ray_cluster.TASKS_A_PROCESSOR * TEXTS_A_TASK
    assert ray.tasks == 0


@pytest.mark.usefixtures("ray")
def test_another_embedder_on_a_node_is_refused() -> None:
    embedder = RayEmbedder.of(WordEmbedder(), _other, "auto")
    with pytest.raises(EmbedderUnavailable, match=r"fingerprint other:64, here words:64"):
        embedder.embed_passages(["Ships."])


def _other() -> WordEmbedder:
    return WordEmbedder(name="other")


def test_what_fails_there_is_told_with_the_next_step(ray: StandIn) -> None:
    embedder = RayEmbedder.of(WordEmbedder(), _broken, "auto")
    with pytest.raises(EmbedderUnavailable, match=r"no weights.*Then run the command again"):
        embedder.embed_passages(["Ships."])
    ray.refuses = True
    with pytest.raises(EmbedderUnavailable, match=r"'there:1' cannot be reached \(nobody there\).*--ray"):
        RayEmbedder.of(WordEmbedder(), WordEmbedder, "there:1")


def _broken() -> WordEmbedder:
    raise RuntimeError("no weights")


def test_without_the_package_its_install_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    with pytest.raises(PackageMissing, match=r"pip install 'article-assistant\[ray\]'"):
        RayEmbedder.of(WordEmbedder(), WordEmbedder, "auto")
