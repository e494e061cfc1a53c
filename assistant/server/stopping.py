"""The end of the server: what is being answered is finished, what is new is refused, and what only waits is let go."""

import asyncio
import time
from collections.abc import Callable

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.server.api.problems import BUSY_SECONDS, Problem, problem_response
from assistant.server.request_paths import is_below, is_for_programs, path_of
from assistant.web.messages import negotiate

STOP_SECONDS = 30.0
QUIET_SECONDS = 1.0
"""A page asks for the end of an answer in a request of its own, shortly after that in which it was written."""

_OF_PAGES = "/gradio_api/"
_HEARTBEAT = "/gradio_api/heartbeat/"
"""A stream that each open page holds for as long as it is open."""

TRY_AGAIN_LATER = 1013
"""The code with which a WebSocket is closed."""

_FOR_SUPERVISORS = frozenset({"/api/v1/health/live", "/metrics"})


class Stopping:
    """What the server is still at. `begin` may be called by a signal's handler; all else is of the event loop."""

    def __init__(self, seconds: float = STOP_SECONDS, clock: Callable[[], float] = time.monotonic) -> None:
        self.seconds = seconds
        self._clock = clock
        self._until: float | None = None
        self._ended = False
        self._at_work: set[asyncio.Task[object]] = set()
        self._waiting: set[asyncio.Task[object]] = set()
        self._last_work = clock() - QUIET_SECONDS

    @property
    def begun(self) -> bool:
        """Whether nothing new is taken any more."""
        return self._until is not None

    @property
    def at_work(self) -> int:
        """How many requests are being answered."""
        return len(self._at_work)

    def begin(self) -> None:
        if self._until is None:
            self._until = self._clock() + self.seconds

    def is_over(self) -> bool:
        """Whether the server was told to end, and all is finished, or has had its time."""
        if self._until is None:
            return False
        now = self._clock()
        return now >= self._until or (not self._at_work and now >= self._last_work + QUIET_SECONDS)

    def end(self) -> int:
        """Lets go of all that is left; returns how many answers were not finished."""
        self._ended = True
        unfinished = len(self._at_work)
        for task in (*self._at_work, *self._waiting):
            task.cancel()
        return unfinished

    def around(self, app: ASGIApp) -> ASGIApp:
        """`app`, as long as the server is not told to end. To be put around everything else."""

        async def gate(scope: Scope, receive: Receive, send: Send) -> None:
            path = path_of(scope) if scope["type"] in ("http", "websocket") else None
            if path is None or path in _FOR_SUPERVISORS:  # who asks again and again must not keep it from ending
                await app(scope, receive, send)
            elif self.begun and not _goes_on(path):
                await _refuse(scope, receive, send)
            else:
                await self._followed(app, scope, receive, send)

        return gate

    async def _followed(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        started = complete = False

        async def noted(message: Message) -> None:
            nonlocal started, complete
            started = started or message["type"] in ("http.response.start", "websocket.accept")
            complete = complete or (message["type"] == "http.response.body" and not message.get("more_body"))
            await send(message)

        task = asyncio.current_task()
        assert task is not None
        waits = only_waits(scope)
        tasks = self._waiting if waits else self._at_work
        tasks.add(task)
        try:
            await app(scope, receive, noted)
        except asyncio.CancelledError:
            if not self._ended:
                raise
            task.uncancel()
            if not started:
                await _refuse(scope, receive, send)
            elif waits and scope["type"] == "http" and not complete:
                await send({"type": "http.response.body", "body": b"", "more_body": False})
            # An answer that was not finished is left as it is: its reader must not take it for a whole one.
        finally:
            tasks.discard(task)
            if not waits:
                self._last_work = self._clock()


def only_waits(scope: Scope) -> bool:
    """Whether a request asks for nothing but to be told what may come some day."""
    if scope["type"] == "websocket":
        return True
    path = path_of(scope)
    return _HEARTBEAT in path or (scope["method"] == "GET" and is_below(path, "/mcp"))


def _goes_on(path: str) -> bool:
    """Whether a request may be needed to finish what was begun: pages ask for the next step of an answer. A new
    question is refused by the chat itself, which can tell."""
    return _OF_PAGES in path and not path.endswith("/upload")


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    """A problem to programs, and to people a text that their browser replaces by the page, once there is one again."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": TRY_AGAIN_LATER})
        return
    headers = {"retry-after": str(BUSY_SECONDS), "connection": "close", "cache-control": "no-store"}
    if is_for_programs(scope):
        detail = f"The server is being stopped. Send the request again in {BUSY_SECONDS} seconds."
        await problem_response(Problem(503, detail, "stopping", headers=headers))(scope, receive, send)
        return
    text = negotiate(Headers(scope=scope).get("accept-language")).say("stopping")
    await PlainTextResponse(text, 503, headers | {"refresh": str(BUSY_SECONDS)})(scope, receive, send)
