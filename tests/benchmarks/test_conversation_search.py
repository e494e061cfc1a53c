"""The benchmark of follow-ups: worked examples of its shares and intervals, and answers like the assistant's."""

import pytest

from benchmarks.conversation_search import Searched, answer_of, indexed, paired_interval, shares
from eval.question_sets import Gold, Question
from index.embedders import load_embedder
from index.types import Article

QUESTION = Question(
    "q1", "what did it cost?", "en", True, (Gold("a", quote="It cost 4 million euros."),), (), "f", "dev"
)


def searched(*ranks: int) -> Searched:
    return Searched(QUESTION, "talk-1", ("typed", "carried over"), ranks)


def test_the_shares_of_follow_ups_with_a_right_passage_among_the_first_1_3_and_5() -> None:
    found = [searched(1, 0), searched(2, 1), searched(5, 4), searched(0, 1)]
    assert shares(found, 0) == [0.25, 0.5, 0.75]
    assert shares(found, 1) == [0.5, 0.5, 0.75]


def test_an_interval_of_a_difference_holds_it_and_has_no_width_where_all_conversations_agree() -> None:
    assert paired_interval([True] * 4, [False] * 4, ["a", "a", "b", "c"]) == (1.0, 1.0)
    assert paired_interval([True, False], [True, False], ["a", "b"]) == (0.0, 0.0)
    low, high = paired_interval([True] * 30 + [False] * 30, [False] * 60, [str(place) for place in range(60)])
    # The share of 30 in 60 by the normal distribution: 0.5 give or take 1.96 times 0.0645.
    assert low == pytest.approx(0.373, abs=0.02)
    assert high == pytest.approx(0.627, abs=0.02)


def test_questions_of_one_conversation_are_drawn_together() -> None:
    gained, not_gained = [True] * 8 + [False] * 8, [False] * 16
    apart = paired_interval(gained, not_gained, [str(place) for place in range(16)])
    together = paired_interval(gained, not_gained, ["a"] * 8 + ["b"] * 8)
    assert together == (0.0, 1.0)
    assert apart[0] == pytest.approx(0.25)
    assert apart[1] == pytest.approx(0.75)


def test_the_answer_of_an_earlier_turn_is_its_first_gold_sentence_quoted() -> None:
    article = Article(id="a", title="Bridge", text="The bridge opens. It cost 4 million euros.", language="en")
    with indexed([article], load_embedder("fast")) as snapshot:
        assert answer_of(QUESTION, snapshot) == "“It cost 4 million euros.” [1]"
        assert snapshot.search("bridge", 5, "en")[0].passage.article == "a"
