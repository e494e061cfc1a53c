"""A few parallel texts."""

import random

import pytest

from index.training.pairs import Pair
from index.training.reading.corpus import Corpus

SENTENCES = [
    ("Tom bought three red apples on Monday.", "Tom a acheté trois pommes rouges lundi."),
    ("Mary wrote two long letters to the mayor.", "Mary a écrit deux longues lettres au maire."),
    ("The train to Paris leaves on Friday because of the strike.", "Le train pour Paris part vendredi."),
    ("Tom sold seven old bicycles in April.", "Tom a vendu sept vieux vélos en avril."),
    ("The bakery opened a second shop near the harbour.", "La boulangerie a ouvert un second magasin."),
]


@pytest.fixture(scope="session")
def corpus() -> Corpus:
    pairs = [Pair(*texts, "fr", "tatoeba-fr", place) for place, texts in enumerate(SENTENCES)]
    pairs += [Pair("Do you like the red apples?", "Aimes-tu les pommes rouges ?", "fr", "tatoeba-fr", 9)]
    return Corpus(pairs, random.Random(1))
