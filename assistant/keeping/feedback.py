"""What people say of an answer: good or not, why, and which passage would have been right."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Literal, get_args

from assistant import filters as narrowing
from assistant.errors import KeepingFailed
from assistant.filters import EVERYTHING, Filters
from assistant.keeping import answer_json
from assistant.keeping.keepsakes import Keepsakes
from assistant.types import Answer

Reason = Literal["wrong", "incomplete", "not_told", "told", "other"]
"""What is not good: it is wrong; a part is missing; the articles do not tell that; they do tell, though the answer says
they do not; something else."""

REASONS: tuple[Reason, ...] = get_args(Reason)
LONGEST_REMARK = 4_000

_ALL = (
    "SELECT exchange, given_at, good, reason, remark, right_passage, answer, filters FROM feedback "
    "ORDER BY given_at, exchange"
)


@dataclass(frozen=True, slots=True)
class RightPassage:
    """`quote` is what the user says is the right passage: word for word at `start` to `end` of the article, or, where
    it was not found in any, as it was written, with the other three None."""

    quote: str
    article: str | None = None
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Feedback:
    """`exchange` names the question and its answer in one conversation; `given_at` is in UTC, ISO 8601. `reason` is
    None for a good answer, and where none was chosen."""

    exchange: str
    given_at: str
    good: bool
    answer: Answer
    reason: Reason | None = None
    remark: str = ""
    right_passage: RightPassage | None = None
    filters: Filters = EVERYTHING


def feedback_on(
    exchange: str,
    answer: Answer,
    *,
    good: bool,
    reason: str | None = None,
    remark: str = "",
    right_passage: RightPassage | None = None,
    filters: Filters = EVERYTHING,
    now: datetime | None = None,
) -> Feedback:
    """Feedback from outside, checked: a reason that is not known is none, and a remark is cut at LONGEST_REMARK."""
    given_at = (now or datetime.now(UTC)).isoformat(timespec="seconds")
    known: Reason | None = next((each for each in REASONS if each == reason), None)
    return Feedback(
        exchange=exchange,
        given_at=given_at,
        good=good,
        answer=answer,
        reason=None if good else known,
        remark=remark.strip()[:LONGEST_REMARK],
        right_passage=None if good else right_passage,
        filters=filters,
    )


def keep(keepsakes: Keepsakes, feedback: Feedback, by: str | None = None) -> None:
    """Keeps it, in place of what was said of the same answer before; `by` is the name of the user. Raises
    KeepingFailed."""
    passage = feedback.right_passage
    with keepsakes.changing() as connection:
        connection.execute(
            "INSERT OR REPLACE INTO feedback VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                feedback.exchange,
                feedback.given_at,
                int(feedback.good),
                feedback.reason,
                _storable(feedback.remark),
                None if passage is None else json.dumps(asdict(passage)),
                answer_json.to_json(feedback.answer),
                json.dumps(narrowing.to_json(feedback.filters)),
                keepsakes.fingerprint(connection, by),
            ),
        )


def take_back(keepsakes: Keepsakes, exchange: str) -> bool:
    """Forgets what was said of an answer; False when nothing was. Raises KeepingFailed."""
    with keepsakes.changing() as connection:
        return connection.execute("DELETE FROM feedback WHERE exchange = ?", (exchange,)).rowcount > 0


def all_feedback(keepsakes: Keepsakes) -> Iterator[Feedback]:
    """Everything that was kept, the oldest first. Raises KeepingFailed, also for what cannot be understood."""
    with keepsakes.reading() as connection:
        if connection is None:
            return
        for row in connection.execute(_ALL):
            exchange, given_at, good, reason, remark, passage, answer, filters = row
            try:
                yield Feedback(
                    exchange=exchange,
                    given_at=given_at,
                    good=bool(good),
                    answer=answer_json.from_json(answer),
                    reason=next((each for each in REASONS if each == reason), None),
                    remark=remark,
                    right_passage=None if passage is None else RightPassage(**json.loads(passage)),
                    filters=narrowing.from_json(json.loads(filters)),
                )
            except (ValueError, TypeError, KeyError) as error:
                raise KeepingFailed(
                    f"The feedback {exchange!r} in {keepsakes.file} cannot be read ({error!r}). Restore the file from "
                    "a backup, or delete that row of its table 'feedback'."
                ) from error


def _storable(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")
