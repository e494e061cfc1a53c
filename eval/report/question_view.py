"""One question of a run as the report and the table of questions show it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.types import Answer
from eval.gold import FoundGold
from eval.metrics.holding import held_by
from eval.metrics.retrieval import rank_of_first
from eval.runs.outcome import Outcome
from eval.runs.scored import outcome_word, properties_of
from index.types import Article, Span

ReadArticle = Callable[[str], Article | None]

EXCERPT = 200
"""Characters of a passage that are shown."""

LONGEST_GOLD = 600


@dataclass(frozen=True, slots=True)
class GoldView:
    """`text` is what stands in the article, "" for a whole article."""

    where: str
    text: str


@dataclass(frozen=True, slots=True)
class PassageView:
    """`rank` is from 1; `is_gold` says whether it holds gold."""

    rank: int
    where: str
    score: float
    is_gold: bool
    text: str


@dataclass(frozen=True, slots=True)
class QuoteView:
    number: int
    where: str
    text: str
    is_gold: bool


@dataclass(frozen=True, slots=True)
class QuestionView:
    """`outcome` is right, wrong, abstained, refused or unjudged; `first_gold` the rank of the first passage that holds
    gold; `properties` and `scores` are those that the question has. `answer` is "" where it was refused, for the
    reason in `error`."""

    id: str
    case: str
    turn: int
    question: str
    searched_for: str
    outcome: str
    answer: str
    error: str
    quotes: tuple[QuoteView, ...]
    right_answers: tuple[str, ...]
    gold: tuple[GoldView, ...]
    gold_named: int
    passages: tuple[PassageView, ...]
    first_gold: int | None
    confidence: float | None
    milliseconds: float | None
    properties: dict[str, str]
    scores: dict[str, float]


def question_view(outcome: Outcome, scores: dict[str, float], read: ReadArticle) -> QuestionView:
    """`scores` are those of the outcome; `read` gives the articles whose passages are shown."""
    turn, answer = outcome.turn, outcome.answer
    return QuestionView(
        id=turn.id,
        case=outcome.case,
        turn=outcome.number,
        question=turn.question,
        searched_for=answer.searched_for if answer and answer.searched_for != turn.question else "",
        outcome=outcome_word(outcome),
        answer=answer.text if answer else "",
        error=outcome.error or "",
        quotes=_quotes(answer, outcome.gold) if answer else (),
        right_answers=turn.answers,
        gold=tuple(_gold(gold, read) for gold in outcome.gold),
        gold_named=len(turn.gold),
        passages=_passages(answer, outcome.gold, read) if answer else (),
        first_gold=rank_of_first(answer.passages, outcome.gold) if answer else None,
        confidence=answer.confidence if answer else None,
        milliseconds=answer.timings_ms.get("total") if answer else None,
        properties={name: value for name, value in properties_of(outcome).items() if value},
        scores=scores,
    )


def remembering(read: ReadArticle, articles: int = 64) -> ReadArticle:
    """The same with the articles that were read last kept at hand."""
    return lru_cache(articles)(read)


def _quotes(answer: Answer, gold: Sequence[FoundGold]) -> tuple[QuoteView, ...]:
    return tuple(
        QuoteView(
            citation.number,
            _where(citation.article, citation.start, citation.end),
            citation.quote,
            bool(held_by(citation.article, Span(citation.start, citation.end), gold)),
        )
        for citation in answer.citations
    )


def _passages(answer: Answer, gold: Sequence[FoundGold], read: ReadArticle) -> tuple[PassageView, ...]:
    return tuple(
        PassageView(
            rank,
            _where(passage.article, passage.start, passage.end),
            passage.score,
            bool(held_by(passage.article, Span(passage.start, passage.end), gold)),
            _text(read(passage.article), passage.start, passage.end, EXCERPT),
        )
        for rank, passage in enumerate(answer.passages, start=1)
    )


def _gold(gold: FoundGold, read: ReadArticle) -> GoldView:
    if gold.span is None:
        return GoldView(gold.article, "")
    start, end = gold.span
    return GoldView(_where(gold.article, start, end), _text(read(gold.article), start, end, LONGEST_GOLD))


def _where(article: str, start: int, end: int) -> str:
    return f"{article}, {start}-{end}"


def _text(article: Article | None, start: int, end: int, most: int) -> str:
    if article is None:
        return ""
    text = " ".join(article.text[start:end].split())
    return text if len(text) <= most else text[:most].rsplit(" ", 1)[0] + " …"
