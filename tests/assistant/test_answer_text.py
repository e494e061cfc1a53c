"""The frame around quotes says whether they answer, whether they contradict each other, and where asked from when."""

from dataclasses import replace

from assistant.answer_text import quoted_text
from index.types import Article
from tests.fakes import cite

OLD = Article("old", "Old", "Twelve people\ndied.", "en", "2025-03-03")
NEW = Article("new", "New", "Fifteen people died.", "en", "2025-03-06")
CITED = (cite(NEW, "Fifteen people died.", 1), cite(OLD, "Twelve people\ndied.", 2))


def test_quotes_stand_on_one_line_each_with_their_numbers() -> None:
    assert quoted_text(CITED, "en", abstained=False) == (
        "The articles say:\n\n“Fifteen people died.” [1]\n\n“Twelve people died.” [2]"
    )


def test_dates_are_written_in_the_language_of_the_question() -> None:
    assert quoted_text(CITED[:1], "fr", abstained=False, dated=True) == (
        "Les articles disent\u00a0:\n\n«\u00a0Fifteen people died.\u00a0» (6 mars 2025) [1]"
    )


def test_quotes_that_contradict_each_other_are_led_in_with_their_dates() -> None:
    also = cite(Article("rain", "Rain", "It rained.", "en", "2025-03-07"), "It rained.", 3)
    assert quoted_text((*CITED, also), "de", abstained=False, differing={1, 2}) == (
        "Darin widersprechen die Artikel einander; der neueste zuerst:\n\n"
        "„Fifteen people died.“ (6. März 2025) [1]\n\n„Twelve people died.“ (3. März 2025) [2]\n\n"
        "Außerdem:\n\n„It rained.“ [3]"
    )
    first = replace(also, number=1)
    moved = [replace(cited, number=cited.number + 1) for cited in CITED]
    assert quoted_text((first, *moved), "es", abstained=False, differing={2, 3}) == (
        "Los artículos dicen:\n\n«It rained.» [1]\n\n"
        "En esto los artículos se contradicen; primero el más reciente:\n\n"
        "«Fifteen people died.» (6 de marzo de 2025) [2]\n\n«Twelve people died.» (3 de marzo de 2025) [3]"
    )


def test_one_that_is_left_of_two_contradicts_nothing() -> None:
    assert quoted_text(CITED[:1], "en", abstained=False, differing={1, 2}) == (
        "The articles say:\n\n“Fifteen people died.” [1]"
    )


def test_what_is_no_date_stays_as_it_is() -> None:
    cited = replace(CITED[0], date="spring")
    assert "(spring) [1]" in quoted_text([cited], "en", abstained=False, dated=True)


def test_the_nearest_passages_are_no_answer_and_have_no_dates() -> None:
    assert quoted_text(CITED[:1], "en", abstained=True, differing={1, 2}, dated=True) == (
        "The articles do not tell.\n\nThe nearest passages, which may not answer the question:\n\n"
        "“Fifteen people died.” [1]"
    )
    assert quoted_text((), "en", abstained=True) == "The articles do not tell."
