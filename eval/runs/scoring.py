"""What one outcome scores: every measure that the question has, and nothing for those that it has not."""

from assistant.types import Answer
from eval.cases import Turn
from eval.metrics.answers import exact_match, f1, fulfilled, normalised
from eval.metrics.citations import citation_figures
from eval.metrics.coverage import coverage
from eval.metrics.language import language_right
from eval.metrics.retrieval import article_figures, passage_figures
from eval.runs.measures import ABSTENTION_PRECISION, ABSTENTION_RECALL, MEASURES, RIGHT
from eval.runs.outcome import Outcome

UNKNOWN_LANGUAGE = "und"


def scores_of(outcome: Outcome) -> dict[str, float]:
    """From 0 to 1, by the names of `eval.runs.measures`. A question that was refused was not answered right."""
    turn, answer = outcome.turn, outcome.answer
    if answer is None:
        return {RIGHT: 0.0}
    scores = {
        **_search(outcome, answer),
        **_abstention(turn, answer),
        **_words(turn, answer),
        **_quotes(outcome, answer),
        **_citations(outcome, answer),
        **outcome.judged,
    }
    language = language_right(turn.language, answer.language)
    if language is not None:
        scores["language"] = float(language)
    if turn.checks:
        scores["checks"] = sum(fulfilled(answer.text, check) for check in turn.checks) / len(turn.checks)
    right = is_right(outcome)
    if right is not None:
        scores[RIGHT] = float(right)
    return scores


def is_right(outcome: Outcome) -> bool | None:
    """Whether the assistant did what the set holds for right; None where the set does not say.

    What counts is the first of these that the set has: that nothing answers, gold sentences, checks, gold articles,
    right answers in words. An abstention is right where nothing answers, and nowhere else.
    """
    turn, answer = outcome.turn, outcome.answer
    if answer is None:
        return False
    if turn.answerable is False:
        return answer.abstained
    if not (turn.gold or turn.checks or turn.answers):
        return None
    if answer.abstained and not turn.checks:
        return False
    return _answers(outcome, answer)


def would_be_right(outcome: Outcome) -> bool | None:
    """Whether what is quoted answers, abstention or not: what a lower threshold would have shown. None as above."""
    if outcome.answer is None or outcome.turn.answerable is False:
        return None if outcome.answer is None else False
    return _answers(outcome, outcome.answer)


def _answers(outcome: Outcome, answer: Answer) -> bool | None:
    turn = outcome.turn
    if (quoted := coverage(answer.citations, outcome.gold)) is not None:
        return quoted.right
    if turn.checks:
        return all(fulfilled(answer.text, check) for check in turn.checks)
    if outcome.gold:
        return bool({citation.article for citation in answer.citations} & {gold.article for gold in outcome.gold})
    return _says_one_of(answer, turn) if turn.answers else None


def _says_one_of(answer: Answer, turn: Turn) -> bool:
    language = _language(turn, answer)
    said = f" {normalised(_stated(answer), language)} "
    return any(f" {normalised(right, language)} " in said for right in turn.answers)


def answer_words(answer: Answer) -> str:
    """What the answer says, without marks and frames: the statements of a language model, or the quotes; nothing
    where it abstained."""
    return "" if answer.abstained else _stated(answer)


def _stated(answer: Answer) -> str:
    if answer.statements:
        return " ".join(statement.text for statement in answer.statements)
    return " ".join(citation.quote for citation in answer.citations)


def _language(turn: Turn, answer: Answer) -> str:
    """The language whose articles (the, le, ...) count as no words: that of the quotes, which the words are of."""
    if answer.mode == "extractive" and answer.citations:
        return answer.citations[0].language
    return turn.language if turn.language != UNKNOWN_LANGUAGE else answer.language


def _search(outcome: Outcome, answer: Answer) -> dict[str, float]:
    """Of the many cuts and figures, those that are described: the others tell the same again."""
    figures = {**article_figures(answer.passages, outcome.gold), **passage_figures(answer.passages, outcome.gold)}
    return {name: value for name, value in figures.items() if name in MEASURES}


def _abstention(turn: Turn, answer: Answer) -> dict[str, float]:
    if turn.answerable is None:
        return {}
    scores = {"answered" if turn.answerable else ABSTENTION_RECALL: float(answer.abstained != turn.answerable)}
    if answer.abstained:
        scores[ABSTENTION_PRECISION] = float(not turn.answerable)
    return scores


def _words(turn: Turn, answer: Answer) -> dict[str, float]:
    """Where nothing answers, the empty answer is the right one, as in SQuAD 2.0."""
    if not turn.answers and turn.answerable is not False:
        return {}
    right = turn.answers if turn.answerable is not False else ()
    words, language = answer_words(answer), _language(turn, answer)
    return {"exact match": exact_match(words, right, language), "f1": f1(words, right, language)}


def _quotes(outcome: Outcome, answer: Answer) -> dict[str, float]:
    if outcome.turn.answerable is False:
        return {}
    quoted = coverage(() if answer.abstained else answer.citations, outcome.gold)
    if quoted is None:
        return {}
    scores = {"answer right": float(quoted.right), "answer held": quoted.held}
    return scores if answer.abstained else scores | {"surplus": quoted.surplus}


def _citations(outcome: Outcome, answer: Answer) -> dict[str, float]:
    if answer.abstained or not outcome.gold:
        return {}
    figures = citation_figures(answer, outcome.gold)
    named = {"citation precision": figures.precision, "citation recall": figures.recall}
    return {name: value for name, value in named.items() if value is not None}
