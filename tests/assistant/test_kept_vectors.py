"""Vectors are made once for each text of an article, and no more are kept than there is room for."""

import threading
from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from assistant.candidates import candidates, weigh
from assistant.kept_vectors import KeptVectors, Part
from index.embedders.static import StaticEmbedder
from index.embedders.token_states import TokenStates
from index.types import Progress
from tests.assistant.test_candidates import HITS, MODEL, read

Vectors = NDArray[np.float32]
QUAY: Part = ("quay.txt", "Five pounds.", "alone")
FERRY: Part = ("ferry.txt", "Twelve euros.", "alone")


class Maker:
    """Makes a vector of the place that it is asked for, and records the places."""

    def __init__(self) -> None:
        self.made: list[list[int]] = []

    def __call__(self, places: list[int]) -> Sequence[Vectors]:
        self.made.append(places)
        return [np.full(4, place, dtype=np.float32) for place in places]


def test_what_is_kept_is_not_made_again() -> None:
    kept, make = KeptVectors(), Maker()
    assert [vectors[0] for vectors in kept.vectors([QUAY, FERRY], make)] == [0, 1]
    assert [vectors[0] for vectors in kept.vectors([FERRY, QUAY, FERRY], make)] == [1, 0, 1]
    assert make.made == [[0, 1]]
    assert kept.size == 32


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(("other.txt", "Five pounds.", "alone"), id="the same words in another article"),
        pytest.param(("quay.txt", "Six pounds.", "alone"), id="other words"),
        pytest.param(("quay.txt", "Five pounds.", ((0, 4),)), id="another part"),
        pytest.param(("quay.txt Five", "pounds.", "alone"), id="the same letters"),
    ],
)
def test_nothing_else_is_taken_for_it(other: Part) -> None:
    kept, make = KeptVectors(), Maker()
    kept.vectors([QUAY], make)
    kept.vectors([other], make)
    assert make.made == [[0], [0]]


def test_the_least_recently_used_go_when_there_is_no_more_room() -> None:
    kept, make = KeptVectors(most_bytes=32), Maker()
    kept.vectors([QUAY, FERRY], make)
    kept.vectors([QUAY], make)
    kept.vectors([("third.txt", "One krone.", "alone")], make)
    kept.vectors([QUAY], make)
    assert make.made == [[0, 1], [0]]
    kept.vectors([FERRY], make)
    assert make.made == [[0, 1], [0], [0]]
    assert kept.size == 32


def test_a_part_of_a_large_array_does_not_keep_all_of_it() -> None:
    kept = KeptVectors()
    kept.vectors([QUAY], lambda _: list(np.zeros((1000, 4), dtype=np.float32)[:1]))
    (found,) = kept.vectors([QUAY], Maker())
    assert found.base is None


def test_threads_that_meet_at_the_same_text_get_the_same() -> None:
    kept, both = KeptVectors(), threading.Barrier(2, timeout=60)
    found: list[float] = []

    def make(places: list[int]) -> Sequence[Vectors]:
        both.wait()
        return [np.full(4, 7, dtype=np.float32) for _ in places]

    threads = [threading.Thread(target=lambda: found.append(kept.vectors([QUAY], make)[0][0])) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [7, 7]
    assert kept.size == 16


def test_evidence_is_the_same_with_them_and_passages_are_embedded_once() -> None:
    class Counting(StaticEmbedder):
        texts = 0

        def token_states(self, texts: Sequence[str]) -> list[TokenStates]:
            self.texts += len(texts)
            return super().token_states(texts)

        def embed_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
            self.texts += len(texts)
            return super().embed_passages(texts, progress)

    found, model, kept = candidates(HITS, read), Counting(), KeptVectors()
    embedded = []
    for question in ("what does the ferry cost?", "when does it sail?"):
        model.texts = 0
        assert weigh(question, found, model, MODEL, kept=kept) == weigh(question, found, MODEL, MODEL)
        embedded.append(model.texts)
    assert embedded == [3, 1]  # the question and two passages, then the question alone
