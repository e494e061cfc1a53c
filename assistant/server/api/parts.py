"""What the routes of the API work with."""

from dataclasses import dataclass

from fastapi import Request

from assistant.collection_keeper import CollectionKeeper
from assistant.identity.of_request import asker_of
from assistant.keeping.keepsakes import Keepsakes
from assistant.protection.audit import NO_AUDIT, AuditLog
from assistant.protection.users_data import UsersData
from assistant.server.api.answers import Answers
from assistant.server.api.metrics import Metrics
from assistant.server.api.problems import Problem
from assistant.server.api.rate_limit import RateLimit
from assistant.settings import Settings
from assistant.web.engine import Engine
from assistant.web.engine_slot import EngineSlot

PREFIX = "/api/v1"


@dataclass(frozen=True, slots=True)
class ApiLimits:
    """`rate` is how often one user may ask, such as "120/minute, 2000/day", or "none", and `page_rate` how often all
    users of a page of another site may together. Of questions, `answers_at_once` are answered, and `waiting` wait.
    Bodies have at most `body_bytes`, those of uploads `upload_bytes`."""

    rate: str = "none"
    page_rate: str = "none"
    answers_at_once: int = 8
    waiting: int = 128
    body_bytes: int = 1_000_000
    upload_bytes: int = 200_000_000

    @classmethod
    def of(cls, settings: Settings) -> "ApiLimits":
        return cls(rate=settings.rate_limit, page_rate=settings.origin_rate_limit)


@dataclass(frozen=True, slots=True)
class ApiParts:
    """Without `keepsakes` no feedback is kept; without `collection` no article is added or removed."""

    slot: EngineSlot
    answers: Answers
    metrics: Metrics
    rate_limit: RateLimit
    keepsakes: Keepsakes | None = None
    collection: CollectionKeeper | None = None
    audit: AuditLog = NO_AUDIT

    @property
    def users_data(self) -> UsersData:
        return UsersData(self.keepsakes, self.audit)

    def engine(self, request: Request) -> Engine:
        """What answers whoever sent the request. Raises Problem, 503, where there is none."""
        engine = self.slot.engine
        if engine is None:
            raise Problem(503, self.slot.problem or "There is no index.", "index_missing")
        return engine.seen_by(asker_of(request).groups)
