"""How many connections are open at once, and for how long one may keep the server waiting.

A proxy in front does the same and more; this is for when there is none, or when it is too patient.
"""

import asyncio
import contextlib
import functools
import resource
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from uvicorn.protocols.http.h11_impl import H11Protocol

from assistant.server.api.problems import BUSY_SECONDS, Problem, problem_response

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

MOST_CONNECTIONS = 12_000
OTHER_FILES = 512
"""Open files beside connections: the index for each thread that reads it, models, uploads."""


@dataclass(frozen=True, slots=True)
class ConnectionLimits:
    """Of connections beyond `most`, `refused_at_once` are told so and closed, and those beyond are closed at once.

    `head_seconds` is how long the head of a request may take, `stall_seconds` how long nothing may come of a body that
    is awaited, or go of a response that is there."""

    most: int = MOST_CONNECTIONS
    refused_at_once: int = 100
    head_seconds: float = 30.0
    stall_seconds: float = 60.0


def within_open_files(limits: ConnectionLimits) -> ConnectionLimits:
    """The limits with no more connections than this process may have files; raises that number as far as it may."""
    allowed, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = limits.most + limits.refused_at_once + OTHER_FILES
    if allowed < wanted:
        raised = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
        with contextlib.suppress(OSError, ValueError):  # a sandbox may forbid it
            resource.setrlimit(resource.RLIMIT_NOFILE, (raised, most))
            allowed = raised
    room = allowed - OTHER_FILES - limits.refused_at_once
    return ConnectionLimits(
        max(1, min(limits.most, room)), limits.refused_at_once, limits.head_seconds, limits.stall_seconds
    )


class LimitedConnection(H11Protocol):
    """One connection of uvicorn, within limits."""

    def __init__(self, *given: Any, limits: ConnectionLimits, **more: Any) -> None:
        super().__init__(*given, **more)
        self._limits = limits
        self._reading: asyncio.TimerHandle | None = None
        self._writing: asyncio.TimerHandle | None = None

    @classmethod
    def within(cls, limits: ConnectionLimits) -> Any:
        """What uvicorn takes as its `http`."""
        return functools.partial(cls, limits=limits)

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn does
        super().connection_made(transport)
        beyond = len(self.connections) - self._limits.most
        if beyond > self._limits.refused_at_once:
            transport.abort()
            return
        if beyond > 0:
            self.app = _refuse
        self._expect(self._limits.head_seconds)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self not in self.connections:  # it is a WebSocket now
            self._expect(None)
        elif self.cycle is None or self.cycle.response_complete:
            if self._reading is None:
                self._expect(self._limits.head_seconds)
        elif self.cycle.more_body:
            self._expect(self._limits.stall_seconds)
        else:
            self._expect(None)

    def on_response_complete(self) -> None:
        self._expect(None)
        super().on_response_complete()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._writing = self._writing or self.loop.call_later(self._limits.stall_seconds, self.transport.abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        _cancel(self._writing)
        self._writing = None

    def connection_lost(self, exc: Exception | None) -> None:
        self._expect(None)
        _cancel(self._writing)
        self._writing = None
        super().connection_lost(exc)

    def _expect(self, seconds: float | None) -> None:
        """More is to come within `seconds`, or nothing is awaited."""
        _cancel(self._reading)
        self._reading = None if seconds is None else self.loop.call_later(seconds, self._nothing_came)

    def _nothing_came(self) -> None:
        self._reading = None
        if self.flow.read_paused:  # it is the server that reads no more for now
            self._expect(self._limits.stall_seconds)
        else:
            self.transport.abort()


def _cancel(timer: asyncio.TimerHandle | None) -> None:
    if timer is not None:
        timer.cancel()


async def _refuse(scope: "Scope", receive: "Receive", send: "Send") -> None:
    headers = {"retry-after": str(BUSY_SECONDS), "connection": "close", "cache-control": "no-store"}
    problem = Problem(503, "Too many connections are open. Try again soon.", "too_busy", headers=headers)
    await problem_response(problem)(scope, receive, send)
