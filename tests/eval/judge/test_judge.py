"""A judge's figures beside the others: for answers only, and its failures are counted and told."""

from dataclasses import replace

from assistant.errors import LanguageModelFailed
from eval.cases import GoldSpan
from eval.judge.evaluators import CORRECT, FAITHFUL, RELEVANT, Evaluator, Material
from eval.judge.judge import Judge, unjudged
from eval.runs.figures import summarise
from eval.runs.scored import scored
from index.types import Article
from tests.evaluations import ARTICLES, COST, MAYOR, outcome, quoting, right, single, wrong


def judge_of(**by_name: Evaluator) -> tuple[Judge, list[Material]]:
    seen: list[Material] = []

    def always(score: float | None) -> Evaluator:
        def evaluate(material: Material) -> float | None:
            seen.append(material)
            return score

        return evaluate

    evaluators = {FAITHFUL: always(1.0), RELEVANT: always(0.0), CORRECT: always(0.75)} | {
        f"judged {name}": evaluator for name, evaluator in by_name.items()
    }
    return Judge(evaluators, ARTICLES.get), seen


def fails(_: Material) -> float | None:
    raise LanguageModelFailed("It is down.")


def too_long(_: Material) -> float | None:
    raise ValueError("The prompt is too long.")


def test_an_answer_gets_the_three_figures() -> None:
    judge, seen = judge_of()
    judged = judge.judged(right("a", answers=("12 millions",)))
    assert judged.judged == {FAITHFUL: 1.0, RELEVANT: 0.0, CORRECT: 0.75}
    assert seen[0] == Material("what does the quay cost?", COST, (MAYOR, COST), "12 millions")


def test_what_is_right_is_an_answer_in_words_or_else_gold_and_without_either_nothing_is_compared() -> None:
    judge, seen = judge_of()
    judge.judged(right("a"))
    assert seen[-1].reference == COST
    judged = judge.judged(right("b", gold=(GoldSpan("fr/quai.txt"),)))
    assert set(judged.judged) == {FAITHFUL, RELEVANT}


def test_a_follow_up_is_judged_as_it_would_be_asked_alone() -> None:
    judge, seen = judge_of()
    case = single("a", "and the cost?", standalone="what does the quay cost?")
    judge.judged(outcome(case, quoting("and the cost?")))
    assert seen[0].question == "what does the quay cost?"
    said = replace(quoting("and the cost?"), searched_for="the quay cost")
    judge.judged(outcome(single("b", "and the cost?"), said))
    assert seen[-1].question == "the quay cost"


def test_abstentions_and_refusals_are_not_judged() -> None:
    judge, seen = judge_of()
    for made in (
        outcome(single("a"), quoting("what?", abstained=True)),
        outcome(single("b"), None, "The question is empty."),
    ):
        assert judge.judged(made) == made
        assert unjudged([made]) == []
    assert seen == []


def test_an_article_that_is_gone_is_not_shown() -> None:
    articles: dict[str, Article] = {}
    judge, seen = judge_of()
    Judge(judge.evaluators, articles.get).judged(right("a"))
    assert seen[0].contexts == ()


def test_failures_are_counted_by_figure_and_the_others_stay() -> None:
    judge, _ = judge_of(faithful=fails, correct=too_long)
    judged = [judge.judged(made) for made in (*(right(f"q{number}") for number in range(7)), wrong("w"))]
    assert [each.judged for each in judged] == [{RELEVANT: 0.0}] * 8
    told = unjudged(judged)
    assert len(told) == 2
    assert told[0].startswith(
        "The judge gave no figure 'judged faithful' for 8 of 8 answers (q0, q1, q2, q3, q4, ...). "
    )
    assert "'judged correct' for 8 of 8" in told[1]


def test_judged_figures_have_intervals_as_the_others() -> None:
    judge, _ = judge_of()
    figures = summarise(scored(judge.judged(right(f"q{number}")) for number in range(6))).figures
    assert (figures[CORRECT].mean, figures[CORRECT].low, figures[CORRECT].questions) == (0.75, 0.75, 6)
    assert list(figures).index(FAITHFUL) < list(figures).index("passage hit@1")
