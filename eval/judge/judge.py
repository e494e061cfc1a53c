"""A judge's figures on the answers of a run: what is given to it, and on which answers it gave none."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from assistant.errors import LanguageModelFailed
from assistant.types import Answer, LanguageModel
from eval.judge.evaluators import CORRECT, FAITHFUL, RELEVANT, Evaluator, Material, open_evaluators
from eval.runs.outcome import Outcome
from eval.runs.scoring import answer_words
from index.types import Article

READ_ALOUD = 5
"""Questions that are named of those that could not be judged."""


@dataclass(frozen=True, slots=True)
class Judge:
    """`read` gives an article of the index, whose passages the judge is shown."""

    evaluators: Mapping[str, Evaluator]
    read: Callable[[str], Article | None]

    def judged(self, outcome: Outcome) -> Outcome:
        """The outcome with the judge's figures; without those that it failed to give. An abstention is not judged."""
        material = _material(outcome, self.read)
        if material is None:
            return outcome
        found = {}
        for name in _wanted(outcome):
            try:
                score = self.evaluators[name](material)
            except (LanguageModelFailed, ValueError):  # ValueError: too much for the model's context
                score = None
            if score is not None:
                found[name] = score
        return replace(outcome, judged={**outcome.judged, **found})


def open_judge(model: LanguageModel, read: Callable[[str], Article | None]) -> Judge:
    return Judge(open_evaluators(model), read)


def unjudged(outcomes: Iterable[Outcome]) -> list[str]:
    """What the judge of a run failed at, a line for each of its figures."""
    total, failed = Counter[str](), dict[str, list[str]]()
    for outcome in outcomes:
        for name in _wanted(outcome):
            total[name] += 1
            if name not in outcome.judged:
                failed.setdefault(name, []).append(outcome.turn.id)
    return [
        f"The judge gave no figure {name!r} for {len(ids)} of {total[name]} answers "
        f"({', '.join(ids[:READ_ALOUD])}{', ...' if len(ids) > READ_ALOUD else ''}). "
        "See whether its server answers, or set another model; then run the set again with --restart."
        for name, ids in failed.items()
    ]


def _wanted(outcome: Outcome) -> tuple[str, ...]:
    """The figures that an answer can have: a right one must be known to be compared with."""
    if not _is_answer(outcome.answer):
        return ()
    return (FAITHFUL, RELEVANT, CORRECT) if _reference(outcome) else (FAITHFUL, RELEVANT)


def _is_answer(answer: Answer | None) -> bool:
    return answer is not None and not answer.abstained and bool(answer_words(answer).strip())


def _reference(outcome: Outcome) -> str | None:
    """A right answer in words, or else a sentence that answers."""
    quotes = [gold.quote for gold in outcome.turn.gold if gold.quote]
    return next(iter((*outcome.turn.answers, *quotes)), None)


def _material(outcome: Outcome, read: Callable[[str], Article | None]) -> Material | None:
    answer = outcome.answer
    if answer is None or not _is_answer(answer):
        return None
    contexts = []
    for passage in answer.passages:
        article = read(passage.article)
        if article is not None:
            contexts.append(article.text[passage.start : passage.end])
    return Material(
        question=outcome.turn.standalone or answer.searched_for,
        answer=answer_words(answer),
        contexts=tuple(contexts),
        reference=_reference(outcome),
    )
