"""Passages embedded by the nodes of a Ray cluster; whoever builds the index writes it, and embeds questions itself."""

import importlib.util
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.errors import EmbedderUnavailable, PackageMissing
from index.types import Embedder, Progress

TEXTS_A_TASK = 32
"""A task takes about a second with the default embedder: longer than Ray needs to hand it out, and little to do again
where a node is lost."""

TASKS_A_PROCESSOR = 4
MOST_TEXTS = 65_536

LoadEmbedder = Callable[[], Embedder]


@dataclass(frozen=True, slots=True)
class RayEmbedder:
    """Made with `RayEmbedder.of`. `load` makes on a node the embedder that `local` is here."""

    local: Embedder
    load: LoadEmbedder
    address: str
    passages_at_once: int

    @classmethod
    def of(cls, local: Embedder, load: LoadEmbedder, address: str) -> "RayEmbedder":
        """Connects to the cluster. Raises PackageMissing and EmbedderUnavailable."""
        if importlib.util.find_spec("ray") is None:
            raise PackageMissing(
                "Embedding on a cluster needs the package ray, which is missing: pip install 'article-assistant[ray]'"
            )
        import ray

        try:
            ray.init(address=address, ignore_reinit_error=True, log_to_driver=False, logging_level="ERROR")
            processors = int(ray.cluster_resources().get("CPU", 1))
        except Exception as error:  # the library raises nothing more exact
            raise EmbedderUnavailable(
                f"The Ray cluster at {address!r} cannot be reached ({_first_line(error)}). "
                "Start it (ray start --head), or correct --ray: HOST:PORT of its head node, or 'auto' on a machine of "
                "the cluster."
            ) from error
        at_once = min(MOST_TEXTS, max(1, processors) * TASKS_A_PROCESSOR * TEXTS_A_TASK)
        return cls(local, load, address, at_once)

    @property
    def name(self) -> str:
        return self.local.name

    @property
    def dimension(self) -> int:
        return self.local.dimension

    @property
    def fingerprint(self) -> str:
        return self.local.fingerprint

    def embed_passages(self, texts: Sequence[str], progress: Progress | None = None) -> NDArray[np.float32]:
        """Raises EmbedderUnavailable when the cluster is gone, or when a node has another embedder of this name.

        What a node that dies had begun is given to another one, as often as it takes.
        """
        if not texts:
            return np.empty((0, self.dimension), dtype=np.float32)
        import ray

        task = ray.remote(num_cpus=1, max_retries=-1, scheduling_strategy="SPREAD")(embed_on_node)
        load = ray.put(self.load)
        parts = [list(texts[first : first + TEXTS_A_TASK]) for first in range(0, len(texts), TEXTS_A_TASK)]
        try:
            wanted = [task.remote(self.fingerprint, load, part) for part in parts]
            waiting: list[Any] = list(wanted)
            while waiting:
                done, waiting = ray.wait(waiting, num_returns=1)
                if progress:
                    progress(len(texts) * (len(wanted) - len(waiting)) // len(wanted), len(texts))
                del done
            results = ray.get(wanted)
        except (ray.exceptions.RayError, ConnectionError) as error:
            raise EmbedderUnavailable(
                f"The Ray cluster at {self.address!r} could not embed ({_first_line(error)}). Every node needs this "
                "program and its embedder; look into the logs of Ray. Then run the command again: what was stored is "
                "not embedded again."
            ) from error
        others = {fingerprint for fingerprint, _ in results} - {self.fingerprint}
        if others:
            raise EmbedderUnavailable(
                f"A node of the Ray cluster at {self.address!r} has another version of the embedder {self.name!r} "
                f"(fingerprint {min(others)}, here {self.fingerprint}). Install the same version of this program "
                "and of its packages everywhere."
            )
        return np.concatenate([vectors for _, vectors in results])

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self.local.embed_queries(texts)


_loaded: dict[str, Embedder] = {}
"""Of this process, which is one of a node's workers: loaded once, whatever number of tasks it gets."""


def embed_on_node(wanted: str, load: LoadEmbedder, texts: list[str]) -> tuple[str, NDArray[np.float32]]:
    """The fingerprint of the node's embedder, and the vectors of the texts in their order. `wanted` is the fingerprint
    that it should have."""
    if wanted not in _loaded:
        _loaded.clear()
        _loaded[wanted] = load()
    return _loaded[wanted].fingerprint, _loaded[wanted].embed_passages(texts)


def _first_line(error: Exception) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__)[:200]
