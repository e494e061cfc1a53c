"""Everything that is kept about people has an end: at the start, and then once a day."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from assistant.errors import AssistantError
from assistant.keeping.keepsakes import Keepsakes
from assistant.keeping.of_user import forget_before
from assistant.protection.audit import AuditLog
from assistant.settings import Settings

DAY_SECONDS = 24 * 3600.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Ended:
    """How much was deleted because its time was over."""

    audit_lines: int = 0
    shared_answers: int = 0
    feedback: int = 0

    @property
    def anything(self) -> bool:
        return bool(self.audit_lines or self.shared_answers or self.feedback)


def end_what_is_over(settings: Settings, now: datetime | None = None) -> Ended:
    """Deletes what is older than the settings let it become. Raises KeepingFailed."""
    moment = now or datetime.now(UTC)
    lines = AuditLog(settings.audit_file).forget_before(moment - timedelta(days=settings.audit_days))
    if settings.retention_days is None:
        return Ended(audit_lines=lines)
    kept = forget_before(Keepsakes.of(settings), moment - timedelta(days=settings.retention_days))
    return Ended(lines, kept.shared_answers, kept.feedback)


class Retention:
    """Does so in a thread of its own, as long as the process runs or until it is stopped."""

    def __init__(
        self,
        settings: Settings,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        every_seconds: float = DAY_SECONDS,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._every_seconds = every_seconds
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="retention", daemon=True)

    def start(self) -> None:
        """The first time is now, before anything is served; the others come by themselves."""
        self._once()
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(self._every_seconds):
            self._once()

    def _once(self) -> None:
        try:
            ended = end_what_is_over(self._settings, self._clock())
        except AssistantError as error:  # the chat goes on, and tries again tomorrow
            _log.error("What is kept about people could not be looked through: %s", error)
            return
        if ended.anything:
            _log.warning(
                "Deleted what was kept long enough: %d lines of who asked, %d shared answers, %d of feedback",
                ended.audit_lines,
                ended.shared_answers,
                ended.feedback,
            )
