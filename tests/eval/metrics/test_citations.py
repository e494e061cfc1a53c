"""Citation precision and recall by gold spans, worked by hand."""

import pytest

from assistant.types import Answer, Citation, Statement
from eval.gold import FoundGold
from eval.metrics.citations import CitationFigures, citation_figures
from index.types import Span

GOLD = [FoundGold("a", Span(0, 20), 1, 0), FoundGold("a", Span(50, 70), 1, 1)]


def answer(
    quotes: list[tuple[str, int, int]], statements: list[tuple[int, ...]] | None = None, abstained: bool = False
) -> Answer:
    citations = tuple(
        Citation(number, article, article, None, None, start, end, "x" * (end - start), "en")
        for number, (article, start, end) in enumerate(quotes, start=1)
    )
    return Answer(
        question="q",
        searched_for="q",
        language="en",
        text="t",
        abstained=abstained,
        citations=citations,
        passages=(),
        mode="extractive" if statements is None else "llm",
        index_generation=1,
        statements=tuple(Statement("s", numbers, True) for numbers in statements or ()),
    )


RIGHT, OTHER_RIGHT, WRONG, ELSEWHERE = ("a", 0, 30), ("a", 55, 75), ("a", 25, 45), ("b", 0, 20)


@pytest.mark.parametrize(
    ("told", "precision", "recall"),
    [
        (answer([RIGHT]), 1, 1),
        (answer([RIGHT, OTHER_RIGHT, WRONG, ELSEWHERE]), 1 / 2, 1 / 2),
        (answer([WRONG]), 0, 0),
        (answer([RIGHT, WRONG], [(1, 2), (2,), ()]), 1 / 3, 1 / 3),
        (answer([RIGHT, OTHER_RIGHT], [(1, 2), (2,)]), 1, 1),
        (answer([RIGHT, WRONG], [(1, 2), (1, 2)]), 1 / 2, 1),
        (answer([RIGHT], [()]), None, 0),
        (answer([]), None, None),
        (answer([RIGHT], abstained=True), None, None),
    ],
)
def test_citations_worked_by_hand(told: Answer, precision: float | None, recall: float | None) -> None:
    assert citation_figures(told, GOLD) == CitationFigures(precision, recall)


def test_any_quote_of_an_article_that_is_gold_as_a_whole_is_right() -> None:
    assert citation_figures(answer([WRONG, ELSEWHERE]), [FoundGold("a", None, 1, 0)]) == CitationFigures(0.5, 0.5)


def test_without_gold_there_is_nothing_to_say() -> None:
    assert citation_figures(answer([RIGHT]), []) == CitationFigures(None, None)
