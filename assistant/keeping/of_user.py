"""What is kept of one user's, to be shown or deleted, and what is older than it may get."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from assistant.keeping.keepsakes import Keepsakes


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How many there were."""

    shared_answers: int = 0
    feedback: int = 0


def kept_of(keepsakes: Keepsakes, name: str) -> dict[str, list[dict[str, Any]]]:
    """`shared_answers` and `feedback` of a user, the oldest first. Raises KeepingFailed."""
    found: dict[str, list[dict[str, Any]]] = {"shared_answers": [], "feedback": []}
    if not keepsakes.file.is_file():
        return found
    with keepsakes.changing() as connection:  # a file of the first format is brought up to date by it
        mark = (keepsakes.fingerprint(connection, name),)
        rows = "SELECT id, made_at, answer FROM shared_answers WHERE kept_by = ? ORDER BY made_at, id"
        for identity, made_at, answer in connection.execute(rows, mark):
            found["shared_answers"].append({"id": identity, "made_at": made_at, "answer": _read(answer)})
        rows = (
            "SELECT exchange, given_at, good, reason, remark, right_passage, answer FROM feedback WHERE kept_by = ? "
            "ORDER BY given_at, exchange"
        )
        for exchange, given_at, good, reason, remark, passage, answer in connection.execute(rows, mark):
            found["feedback"].append(
                {
                    "id": exchange,
                    "given_at": given_at,
                    "good": bool(good),
                    "reason": reason,
                    "remark": remark,
                    "right_passage": None if passage is None else _read(passage),
                    "answer": _read(answer),
                }
            )
    return found


def forget_user(keepsakes: Keepsakes, name: str) -> Forgotten:
    """Deletes what is kept of a user's; links to it open nothing from then on. Raises KeepingFailed."""
    if not keepsakes.file.is_file():
        return Forgotten()
    with keepsakes.changing() as connection:
        mark = (keepsakes.fingerprint(connection, name),)
        return Forgotten(
            connection.execute("DELETE FROM shared_answers WHERE kept_by = ?", mark).rowcount,
            connection.execute("DELETE FROM feedback WHERE kept_by = ?", mark).rowcount,
        )


def forget_before(keepsakes: Keepsakes, moment: datetime) -> Forgotten:
    """Deletes what is older, whosever it is. `moment` is in UTC. Raises KeepingFailed."""
    if not keepsakes.file.is_file():
        return Forgotten()
    before = (moment.isoformat(timespec="seconds"),)
    with keepsakes.changing() as connection:
        return Forgotten(
            connection.execute("DELETE FROM shared_answers WHERE made_at < ?", before).rowcount,
            connection.execute("DELETE FROM feedback WHERE given_at < ?", before).rowcount,
        )


def _read(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:  # it is shown as it is, rather than nothing
        return text
