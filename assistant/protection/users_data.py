"""What is kept of one user, in all places together: to show it to them, and to delete it."""

from dataclasses import dataclass, replace
from typing import Any

from assistant.keeping.keepsakes import Keepsakes
from assistant.keeping.of_user import forget_user, kept_of
from assistant.protection.audit import NO_AUDIT, AuditLog
from assistant.settings import Settings


@dataclass(frozen=True, slots=True)
class Deleted:
    """How much was deleted."""

    audit_lines: int
    shared_answers: int
    feedback: int


@dataclass(frozen=True, slots=True)
class UsersData:
    """Without `keepsakes` neither answers nor feedback are kept."""

    keepsakes: Keepsakes | None = None
    audit: AuditLog = NO_AUDIT

    @classmethod
    def of(cls, settings: Settings) -> "UsersData":
        return cls(Keepsakes.of(settings), AuditLog(settings.audit_file))

    def of_user(self, name: str) -> dict[str, Any]:
        """All of it: `{"name", "audit": [...], "shared_answers": [...], "feedback": [...]}`. Raises KeepingFailed."""
        kept = kept_of(self.keepsakes, name) if self.keepsakes else {"shared_answers": [], "feedback": []}
        return {"name": name, "audit": self.audit.of_user(name), **kept}

    def delete(self, name: str) -> Deleted:
        """Deletes all of it. Raises KeepingFailed; what was deleted by then stays so."""
        done = Deleted(self.audit.forget_user(name), 0, 0)
        if self.keepsakes is None:
            return done
        kept = forget_user(self.keepsakes, name)
        return replace(done, shared_answers=kept.shared_answers, feedback=kept.feedback)
