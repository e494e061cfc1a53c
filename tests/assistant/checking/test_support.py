"""What a passage does for a statement, and the thresholds by which it is believed."""

from collections.abc import Sequence

import pytest

from assistant.checking.support import CHOSEN_WITH, MAY_SUPPORT, SUPPORTS, CitedPassage, ModelLikeness, ShownPassage
from assistant.wiring import compared_with
from index.embedders.static import StaticEmbedder
from index.types import Article, Span

ARTICLE = Article("quay", "A quay", "The quay is new. It cost 30 million euros. Gulls sit there.", "en")
WHOLE = CitedPassage(ARTICLE, Span(0, len(ARTICLE.text)))


class Unlike:
    """Finds no text and no word like any other."""

    def texts(self, text: str, others: Sequence[str]) -> Sequence[float]:  # noqa: ARG002
        return [0.0] * len(others)

    words = texts


def test_the_thresholds_were_chosen_with_the_models_that_are_used() -> None:
    assert compared_with() == CHOSEN_WITH, "run: python -m benchmarks.statement_support"
    assert 0.0 < MAY_SUPPORT < SUPPORTS < 1.0


def test_a_passage_is_quoted_by_sentences_and_by_pairs_of_neighbours() -> None:
    assert ShownPassage(WHOLE, Unlike()).texts == (
        "The quay is new.",
        "It cost 30 million euros.",
        "Gulls sit there.",
        "The quay is new. It cost 30 million euros.",
        "It cost 30 million euros. Gulls sit there.",
    )


def test_the_span_is_the_likest_one_and_the_shorter_one_of_two_that_are_about_as_like() -> None:
    shown = ShownPassage(WHOLE, Unlike())
    likest = shown.support([0.1, 0.5, 0.2, 0.6, 0.1], ())
    as_like = shown.support([0.1, 0.5, 0.2, 0.52, 0.1], ())
    assert likest is not None
    assert as_like is not None
    assert (ARTICLE.text[slice(*likest.span)], likest.score) == (shown.texts[3], 0.6)
    assert (ARTICLE.text[slice(*as_like.span)], as_like.score) == (shown.texts[1], 0.52)


def test_a_passage_without_words_supports_nothing() -> None:
    assert ShownPassage(CitedPassage(ARTICLE, Span(0, 0)), Unlike()).support([], ()) is None


def test_likeness_is_the_mean_of_the_cosine_and_of_the_share_of_words() -> None:
    model = StaticEmbedder()
    likeness = ModelLikeness(model, model)
    same, other = likeness.texts("the new quay", ["the new quay", "gulls"])
    assert same == pytest.approx(1.0, abs=1e-4)
    assert other < MAY_SUPPORT
    assert likeness.texts("the new quay", []) == []
