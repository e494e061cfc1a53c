"""Quotes of one place in an article become one."""

from assistant.candidates import Candidate
from assistant.extractive import Quote, Selection
from assistant.quoting.joining import joined
from index.sentences import sentences
from index.types import Article

TEXT = "The bridge is new. It is long. Gulls sit there.\nThe mayor sleeps."
ARTICLE = Article("a", "", TEXT)
PARTS = [Candidate(ARTICLE, span, TEXT[span.start : span.end], "", TEXT, 0, 1) for span in sentences(TEXT)]
BRIDGE, LONG, GULLS, MAYOR = (Quote((part,)) for part in PARTS)


def texts(*quotes: Quote, differing: frozenset[int] = frozenset()) -> list[str]:
    return [quote.text for quote in joined(Selection(quotes, False, 1.0, differing)).quotes]


def test_neighbours_are_one_quote_in_the_order_of_the_text() -> None:
    assert texts(LONG, MAYOR, BRIDGE) == ["The bridge is new. It is long.", "The mayor sleeps."]
    assert texts(GULLS, MAYOR, BRIDGE, LONG) == ["The bridge is new. It is long. Gulls sit there.", "The mayor sleeps."]


def test_a_quote_that_lies_in_another_one_is_left_out() -> None:
    with_lead = Quote((PARTS[1],), lead=PARTS[0].span.start)
    assert texts(BRIDGE, with_lead) == ["The bridge is new. It is long."]
    assert texts(with_lead, BRIDGE) == ["The bridge is new. It is long."]


def test_what_is_too_long_together_stays_apart() -> None:
    text = f"{'The bridge is ' + 'very ' * 50}long. {'The mayor is ' + 'very ' * 50}old."
    article = Article("b", "", text)
    quotes = [
        Quote((Candidate(article, span, text[span.start : span.end], "", text, 0, 1),)) for span in sentences(text)
    ]
    assert texts(*quotes) == [quote.text for quote in quotes]


def test_quotes_that_contradict_others_stay_apart() -> None:
    other = Quote((Candidate(Article("b", "", "It is short."), PARTS[0].span, "It is short.", "", "", 0, 1),))
    selection = joined(Selection((other, LONG, BRIDGE), False, 1.0, frozenset({0, 1})))
    assert selection.quotes == (other, LONG, BRIDGE)
    assert selection.differing == {0, 1}


def test_the_places_of_contradicting_quotes_move_with_them() -> None:
    other = Quote((Candidate(Article("b", "", "It is short."), PARTS[0].span, "It is short.", "", "", 0, 1),))
    selection = joined(Selection((BRIDGE, Quote((PARTS[0],)), MAYOR, other), False, 1.0, frozenset({2, 3})))
    assert selection.quotes == (BRIDGE, MAYOR, other)
    assert selection.differing == {1, 2}
