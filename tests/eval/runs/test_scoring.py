"""What an answer scores against what the set holds for right."""

from dataclasses import replace
from typing import Any

import pytest

from assistant.types import Answer, Statement
from eval.cases import Check
from eval.runs.measures import MEASURES, in_order, measure_of
from eval.runs.scored import outcome_word
from eval.runs.scoring import answer_words, is_right, scores_of, would_be_right
from tests.evaluations import COST, MAYOR, outcome, quoting, right, single, wrong
from tests.fakes import answer_of

QUESTION = "what does the quay cost?"
NOTHING: dict[str, Any] = {"answerable": False, "gold": ()}


def test_a_right_answer_scores_in_every_figure_that_its_question_has() -> None:
    scores = scores_of(right("a", answers=("12 millions d'euros",)))
    assert scores == {
        "right": 1.0,
        "answer right": 1.0,
        "answer held": 1.0,
        "surplus": 0.0,
        "answered": 1.0,
        "exact match": 0.0,
        "f1": pytest.approx(0.8),  # 4 of the 6 words of: travaux coûtent 12 millions d euros
        "citation precision": 1.0,
        "citation recall": 1.0,
        "language": 1.0,
        "passage hit@1": 0.0,
        "passage hit@5": 1.0,
        "passage hit@10": 1.0,
        "passage mrr": 0.5,
        "passage recall@10": 1.0,
        "passage ndcg@10": pytest.approx(0.6309298),
        "article hit@1": 1.0,
        "article hit@5": 1.0,
        "article hit@10": 1.0,
        "article mrr": 1.0,
        "article recall@10": 1.0,
        "article ndcg@10": 1.0,
    }


def test_a_wrong_answer_quotes_only_surplus() -> None:
    scores = scores_of(wrong("a"))
    assert [scores[name] for name in ("right", "answer held", "surplus", "citation precision")] == [0, 0, 1, 0]


def test_an_abstention_where_the_articles_tell_holds_nothing_though_its_nearest_passages_do() -> None:
    held_back = outcome(single("a"), quoting(QUESTION, abstained=True))
    scores = scores_of(held_back)
    assert {name: scores[name] for name in ("right", "answer held", "answered", "abstention precision")} == {
        "right": 0.0,
        "answer held": 0.0,
        "answered": 0.0,
        "abstention precision": 0.0,
    }
    assert not {"surplus", "citation precision", "abstention recall"} & scores.keys()
    assert (is_right(held_back), would_be_right(held_back), outcome_word(held_back)) == (False, True, "abstained")


@pytest.mark.parametrize(("abstained", "share"), [(True, 1.0), (False, 0.0)])
def test_where_the_articles_do_not_tell_only_an_abstention_is_right(abstained: bool, share: float) -> None:
    asked = outcome(single("a", **NOTHING), quoting(QUESTION, abstained=abstained))
    scores = scores_of(asked)
    assert (scores["right"], scores["abstention recall"], scores["exact match"], scores["f1"]) == (share,) * 4
    assert scores.get("abstention precision") == (1.0 if abstained else None)
    assert not {"answer right", "answered", "passage mrr"} & scores.keys()
    assert would_be_right(asked) is False


def test_a_refused_question_is_not_right_and_has_no_other_figure() -> None:
    refused = outcome(single("a"), None, "The question is empty.")
    assert scores_of(refused) == {"right": 0.0}
    assert (outcome_word(refused), would_be_right(refused)) == ("refused", None)


def test_what_the_set_does_not_say_is_not_scored() -> None:
    unsaid = outcome(single("a", answerable=None, gold=(), language="und"), quoting(QUESTION))
    assert scores_of(unsaid) == {}
    assert outcome_word(unsaid) == "unjudged"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"answers": ("12 millions d'euros",)}, True),
        ({"answers": ("2 millions d'euros",)}, False),
        ({"answers": ("samedi", "Travaux")}, True),
        ({"checks": (Check("icontains", ("12 MILLIONS",)),)}, True),
        ({"checks": (Check("contains", ("12",)), Check("contains", ("13",)))}, False),
    ],
)
def test_without_gold_in_the_articles_words_and_checks_decide(given: dict[str, Any], expected: bool) -> None:
    assert is_right(outcome(single("a", gold=(), **given), quoting(QUESTION))) is expected


def test_checks_are_scored_by_the_share_that_passes() -> None:
    checks = (Check("contains", ("12",)), Check("contains", ("13",)))
    assert scores_of(outcome(single("a", checks=checks), quoting(QUESTION)))["checks"] == 0.5


def test_gold_that_stands_nowhere_in_the_index_makes_no_answer_wrong() -> None:
    lost = replace(right("a"), gold=())
    assert is_right(lost) is None
    assert not {"right", "answer right", "article mrr"} & scores_of(lost).keys()


def test_a_whole_article_as_gold_is_answered_by_any_quote_of_it() -> None:
    whole = replace(wrong("a"), gold=(replace(wrong("a").gold[0], span=None),))
    assert is_right(whole) is True


def test_the_words_of_an_answer_are_its_quotes_or_its_statements_without_marks() -> None:
    quoted = quoting(QUESTION)
    assert answer_words(quoted) == COST
    assert answer_words(replace(quoted, abstained=True)) == ""
    written: Answer = replace(quoted, mode="llm", statements=(Statement("It costs 12 million.", (1,), True),))
    assert answer_words(written) == "It costs 12 million."


def test_an_answer_in_another_language_than_the_question_is_told() -> None:
    answer = replace(answer_of(QUESTION, MAYOR), language="fr")
    assert scores_of(outcome(single("a"), answer))["language"] == 0.0


def test_figures_that_a_judge_gave_are_scores() -> None:
    assert scores_of(replace(right("a"), judged={"faithfulness": 0.25}))["faithfulness"] == 0.25


def test_described_measures_come_first_and_others_by_name() -> None:
    assert in_order({"zeal", "f1", "right", "accuracy"}) == ["right", "f1", "accuracy", "zeal"]
    assert all(measure.told for measure in MEASURES.values())
    assert measure_of("zeal").higher_is_better
    assert not measure_of("surplus").higher_is_better
