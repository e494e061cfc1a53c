"""Asks the questions of a set, each with what was said before it, as the chat does, and records what comes of them."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict
from hashlib import sha256
from typing import Any, Protocol

from assistant.types import Answer
from assistant.types import Turn as Said
from eval.cases import Case, Turn
from eval.errors import RunDamaged, RunRefused
from eval.gold import FoundGold
from eval.runs.journal import Journal, read_outcomes
from eval.runs.outcome import Outcome
from index.errors import QueryRefused

Gold = Mapping[str, Sequence[FoundGold]]
"""Where the gold of each turn stands in the index, by the turn's id."""


class Asked(Protocol):
    """What answers, `assistant.answering.Assistant` above all. Raises QueryRefused for what is no question."""

    def ask(self, question: str, history: Sequence[Said] = ()) -> Answer: ...


def ask_all(
    engine: Asked,
    cases: Sequence[Case],
    gold: Gold,
    journal: Journal,
    generation: int,
    asked: Callable[[], object] = lambda: None,
    judged: Callable[[Outcome], Outcome] = lambda outcome: outcome,
) -> None:
    """Asks what the journal does not hold yet, in order, of an index of one generation; calls `asked` after each, and
    before it is stored `judged`, which may add figures.

    Raises RunDamaged where the journal holds other questions than the set, RunRefused where the index changes
    meanwhile, and the errors of the index.
    """
    history: list[Said] = []
    done = journal.finished
    with closing(read_outcomes(journal.folder)) as recorded:
        for position, (case, number, turn) in enumerate(_turns(cases)):
            if number == 1:
                history = []
            if position < done:
                outcome = _as_asked(next(recorded), turn, journal)
            else:
                outcome = _outcome(engine, case, number, turn, gold, history)
                _check_generation(outcome, generation, position)
                journal.add(judged(outcome))
                asked()
            if (said := _said(outcome)) is not None:
                history.append(said)


def _as_asked(outcome: Outcome, turn: Turn, journal: Journal) -> Outcome:
    if outcome.turn.id.encode("utf-8", "replace") != turn.id.encode("utf-8", "replace"):
        raise RunDamaged(
            f"The run in {journal.folder} holds the question {outcome.turn.id!r} where the set has {turn.id!r}. "
            "Run the set again with --restart."
        )
    return outcome


def _check_generation(outcome: Outcome, generation: int, position: int) -> None:
    if outcome.answer is not None and outcome.answer.index_generation != generation:
        raise RunRefused(
            f"The index changed after question {position} of the run: it has the generation "
            f"{outcome.answer.index_generation} now, and had {generation}. All questions must be asked of one index: "
            "run the set again with --restart, or over a copy of the index."
        )


def _turns(cases: Sequence[Case]) -> Iterator[tuple[Case, int, Turn]]:
    for case in cases:
        for number, turn in enumerate(case.turns, start=1):
            yield case, number, turn


def _outcome(engine: Asked, case: Case, number: int, turn: Turn, gold: Gold, history: Sequence[Said]) -> Outcome:
    answer, error = None, None
    try:
        answer = engine.ask(turn.question, tuple(history))
    except QueryRefused as refused:
        error = str(refused)
    found = tuple(gold.get(turn.id, ()))
    return Outcome(case.id, number, turn, found, answer, error, split=case.split, tags=case.tags)


def _said(outcome: Outcome) -> Said | None:
    """The turn as a later one goes on from it; one that was refused was not said."""
    if outcome.answer is None:
        return None
    return Said(outcome.turn.question, outcome.turn.reply or outcome.answer.text)


def question_count(cases: Sequence[Case]) -> int:
    return sum(len(case.turns) for case in cases)


def limited(cases: Sequence[Case], limit: int | None = None, split: str | None = None) -> tuple[Case, ...]:
    """The cases of one split if it is named, and of them at most `limit`, spread evenly over the set."""
    kept = [case for case in cases if split in (None, case.split)]
    if limit is None or limit >= len(kept):
        return tuple(kept)
    return tuple(kept[place * len(kept) // limit] for place in range(limit))


def set_fingerprint(cases: Sequence[Case], gold: Gold) -> str:
    """Of what is asked and of what is taken for right, gold in the index included."""
    digest = sha256()
    for case in cases:
        told: dict[str, Any] = asdict(case) | {"where": ""}
        told["found"] = [[asdict(one) for one in gold.get(turn.id, ())] for turn in case.turns]
        digest.update(json.dumps(told, sort_keys=True, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n")
    return digest.hexdigest()[:16]
