"""Weights between start and end: each part of the network takes its own share of the start."""

import numpy as np

from index.training.mixing import ROWS, StartShares, mixed

TRAINED = {ROWS: np.ones((4, 2), np.float32), "layer.weight": np.full((2, 2), 10.0, np.float32)}
START = {ROWS: np.zeros((4, 2), np.float32), "layer.weight": np.zeros((2, 2), np.float32)}


def test_network_pieces_and_words_take_their_own_shares_of_the_start() -> None:
    found = mixed(TRAINED, START, pieces=3, shares=StartShares(network=0.5, pieces=0.25, words=0.0))
    np.testing.assert_allclose(found[ROWS][:, 0], [0.75, 0.75, 0.75, 1.0])
    np.testing.assert_allclose(found["layer.weight"], np.full((2, 2), 5.0))
    assert all(weight.dtype == np.float32 for weight in found.values())


def test_nothing_of_the_start_leaves_the_trained_weights_as_they_are() -> None:
    found = mixed(TRAINED, START, pieces=3, shares=StartShares())
    for name, weight in TRAINED.items():
        np.testing.assert_array_equal(found[name], weight)
