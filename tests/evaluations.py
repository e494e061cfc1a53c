"""Small runs for the tests of the evaluation: outcomes made by hand, and an engine that answers by a table."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from assistant.types import Answer, Citation, PassageReference
from assistant.types import Turn as Said
from eval.cases import Case, GoldSpan, Turn
from eval.gold import FoundGold
from eval.runs.journal import open_journal
from eval.runs.outcome import Outcome
from index.errors import QueryRefused
from index.types import Article, Span
from tests.fakes import answer_of, cite

QUAY = Article(
    "fr/quai.txt",
    "Le quai",
    "Le port construit un quai. Les travaux coûtent 12 millions d'euros. Le maire est venu samedi.",
    "fr",
)
COST = "Les travaux coûtent 12 millions d'euros."
MAYOR = "Le maire est venu samedi."
ARTICLES = {QUAY.id: QUAY}
BASIS: dict[str, Any] = {
    "set": {"name": "quay", "format": "jsonl", "questions": 2, "split": None, "fingerprint": "aa"},
    "program": {"version": "0", "source": "s", "commit": None},
    "index": {"generation": 1, "articles": 1, "passages": 3, "languages": {"fr": 1}, "content": "cc"},
    "embedder": {"name": "fast", "dimension": 4, "fingerprint": "ff"},
}


def single(id: str, question: str = "what does the quay cost?", **given: Any) -> Case:  # noqa: A002
    """A case of one turn, answerable by `COST` unless told otherwise."""
    told: dict[str, Any] = {"language": "en", "answerable": True, "gold": (GoldSpan(QUAY.id, quote=COST),)} | given
    return Case(id, (Turn(id, question, **told),))


def found(quote: str = COST, article: Article = QUAY) -> FoundGold:
    start = article.text.index(quote)
    return FoundGold(article.id, Span(start, start + len(quote)), 1, 0)


def gold_of(cases: Iterable[Case]) -> dict[str, tuple[FoundGold, ...]]:
    """Where the quoted gold of the cases stands in `QUAY`."""
    return {
        turn.id: tuple(found(gold.quote) for gold in turn.gold if gold.quote) for case in cases for turn in case.turns
    }


def quoting(question: str, quote: str = COST, *, abstained: bool = False, confidence: float = 0.9) -> Answer:
    """An answer that quotes one sentence of `QUAY`, after a search that brought all three, the last one first."""
    citation = cite(QUAY, quote)
    answer = answer_of(question, f"« {quote} » [1]", [citation], abstained=abstained)
    return replace(answer, passages=tuple(map(_passage, (MAYOR, COST))), confidence=confidence)


def _passage(quote: str) -> PassageReference:
    start = QUAY.text.index(quote)
    return PassageReference(QUAY.id, start, start + len(quote), 0.5)


def outcome(case: Case, answer: Answer | None, error: str | None = None, **given: Any) -> Outcome:
    turn = case.turns[0]
    return Outcome(case.id, 1, turn, gold_of([case])[turn.id], answer, error, **given)


def right(id: str, **given: Any) -> Outcome:  # noqa: A002
    case = single(id, **given)
    return outcome(case, quoting(case.turns[0].question))


def wrong(id: str, **given: Any) -> Outcome:  # noqa: A002
    case = single(id, **given)
    return outcome(case, quoting(case.turns[0].question, MAYOR, confidence=0.6))


def write_run(folder: Path, outcomes: Iterable[Outcome], basis: Mapping[str, Any] = BASIS) -> Path:
    with open_journal(folder, basis) as journal:
        for one in outcomes:
            journal.add(one)
    return folder


class TableEngine:
    """Answers by a table of question to answer; refuses what is not in it. `asked` records question and history."""

    def __init__(self, answers: Mapping[str, Answer]) -> None:
        self.answers = dict(answers)
        self.asked: list[tuple[str, tuple[Said, ...]]] = []

    def ask(self, question: str, history: Sequence[Said] = ()) -> Answer:
        self.asked.append((question, tuple(history)))
        if question not in self.answers:
            raise QueryRefused("The question is empty. Ask something in a few words.")
        return self.answers[question]


def citation_of(quote: str) -> Citation:
    return cite(QUAY, quote)
