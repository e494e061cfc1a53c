"""The names of all figures of a run: what each tells, and which way is better."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure over questions. `headline` ones stand first in reports and in the slices."""

    name: str
    told: str
    higher_is_better: bool = True
    headline: bool = False


RIGHT = "right"
ABSTENTION_PRECISION = "abstention precision"
ABSTENTION_RECALL = "abstention recall"

_MEASURES = (
    Measure(
        RIGHT, "Answered with what the set holds for right, or abstained where the articles do not tell.", True, True
    ),
    Measure("answer right", "Of the questions with gold sentences: the quotes hold at least half of one.", True, True),
    Measure("answer held", "The largest share of one gold sentence that the quotes hold; 0 where it abstained."),
    Measure("surplus", "The share of the quoted characters that no gold sentence holds.", False),
    Measure("answered", "Of the questions that the articles answer: it did not abstain.", True, True),
    Measure(ABSTENTION_PRECISION, "Of the abstentions: the articles do not answer the question.", True, True),
    Measure(ABSTENTION_RECALL, "Of the questions that the articles do not answer: it abstained.", True, True),
    Measure("exact match", "The answer is one of the right ones, word for word, as SQuAD counts."),
    Measure("f1", "The words that the answer shares with a right one, as SQuAD counts.", True, True),
    Measure("citation precision", "Of the citations: they show a place that the set holds for right.", True, True),
    Measure("citation recall", "Of the statements: a citation behind them shows such a place.", True, True),
    Measure("checks", "The share of the set's checks that the answer passes."),
    Measure("language", "The answer is in the language of the question."),
    Measure("judged faithful", "Of the judged answers: a language model says that the passages support it."),
    Measure("judged relevant", "Of the judged answers: it says that answer and passages are about the question."),
    Measure("judged correct", "How right it calls the answer, beside one that the set has: its 1 to 5 as 0 to 1."),
    Measure("passage hit@1", "The first passage that the search brought holds gold."),
    Measure("passage hit@5", "One of the first five passages holds gold.", True, True),
    Measure("passage hit@10", "One of the first ten passages holds gold."),
    Measure("passage mrr", "One over the rank of the first passage that holds gold, 0 where none does.", True, True),
    Measure("passage recall@10", "The share of the gold places that the first ten passages hold."),
    Measure("passage ndcg@10", "How far up the first ten passages hold gold, as nDCG counts."),
    Measure("article hit@1", "The best passage is of an article that answers."),
    Measure("article hit@5", "One of the first five articles answers.", True, True),
    Measure("article hit@10", "One of the first ten articles answers."),
    Measure("article mrr", "One over the rank of the first article that answers, 0 where none does."),
    Measure("article recall@10", "The share of the articles that answer that are among the first ten."),
    Measure("article ndcg@10", "How far up the articles that answer stand, as nDCG counts, with their grades."),
)

MEASURES: Mapping[str, Measure] = MappingProxyType({measure.name: measure for measure in _MEASURES})


def measure_of(name: str) -> Measure:
    """The measure of that name; of one that is not described here it is only known that higher is better."""
    return MEASURES.get(name) or Measure(name, "")


def in_order(names: set[str]) -> list[str]:
    """The described ones in the order in which they are described here, then the others by name."""
    places = {name: place for place, name in enumerate(MEASURES)}
    return sorted(names, key=lambda name: (places.get(name, len(places)), name))
