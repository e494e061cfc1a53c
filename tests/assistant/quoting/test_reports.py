"""Each report is quoted once, whatever its language; those that contradict each other stand side by side."""

from assistant.candidates import Candidate
from assistant.extractive import Quote
from assistant.quoting.reports import CHOSEN_WITH, SAME_FIGURE_FROM, SAME_REPORT_FROM, Reports, distinct_reports
from assistant.wiring import compared_with
from index.embedders.onnx import OnnxEmbedder
from index.embedders.static import StaticEmbedder
from index.types import Article, Span


def quote(text: str, language: str = "en", date: str | None = None, article: str | None = None) -> Quote:
    """The only sentence of an article, which is called like it unless `article` is given."""
    whole = Article(article or text, "", text, language, date)
    return Quote((Candidate(whole, Span(0, len(text)), text, "", text, 0, 1),))


ENGLISH = quote("Berlin will send four air defence systems to Ukraine.")
FRENCH = quote("Berlin enverra quatre systèmes de défense aérienne à l'Ukraine.", "fr")
BOTH = quote("Berlin schickt der Ukraine vier Flugabwehrsysteme und 10.000 Granaten.", "de")
RAIN = quote("It rained in Lisbon for three days.")
TWELVE = quote("Twelve people died in the flood.", date="2025-03-03")
FIFTEEN = quote("Fifteen people died in the flood, firemen say.", date="2025-03-06")
FIFTEEN_AGAIN = quote("Fifteen people have died in the flood.", date="2025-03-07")


def arranged(
    model: OnnxEmbedder,
    words: StaticEmbedder,
    *quotes: Quote,
    others: tuple[Quote, ...] = (),
    language: str = "en",
) -> Reports:
    return distinct_reports(quotes, others, language, model, words, days_matter=False)


def test_the_thresholds_were_chosen_with_the_models_that_are_used() -> None:
    assert compared_with() == CHOSEN_WITH, "run: python -m benchmarks.same_reports"
    assert 0.0 < SAME_FIGURE_FROM < SAME_REPORT_FROM < 1.0


def test_a_report_in_two_languages_is_quoted_once_in_that_of_the_question(
    model: OnnxEmbedder, words: StaticEmbedder
) -> None:
    for language, kept in (("en", ENGLISH), ("fr", FRENCH), ("es", FRENCH)):
        assert arranged(model, words, FRENCH, RAIN, ENGLISH, language=language) == Reports((kept, RAIN))


def test_of_the_same_report_the_one_that_tells_more_figures_is_quoted(
    model: OnnxEmbedder, words: StaticEmbedder
) -> None:
    assert arranged(model, words, ENGLISH, BOTH).quotes == (BOTH,)


def test_the_same_words_are_quoted_once(model: OnnxEmbedder, words: StaticEmbedder) -> None:
    copy = quote(ENGLISH.text + "!", article="copy")
    assert arranged(model, words, ENGLISH, copy).quotes == (ENGLISH,)


def test_a_copy_with_another_figure_is_another_report(model: OnnxEmbedder, words: StaticEmbedder) -> None:
    told = "The fire brigade of the lower town counts {} houses that the flood has damaged since Sunday night."
    first, then = quote(told.format(30), date="2025-03-03"), quote(told.format(45), date="2025-03-06")
    assert arranged(model, words, first, then) == Reports((then, first), frozenset({0, 1}))


def test_two_sentences_of_one_article_are_two_reports(model: OnnxEmbedder, words: StaticEmbedder) -> None:
    one, two = (
        quote(text, article="same")
        for text in ("Berlin sends four systems to Ukraine.", "Berlin sends Ukraine four more systems for defence.")
    )
    assert arranged(model, words, one, two).quotes == (one, two)


def test_contradicting_reports_stand_together_the_newest_first(model: OnnxEmbedder, words: StaticEmbedder) -> None:
    assert arranged(model, words, TWELVE, RAIN, FIFTEEN) == Reports((FIFTEEN, TWELVE, RAIN), frozenset({0, 1}))


def test_what_contradicts_a_likely_answer_is_shown_even_if_it_is_less_likely(
    model: OnnxEmbedder, words: StaticEmbedder
) -> None:
    found = arranged(model, words, RAIN, TWELVE, others=(FRENCH, FIFTEEN))
    assert found == Reports((RAIN, FIFTEEN, TWELVE), frozenset({1, 2}))


def test_of_reports_that_tell_the_same_figure_the_newest_stands_against_the_other(
    model: OnnxEmbedder, words: StaticEmbedder
) -> None:
    assert arranged(model, words, FIFTEEN, FIFTEEN_AGAIN, TWELVE).quotes == (FIFTEEN_AGAIN, TWELVE)
    assert arranged(model, words, TWELVE, others=(FIFTEEN, FIFTEEN_AGAIN)).quotes == (FIFTEEN_AGAIN, TWELVE)


def test_one_article_does_not_contradict_itself(model: OnnxEmbedder, words: StaticEmbedder) -> None:
    one, two = (
        quote(text, article="same")
        for text in ("Twelve people died in the flood.", "Fifteen people died in the flood, firemen say.")
    )
    assert arranged(model, words, one, two) == Reports((one, two))


def test_nothing_is_made_of_nothing(model: OnnxEmbedder, words: StaticEmbedder) -> None:
    assert arranged(model, words) == Reports(())
