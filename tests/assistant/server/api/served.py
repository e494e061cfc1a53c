"""What the tests of the API share: who asks, events of a stream, an engine that tells when it works."""

import json
import threading
from collections.abc import Iterator, Sequence
from typing import Any

from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.collection_keeper import CollectionKeeper
from assistant.filters import EVERYTHING, Filters
from assistant.identity.asker import Asker
from assistant.keeping.keepsakes import Keepsakes
from assistant.protection.audit import NO_AUDIT, AuditLog
from assistant.server.api.application import mount_api
from assistant.server.api.parts import ApiLimits
from assistant.types import Event, Turn
from assistant.web.engine import Engine
from assistant.web.engine_slot import EngineSlot
from tests.fakes import WordEngine


class AskedBy:
    """ASGI middleware in the place of a login: the header X-Asker names one of `askers`."""

    def __init__(self, app: ASGIApp, askers: dict[str, Asker]) -> None:
        self._app = app
        self._askers = askers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        name = dict(scope.get("headers", ())).get(b"x-asker", b"").decode()
        if name in self._askers:
            scope.setdefault("state", {})["asker"] = self._askers[name]
        await self._app(scope, receive, send)


class WorkingEngine(WordEngine):
    """`begun` is set when it works on a question, `ended` when it works on it no more."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.begun = threading.Event()
        self.ended = threading.Event()

    def stream(
        self,
        question: str,
        history: Sequence[Turn] = (),
        stop: threading.Event | None = None,
        search_for: str | None = None,
        filters: Filters = EVERYTHING,
    ) -> Iterator[Event]:
        self.begun.set()
        try:
            yield from super().stream(question, history, stop, search_for, filters)
        finally:
            self.ended.set()


def api_over(
    engine: Engine | None,
    *,
    problem: str | None = None,
    keepsakes: Keepsakes | None = None,
    collection: CollectionKeeper | None = None,
    limits: ApiLimits | None = None,
    audit: AuditLog = NO_AUDIT,
) -> FastAPI:
    """The API without the pages, which take seconds to build."""
    app = FastAPI()
    mount_api(app, EngineSlot(engine, problem), keepsakes, collection, limits or ApiLimits(), audit=audit)
    return app


def events_of(text: str) -> list[tuple[str, Any]]:
    """The name and the data of each event of a stream, without comments."""
    found = []
    for block in text.split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
        if "data" in lines:
            found.append((lines.get("event", "message"), json.loads(lines["data"])))
    return found
