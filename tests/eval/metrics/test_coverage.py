"""What quotes hold of gold spans, worked by hand and against sets of positions on random cases."""

import random

import pytest

from assistant.types import Citation
from eval.gold import FoundGold
from eval.metrics.coverage import Coverage, coverage
from index.types import Span


def quote(article: str, start: int, end: int, number: int = 1) -> Citation:
    return Citation(number, article, article, None, None, start, end, "x" * (end - start), "en")


def gold(article: str, start: int, end: int, number: int = 0, region: bool = False) -> FoundGold:
    return FoundGold(article, Span(start, end), 1, number, region)


@pytest.mark.parametrize(
    ("quotes", "found"),
    [
        ([quote("a", 10, 30)], Coverage(1.0, True, 0.0)),
        ([quote("a", 0, 40)], Coverage(1.0, True, 0.5)),
        ([quote("a", 20, 60)], Coverage(0.5, True, 0.75)),
        ([quote("a", 21, 61)], Coverage(0.45, False, 31 / 40)),
        ([quote("a", 10, 15), quote("a", 25, 30)], Coverage(0.5, True, 0.0)),
        ([quote("a", 10, 20), quote("a", 10, 20)], Coverage(0.5, True, 0.0)),
        ([quote("b", 10, 30)], Coverage(0.0, False, 1.0)),
        ([], Coverage(0.0, False, 0.0)),
    ],
)
def test_coverage_worked_by_hand(quotes: list[Citation], found: Coverage) -> None:
    told = coverage(quotes, [gold("a", 10, 30)])
    assert told is not None
    assert told.held == pytest.approx(found.held)
    assert told.right is found.right
    assert told.surplus == pytest.approx(found.surplus)


def test_any_one_of_several_gold_spans_is_enough() -> None:
    told = coverage([quote("a", 50, 60), quote("b", 0, 10)], [gold("a", 0, 20, 0), gold("a", 50, 60, 1)])
    assert told == Coverage(1.0, True, 0.5)


def test_a_quote_within_a_reference_context_is_right_and_has_no_surplus() -> None:
    assert coverage([quote("a", 100, 140)], [gold("a", 0, 1000, region=True)]) == Coverage(1.0, True, 0.0)
    assert coverage([quote("a", 970, 1070)], [gold("a", 0, 1000, region=True)]) == Coverage(0.3, False, 0.7)


def test_whole_articles_say_nothing_of_quotes() -> None:
    assert coverage([quote("a", 0, 9)], [FoundGold("a", None, 1, 0)]) is None
    assert coverage([quote("a", 0, 9)], []) is None


def test_random_quotes_hold_what_their_positions_share() -> None:
    chance = random.Random(5)
    for _ in range(3000):
        quotes = [
            quote(chance.choice("ab"), start := chance.randrange(100), start + chance.randint(1, 60))
            for _ in range(chance.randint(1, 4))
        ]
        spans = [
            gold(chance.choice("ab"), start := chance.randrange(100), start + chance.randint(1, 60), number)
            for number in range(chance.randint(1, 4))
        ]
        quoted = {(one.article, place) for one in quotes for place in range(one.start, one.end)}
        wanted = [{(one.article, place) for place in range(*(one.span or (0, 0)))} for one in spans]
        told = coverage(quotes, spans)
        assert told is not None
        assert told.held == pytest.approx(max(len(quoted & places) / len(places) for places in wanted))
        assert told.surplus == pytest.approx(len(quoted - set().union(*wanted)) / len(quoted))
        assert told.right == (told.held >= 0.5)
