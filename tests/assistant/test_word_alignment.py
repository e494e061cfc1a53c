"""A question's words are found in a text by themselves, by their translation, and by their weight."""

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from assistant.word_alignment import QuestionWords
from index.embedders.static import StaticEmbedder

VECTORS = {
    "troops": [2.0, 0.0, 0.0],
    "soldats": [3.0, 0.0, 0.0],  # the same direction: a translation
    "ships": [0.0, 2.0, 0.0],
    "the": [0.0, 0.0, 0.1],
}


class TableOfVectors:
    """The vectors of a table; a word that is not in it has none."""

    def word_vectors(self, words: Sequence[str]) -> NDArray[np.float32]:
        return np.array([VECTORS.get(word, [0.0, 0.0, 0.0]) for word in words], dtype=np.float32)

    def known_whole(self, words: Sequence[str]) -> NDArray[np.bool_]:
        return np.array([word in VECTORS for word in words], dtype=bool)


def coverage_of(question: str, text: str) -> tuple[float, float]:
    coverage = QuestionWords(question, TableOfVectors(), [text]).coverage(text)
    return coverage.mean, coverage.weakest


def test_a_translation_covers_a_word() -> None:
    mean, weakest = coverage_of("troops", "des soldats")
    assert (mean, weakest) == pytest.approx((1.0, 1.0))


def test_words_weigh_as_much_as_their_vectors_are_long() -> None:
    mean, weakest = coverage_of("the troops ships", "des soldats")
    assert mean == pytest.approx(2.0 / 4.1)
    assert weakest == pytest.approx(0.0)


def test_a_word_covers_itself_whatever_its_vector_case_and_accents() -> None:
    mean, weakest = coverage_of("the Elysée ships", "ELYSEE, the ships")
    assert (mean, weakest) == pytest.approx((1.0, 1.0))


def test_a_text_without_words_covers_nothing() -> None:
    assert coverage_of("troops", "…") == (0.0, 0.0)
    assert coverage_of("?", "des soldats") == (0.0, 0.0)


@pytest.mark.parametrize(
    ("question", "told", "not_told"),
    [
        ("which weapons did they buy?", "Ils ont acheté des armes.", "Ils ont chanté une chanson."),
        ("Wann beginnt die Schule?", "School starts in September.", "The dog sleeps under the table."),
        ("¿Dónde está el hospital?", "L’hôpital se trouve près de la gare.", "Il aime beaucoup le chocolat."),
    ],
)
def test_the_bundled_model_covers_across_languages(question: str, told: str, not_told: str) -> None:
    words = QuestionWords(question, StaticEmbedder(), [told, not_told])
    assert words.coverage(told).mean > words.coverage(not_told).mean + 0.15


def test_a_form_of_a_word_meets_the_word_in_the_questions_language() -> None:
    plain = QuestionWords("cheval", TableOfVectors(), ["Ils achètent des chevaux."])
    french = QuestionWords("cheval", TableOfVectors(), ["Ils achètent des chevaux."], "fr")
    assert plain.related("Ils achètent des chevaux.").tolist() == [0.0]
    assert french.related("Ils achètent des chevaux.").tolist() == [1.0]


@pytest.mark.parametrize(
    ("question", "told", "not_told"),
    [
        ("What did Director Babalurap say?", "said Director Babalurap on Monday", "said Director Babakilu on Monday"),
        ("Que dit Zelensky ?", "Selenskyj sprach am Montag.", "Pistorius sprach am Montag."),
        ("who paid €730000252?", "it was 730 000 252 euros", "it was 730 000 161 euros"),
        ("what happened in 1863?", "Es geschah 1863.", "Es geschah 1864."),
    ],
)
def test_a_name_or_figure_is_not_met_by_another_that_is_spelled_with_the_same_pieces(
    question: str, told: str, not_told: str
) -> None:
    words = QuestionWords(question, StaticEmbedder(), [told, not_told])
    assert words.coverage(told).mean > words.coverage(not_told).mean + 0.15
