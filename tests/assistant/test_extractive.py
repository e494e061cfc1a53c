"""One sentence is quoted where one suffices, more where others are nearly as likely, and none is made up."""

from collections.abc import Sequence
from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.calibration import Calibration
from assistant.candidates import EVIDENCE_NAMES, Candidate, Evidence
from assistant.extractive import LONGEST_QUOTE, MOST_QUOTES, Quote, part_to_quote, quoted_span, select
from assistant.quoting.reports import Reports
from index.sentences import sentences
from index.types import Article, Span

NOTHING = dict.fromkeys(EVIDENCE_NAMES, 0.0)


def calibration(answer_from: float = 0.5, also_from: float = 0.5, next_from: float = 0.05) -> Calibration:
    """Ranks by the cosine of the sentence alone, and is as sure as the logistic function of it."""
    weights = {**NOTHING, "context_cosine": 1.0}
    return Calibration(weights, weights, 0.0, answer_from, also_from, next_from, "test", {})


def evidence(cosine: float) -> Evidence:
    return Evidence(**{field.name: cosine if field.name == "context_cosine" else 0.0 for field in fields(Evidence)})


def candidates(*texts: str) -> list[Candidate]:
    return [
        Candidate(Article(id=str(place), title="", text=text), Span(0, len(text)), text, "", text, 0, 1)
        for place, text in enumerate(texts)
    ]


def test_one_quote_where_the_others_are_less_likely() -> None:
    found = candidates("The bridge opens.", "The mayor sleeps.", "It rains.")
    selection = select(found, [evidence(0.0), evidence(2.0), evidence(1.0)], calibration())
    assert [chosen.text for chosen in selection.quotes] == ["The mayor sleeps."]
    assert not selection.abstained
    assert selection.confidence == pytest.approx(1 / (1 + np.exp(-2.0)))


def test_more_quotes_where_others_are_nearly_as_likely_best_first() -> None:
    found = candidates("The bridge opens.", "The mayor sleeps.", "It rains.", "Nobody came.")
    selection = select(found, [evidence(1.9), evidence(2.0), evidence(0.1), evidence(1.8)], calibration())
    assert [chosen.text for chosen in selection.quotes] == ["The mayor sleeps.", "The bridge opens.", "Nobody came."]


def test_near_copies_are_quoted_once() -> None:
    found = candidates("The bridge opens on Monday at noon.", "The bridge opens on Monday, at noon!", "It rains.")
    selection = select(found, [evidence(2.0), evidence(2.0), evidence(1.9)], calibration())
    assert [chosen.text for chosen in selection.quotes] == ["The bridge opens on Monday at noon.", "It rains."]


def test_below_the_threshold_the_nearest_are_given_as_such() -> None:
    found = candidates("The bridge opens.", "The mayor sleeps.")
    selection = select(found, [evidence(-1.0), evidence(-3.0)], calibration())
    assert selection.abstained
    assert [chosen.text for chosen in selection.quotes] == ["The bridge opens.", "The mayor sleeps."]


def sentences_of(text: str) -> list[Candidate]:
    article = Article(id="a", title="", text=text)
    return [Candidate(article, span, text[span.start : span.end], "", text, 0, 1) for span in sentences(text)]


def test_a_sentence_is_quoted_with_the_one_that_follows_where_that_is_likely_enough() -> None:
    found = sentences_of("Denmark announced aid. It gives six ships. The sun shone.")
    first = select(found, [evidence(2.0), evidence(0.0), evidence(-9.0)], calibration())
    assert [quote.text for quote in first.quotes] == ["Denmark announced aid. It gives six ships."]
    alone = select(found, [evidence(2.0), evidence(-9.0), evidence(-9.0)], calibration())
    assert [quote.text for quote in alone.quotes] == ["Denmark announced aid."]


def test_sentences_of_two_paragraphs_are_not_quoted_as_one() -> None:
    found = sentences_of("Denmark announced aid.\nIt gives six ships.")
    selection = select(found, [evidence(2.0), evidence(1.9)], calibration())
    assert [quote.text for quote in selection.quotes] == ["Denmark announced aid.", "It gives six ships."]


def test_factors_change_the_order_but_not_whether_there_is_an_answer() -> None:
    found = candidates("The bridge opens.", "The mayor sleeps.")
    weighed = [evidence(0.6), evidence(0.5)]
    selection = select(found, weighed, calibration(), factors=np.array([1.0, 5.0]))
    assert [chosen.text for chosen in selection.quotes] == ["The mayor sleeps."]
    assert selection.confidence == select(found, weighed, calibration()).confidence


def test_likely_answers_are_arranged_and_of_the_others_the_next_best_are_offered() -> None:
    found = candidates("The bridge opens.", "The mayor sleeps.", "It rains.")
    offered: list[list[str]] = []

    def arrange(quotes: Sequence[Quote], others: Sequence[Quote]) -> Reports:
        offered.extend([quote.text for quote in group] for group in (quotes, others))
        return Reports((others[0], *quotes), frozenset({0, 1}))

    selection = select(found, [evidence(2.0), evidence(1.0), evidence(0.5)], calibration(), arrange)
    assert offered == [["The bridge opens."], ["The mayor sleeps.", "It rains."]]
    assert [quote.text for quote in selection.quotes] == ["The mayor sleeps.", "The bridge opens."]
    assert selection.differing == {0, 1}


def test_no_more_quotes_are_kept_than_are_shown_and_one_of_two_contradicts_nothing() -> None:
    found = candidates("One.", "Two.", "Three.", "Four.")
    last = frozenset({MOST_QUOTES - 1, MOST_QUOTES})
    selection = select(found, [evidence(2.0)] * 4, calibration(), lambda quotes, _: Reports(tuple(quotes), last))
    assert len(selection.quotes) == MOST_QUOTES
    assert selection.differing == frozenset()


def test_the_nearest_passages_are_not_arranged() -> None:
    def arrange(quotes: Sequence[Quote], others: Sequence[Quote]) -> Reports:
        raise AssertionError((quotes, others))

    assert select(candidates("It rains."), [evidence(-1.0)], calibration(), arrange).abstained


def test_a_quote_begins_with_the_sentence_that_names_the_speaker() -> None:
    article = Article(id="a", title="", text="The mayor came. She said so.")
    said = Candidate(article, Span(16, 28), "She said so.", "", article.text, 0, 1)
    assert Quote((said,)).text == "She said so."
    assert Quote((said,), lead=0).text == article.text


def test_nothing_found_is_an_abstention() -> None:
    assert select([], [], calibration()).abstained


def test_a_long_sentence_is_quoted_by_its_clauses() -> None:
    clause = "the council decided to mend the road, "
    text = "On Monday " + clause * 40 + "and went home."
    span = quoted_span(text, Span(0, len(text)))
    assert span.start == 0
    assert LONGEST_QUOTE - len(clause) < span.end <= LONGEST_QUOTE
    assert text[: span.end].endswith("road,")


def test_a_list_in_a_long_sentence_is_quoted_whole() -> None:
    towns = ", ".join(f"the town of {name}{'x' * 20}" for name in "ABCDEFGHIJ") + " and the village"
    before, after = "a debate that nobody had wanted to have again, " * 8, "which nobody knew, " * 9
    text = f"It was, after {before}late when the council chose {towns}, {after}it is said."
    assert len(text) > 2 * LONGEST_QUOTE - 100
    span = part_to_quote(text, Span(0, len(text)), lambda part: part.count("town"))
    assert span.end - span.start <= LONGEST_QUOTE
    assert f"the council chose {towns}," in text[span.start : span.end]


def test_a_list_that_is_too_long_is_cut_between_its_items() -> None:
    towns = ", ".join(f"the town of {name}{'x' * 40}" for name in "ABCDEFGHIJ")
    text = f"The council chose {towns} and the village."
    span = part_to_quote(text, Span(0, len(text)), lambda part: part.startswith("The council"))
    assert text[span.start : span.end].startswith("The council chose the town of A")
    assert text[: span.end].endswith("x,")


@given(
    st.text(alphabet="ab ,;:»é\n", min_size=1, max_size=3_000).map(str.strip).filter(bool),
    st.floats(min_value=0, max_value=0.999),
)
def test_a_quote_is_a_part_of_the_sentence_around_the_place(text: str, place: float) -> None:
    around = int(place * len(text))
    span = quoted_span(text, Span(0, len(text)), around)
    assert 0 <= span.start < span.end <= len(text)
    assert span.end - span.start <= LONGEST_QUOTE
    assert text[span.start : span.end] == text[span.start : span.end].strip()
    if not text[around].isspace():
        assert span.start <= around < span.end
