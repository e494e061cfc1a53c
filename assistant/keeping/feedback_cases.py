"""Feedback as test cases, in the form of the question sets (`eval/sets/README.md`).

What a user said becomes what is right: a good answer's quotes are right, and so is a passage that the user named;
an answer that is good though it found nothing, or bad because the articles do not tell, means that they do not tell.
Any other bad answer shows that something is wrong, but not what would be right: it makes no case.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from assistant.keeping.feedback import Feedback

KIND = "feedback"


@dataclass(frozen=True, slots=True)
class Cases:
    """`cases` are records of a question set; `without_case` is what says nothing of what would be right."""

    cases: tuple[dict[str, Any], ...]
    without_case: tuple[Feedback, ...]


def cases_of(given: Iterable[Feedback]) -> Cases:
    """One case for each feedback that makes one, in order; several on one question make one case with all their right
    passages. Where they disagree on whether the articles tell, what was said last holds."""
    cases: dict[str, dict[str, Any]] = {}
    without: list[Feedback] = []
    for feedback in given:
        right = _right(feedback)
        if right is None:
            without.append(feedback)
            continue
        # What was searched for stands by itself, where the question may lean on an earlier one.
        question = " ".join(feedback.answer.searched_for.split())
        case = cases.get(question.casefold())
        if case is None or case["answerable"] != bool(right):
            cases[question.casefold()] = _case(feedback, question, right)
        else:
            case["gold"] += [gold for gold in right if gold not in case["gold"]]
    return Cases(tuple(cases.values()), tuple(without))


def _case(feedback: Feedback, question: str, right: list[dict[str, str]]) -> dict[str, Any]:
    return {
        "id": f"{KIND}-{feedback.exchange}",
        "question": question,
        "language": feedback.answer.language,
        "answerable": bool(right),
        "gold": right,
        "answers": [],
        "kind": KIND,
        "split": "dev",
    }


def _right(feedback: Feedback) -> list[dict[str, str]] | None:
    """The sentences that answer; none where the articles do not tell; None where it is not known."""
    passage = feedback.right_passage
    if passage is not None and passage.article is not None:
        return [{"article": passage.article, "quote": passage.quote}]
    if feedback.good:
        if feedback.answer.abstained:
            return []
        return [{"article": each.article, "quote": each.quote} for each in feedback.answer.citations] or None
    return [] if feedback.reason == "not_told" else None
