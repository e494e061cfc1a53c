"""Likeness is the mean of two models' views, the same both ways."""

import numpy as np
import pytest

from assistant.quoting.likeness import likenesses
from assistant.word_alignment import QuestionWords
from index.embedders.static import StaticEmbedder

TEXTS = ["The bridge opens on Monday.", "Le pont ouvre lundi.", "Gulls eat fish."]


@pytest.fixture(scope="module")
def model() -> StaticEmbedder:
    return StaticEmbedder()


def test_a_translation_is_more_like_than_another_topic(model: StaticEmbedder) -> None:
    alike = likenesses(TEXTS, ["en", "fr", "en"], model, model)
    assert alike.shape == (3, 3)
    assert alike == pytest.approx(alike.T)
    assert np.diag(alike) == pytest.approx([1, 1, 1], abs=1e-5)
    assert alike[0, 1] > 0.5 > alike[0, 2]


def test_it_is_the_mean_of_the_cosine_and_of_the_words_that_are_met_both_ways(model: StaticEmbedder) -> None:
    texts, languages = ["new bridge", "neue Brücke"], ["und", "und"]
    vectors = model.embed_passages(texts)
    met = [QuestionWords(one, model, [other]).coverage(other).mean for one, other in (texts, list(reversed(texts)))]
    wanted = (float(vectors[0] @ vectors[1]) + sum(met) / 2) / 2
    assert likenesses(texts, languages, model, model)[0, 1] == pytest.approx(wanted, abs=1e-5)


def test_no_texts_have_no_likeness(model: StaticEmbedder) -> None:
    assert likenesses([], [], model, model).shape == (0, 0)
