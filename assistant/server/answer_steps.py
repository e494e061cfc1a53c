"""Whoever may not see everything gets what they ask for at whole steps of time: how long the work took, which may
depend a little on hidden articles, cannot be told within one."""

import asyncio
import math
import time
from collections.abc import Awaitable, Callable

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.identity.of_request import asker_of
from assistant.server.api.events import MEDIA_TYPE as EVENTS
from assistant.server.request_paths import is_below, is_for_programs, path_of

LAST_SECONDS = 0.0015
"""Timers of an event loop run for whole milliseconds from when they are set, so that they would tell the fractions of
the work's time. The end is therefore waited for by looking at the clock."""

PAGES = "/gradio_api"
"""Where the pages ask for what they show."""


class AnswerSteps:
    """ASGI middleware, inside that of the login. Where access groups apply to the asker, a response begins at the first
    multiple of `step_seconds` after the request was whole at which there is something of it; so does each further part
    of a stream of events. Other work goes on meanwhile, and no thread waits."""

    def __init__(
        self,
        app: ASGIApp,
        step_seconds: float,
        *,
        clock: Callable[[], float] = time.perf_counter,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._app = app
        self._step = step_seconds
        self._clock = clock
        self._sleep = sleep

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self._step or not _tells_of_articles(scope) or asker_of(HTTPConnection(scope)).groups is None:
            await self._app(scope, receive, send)
            return
        # From here, and not from the first byte of the request: who sends the rest of it when they like could else put
        # the end of a step where it tells them most.
        whole_at = self._clock()
        start: Message | None = None
        streams = False

        async def receive_whole() -> Message:
            nonlocal whole_at
            message = await receive()
            if message["type"] == "http.request":
                whole_at = self._clock()
            return message

        async def send_at_step(message: Message) -> None:
            nonlocal start, streams
            if message["type"] == "http.response.start":
                start = message
                streams = Headers(raw=message.get("headers", [])).get("content-type", "").startswith(EVENTS)
                return
            if start is not None or (streams and message.get("body")):
                await self._until_step_after(whole_at)
            if start is not None:
                begun, start = start, None
                await send(begun)
            await send(message)

        await self._app(scope, receive_whole, send_at_step)

    async def _until_step_after(self, began: float) -> None:
        end = began + self._step * max(1, math.ceil((self._clock() - began) / self._step))
        while (left := end - self._clock()) > 0:
            await self._sleep(max(0.0, left - LAST_SECONDS))


def _tells_of_articles(scope: Scope) -> bool:
    return scope["type"] == "http" and (is_for_programs(scope) or is_below(path_of(scope), PAGES))
