"""Retrieval figures against worked examples, and on thousands of random rankings against their definitions.

The figures themselves come from trec_eval; what is computed here is computed from the published definitions.
"""

import math
import random
from collections.abc import Sequence

import pytest

from assistant.types import PassageReference
from eval.gold import FoundGold
from eval.metrics.retrieval import CUTS, article_figures, passage_figures, rank_of_first, ranking_figures
from index.types import Span


def passage(article: str, start: int = 0, end: int = 100) -> PassageReference:
    return PassageReference(article, start, end, 1.0)


def gold(article: str, start: int | None = None, end: int | None = None, number: int = 0, grade: int = 1) -> FoundGold:
    span = None if start is None or end is None else Span(start, end)
    return FoundGold(article, span, grade, number)


def dcg(gains: Sequence[float]) -> float:
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, start=1))


def by_definition(ranked: Sequence[str], grades: dict[str, int], cut: int) -> dict[str, float]:
    """Hit, recall and nDCG (gain = grade, discount = log2(rank + 1)) of the first `cut`."""
    first = ranked[:cut]
    held = [name for name in first if name in grades]
    ideal = dcg(sorted(grades.values(), reverse=True)[:cut])
    return {
        "hit": float(bool(held)),
        "recall": len(held) / len(grades),
        "ndcg": dcg([grades.get(name, 0) for name in first]) / ideal,
    }


def test_random_rankings_have_the_figures_of_the_definitions() -> None:
    chance = random.Random(7)
    names = [f"article {number}" for number in range(25)]
    for _ in range(4000):
        ranked = chance.sample(names, chance.randint(0, 15))
        grades = {name: chance.randint(1, 3) for name in chance.sample(names, chance.randint(1, 8))}
        figures = ranking_figures("article", ranked, grades)
        first = next((rank for rank, name in enumerate(ranked, start=1) if name in grades), None)
        assert figures["article mrr"] == pytest.approx(1 / first if first else 0)
        for cut in CUTS:
            for measure, value in by_definition(ranked, grades, cut).items():
                assert figures[f"article {measure}@{cut}"] == pytest.approx(value), (ranked, grades, measure, cut)


def test_figures_of_articles_worked_by_hand() -> None:
    passages = [passage("b"), passage("a"), passage("b", 200, 300), passage("c")]
    figures = article_figures(passages, [gold("a", number=0, grade=2), gold("c", number=1), gold("d", number=2)])
    assert figures["article mrr"] == pytest.approx(1 / 2)
    assert (figures["article hit@1"], figures["article hit@3"]) == (0, 1)
    assert figures["article recall@3"] == pytest.approx(2 / 3)  # the articles are b, a, c
    ideal = 2 / 1 + 1 / math.log2(3) + 1 / math.log2(4)
    assert figures["article ndcg@3"] == pytest.approx((2 / math.log2(3) + 1 / math.log2(4)) / ideal)


def test_figures_of_passages_worked_by_hand() -> None:
    gold_spans = [gold("a", 10, 30, 0), gold("a", 40, 60, 1), gold("b", 0, 20, 2)]
    passages = [passage("c"), passage("a", 0, 50), passage("a", 30, 100), passage("b", 15, 90)]
    figures = passage_figures(passages, gold_spans)
    # The second passage holds the first two spans (half of the one is enough); the third holds nothing new; a quarter
    # of the last span, in the fourth, is not enough.
    assert figures["passage mrr"] == pytest.approx(1 / 2)
    assert (figures["passage hit@1"], figures["passage hit@3"]) == (0, 1)
    assert figures["passage recall@1"] == 0
    assert figures["passage recall@10"] == pytest.approx(2 / 3)
    assert figures["passage ndcg@10"] == pytest.approx((1 / math.log2(3)) / (1 + 1 / math.log2(3)))
    assert rank_of_first(passages, gold_spans) == 2


def test_random_passages_have_the_figures_of_a_plain_count() -> None:
    chance = random.Random(11)
    for _ in range(3000):
        spans = [
            gold(chance.choice("ab"), start := chance.randrange(0, 300), start + chance.randint(1, 80), number, 1)
            for number in range(chance.randint(1, 4))
        ]
        passages = [
            passage(chance.choice("abc"), begin := chance.randrange(0, 300), begin + chance.randint(20, 200))
            for _ in range(chance.randint(0, 12))
        ]
        figures = passage_figures(passages, spans)
        held = [
            {
                one.number
                for one in spans
                if one.span is not None
                and one.article == brought.article
                and 2 * len(set(range(*one.span)) & set(range(brought.start, brought.end))) >= len(range(*one.span))
            }
            for brought in passages
        ]
        first = next((rank for rank, found in enumerate(held, start=1) if found), None)
        assert rank_of_first(passages, spans) == first
        assert figures["passage mrr"] == pytest.approx(1 / first if first else 0)
        for cut in CUTS:
            together = set().union(*held[:cut])
            assert figures[f"passage recall@{cut}"] == pytest.approx(len(together) / len(spans))
            assert figures[f"passage hit@{cut}"] == float(bool(together))
            assert 0 <= figures[f"passage ndcg@{cut}"] <= 1 + 1e-9


def test_a_span_that_stands_in_two_articles_is_one_thing_to_be_found() -> None:
    copies = [gold("a", 0, 20, 0), gold("b", 0, 20, 0)]
    figures = passage_figures([passage("b"), passage("a")], copies)
    assert figures["passage recall@1"] == 1
    assert figures["passage ndcg@10"] == 1


def test_a_passage_within_a_reference_context_is_right() -> None:
    region = FoundGold("a", Span(0, 2000), 1, 0, region=True)
    narrow = FoundGold("a", Span(0, 2000), 1, 0)
    assert passage_figures([passage("a", 500, 1200)], [region])["passage hit@1"] == 1
    assert passage_figures([passage("a", 500, 1200)], [narrow])["passage hit@1"] == 0
    assert passage_figures([passage("a", 1900, 2500)], [region])["passage hit@1"] == 0


def test_without_gold_there_are_no_figures_and_whole_articles_say_nothing_of_passages() -> None:
    assert article_figures([passage("a")], []) == {}
    assert passage_figures([passage("a")], []) == {}
    assert passage_figures([passage("a")], [gold("a")]) == {}
    assert rank_of_first([passage("b"), passage("a")], [gold("a")]) == 2
    assert rank_of_first([], [gold("a")]) is None


def test_a_search_that_brings_nothing_scores_nothing() -> None:
    assert set(article_figures([], [gold("a")]).values()) == {0.0}
    assert set(passage_figures([], [gold("a", 0, 9)]).values()) == {0.0}


def test_a_ranking_that_holds_an_id_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="twice"):
        ranking_figures("article", ["a", "b", "a"], {"a": 1})
