"""The record of who asked, and which articles were cited: one JSON object a line, written as it happens.

    {"time": "2026-03-01T09:30:00+00:00", "who": "ada", "surface": "chat", "articles": ["a.md"], "abstained": false}

`who` is null for somebody who did not log in; addresses are not written down. `question` is there only where that is
set.
"""

import json
import logging
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from filelock import FileLock

from assistant.errors import KeepingFailed
from assistant.identity.asker import Asker
from assistant.settings import Settings
from assistant.types import Answer

Surface = Literal["chat", "embed", "ask", "stream", "search", "openai", "mcp"]
"""By which way somebody asked."""

LOCK_SECONDS = 10.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class AuditLog:
    """`file` is None where nothing is written down. Several processes may write to one file: each line is added under a
    lock, and what is too old is taken out under it."""

    file: Path | None = None
    questions: bool = False
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)

    @classmethod
    def of(cls, settings: Settings) -> "AuditLog":
        """Raises KeepingFailed where the file cannot be written to."""
        log = cls(settings.audit_file, settings.audit_questions)
        log.check()
        return log

    def check(self) -> None:
        """Raises KeepingFailed where nothing could be written: at the start that is better known than later."""
        if self.file is not None:
            with _errors(self.file):
                self._add("")

    def answered(self, asker: Asker, surface: Surface, answer: Answer) -> None:
        """Writes down that somebody got an answer."""
        articles = [citation.article for citation in answer.citations]
        self.write(asker, surface, articles, question=answer.question, abstained=answer.abstained)

    def found(self, asker: Asker, surface: Surface, articles: Sequence[str], query: str) -> None:
        """Writes down that somebody searched, and got passages of these articles."""
        self.write(asker, surface, articles, question=query)

    def write(
        self, asker: Asker, surface: Surface, articles: Sequence[str], *, question: str, abstained: bool | None = None
    ) -> None:
        """One line. An answer does not fail because it could not be written: the server's log says so."""
        if self.file is None:
            return
        record: dict[str, Any] = {
            "time": self.clock().isoformat(timespec="seconds"),
            "who": asker.name,
            "surface": surface,
            "articles": list(dict.fromkeys(articles)),
        }
        if abstained is not None:
            record["abstained"] = abstained
        if self.questions:
            record["question"] = question
        try:
            self._add(json.dumps(record) + "\n")
        except (OSError, TimeoutError) as error:
            _log.error("Who asked could not be written to %s: %s", self.file, error)

    def of_user(self, name: str) -> list[dict[str, Any]]:
        """What is written down of a user, the oldest first. Raises KeepingFailed."""
        if self.file is None or not self.file.exists():
            return []
        with _errors(self.file):
            return [record for _, record in self._lines() if record is not None and record.get("who") == name]

    def forget_user(self, name: str) -> int:
        """Takes a user's lines out; how many there were. Raises KeepingFailed."""
        return self._keep_only(lambda record: record is None or record.get("who") != name)

    def forget_before(self, day: datetime) -> int:
        """Takes out what is older; how many lines there were. One without a time that can be read is older than
        anything. Raises KeepingFailed."""
        return self._keep_only(lambda record: record is not None and _time_of(record) >= day)

    def _add(self, line: str) -> None:
        assert self.file is not None
        with _lock(self.file):
            # Others than the server's user have no business in it.
            number = os.open(self.file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            with os.fdopen(number, "a", encoding="utf-8") as file:
                file.write(line)

    def _lines(self) -> Iterator[tuple[str, dict[str, Any] | None]]:
        """Each line, and its record, or None where it holds none."""
        assert self.file is not None
        with self.file.open(encoding="utf-8", errors="replace") as file:
            for line in file:
                try:
                    record = json.loads(line)
                except ValueError:
                    record = None
                yield line, record if isinstance(record, dict) else None

    def _keep_only(self, wanted: Callable[[dict[str, Any] | None], bool]) -> int:
        if self.file is None or not self.file.exists():
            return 0
        gone = 0
        unfinished = self.file.with_name(f".{self.file.name}.unfinished")
        with _errors(self.file), _lock(self.file):
            try:
                number = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
                with os.fdopen(number, "w", encoding="utf-8") as kept:
                    for line, record in self._lines():
                        if wanted(record):
                            kept.write(line if line.endswith("\n") else f"{line}\n")
                        else:
                            gone += 1
                    kept.flush()
                    os.fsync(kept.fileno())
                if gone:
                    os.replace(unfinished, self.file)
            finally:
                unfinished.unlink(missing_ok=True)
        return gone


NO_AUDIT = AuditLog()


def _lock(file: Path) -> FileLock:
    file.parent.mkdir(parents=True, exist_ok=True)
    return FileLock(file.with_name(f".{file.name}.lock"), timeout=LOCK_SECONDS, thread_local=False)


@contextmanager
def _errors(file: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, TimeoutError) as error:
        raise KeepingFailed(
            f"The record of who asked, {file}, cannot be read or written ({error}). Check the folder and its rights, "
            "or name another file with the setting 'audit_file'."
        ) from error


def _time_of(record: dict[str, Any]) -> datetime:
    try:
        found = datetime.fromisoformat(str(record.get("time")))
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)
    return found if found.tzinfo else found.replace(tzinfo=UTC)
