"""Questions are answered in threads of their own, beside the event loop, and as fast as their readers read or not.

A thread never waits for a reader: what it tells is put together until it is read. So a reader that is slow, or reads
nothing, holds one answer in memory, and keeps nobody from theirs.
"""

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from typing import Any, TypeVar

from starlette.requests import Request

from assistant.server.api.problems import BUSY_SECONDS, CLIENT_GONE, Problem
from assistant.types import Answer, Event, Finished, TextDelta

Result = TypeVar("Result")
Work = Callable[[threading.Event], Iterator[Event]]
"""Answers a question; ends soon after the event is set."""


class StillWorking:
    """Nothing new, for so long that a proxy could take the connection for dead."""


class Answers:
    """Answers at most `at_once` questions at a time, and lets `waiting` more wait."""

    def __init__(self, at_once: int, waiting: int, *, silence_seconds: float = 15.0) -> None:
        self._pool = ThreadPoolExecutor(at_once, thread_name_prefix="answer")
        self._places = threading.BoundedSemaphore(at_once + waiting)
        self._silence_seconds = silence_seconds

    async def events(self, work: Work) -> AsyncIterator[Event | StillWorking]:
        """What `work` tells, and what it raises. Closing the iterator stops it. Raises Problem, 503, when too many
        wait already."""
        if not self._places.acquire(blocking=False):
            raise Problem(
                503,
                f"Too many questions are being answered. Ask again in {BUSY_SECONDS} seconds.",
                "too_busy",
                headers={"retry-after": str(BUSY_SECONDS)},
            )
        told, stop = _Told(asyncio.get_running_loop()), threading.Event()
        running = self._pool.submit(_run, work, stop, told)
        running.add_done_callback(lambda _: self._places.release())  # also when it is cancelled before it began
        try:
            async for event in told.events(self._silence_seconds):
                yield event
        finally:
            stop.set()
            running.cancel()


async def answered(events: AsyncIterator[Event | StillWorking]) -> Answer:
    async for event in events:
        if isinstance(event, Finished):
            return event.answer
    raise AssertionError("no answer came")


async def unless_gone(request: Request, work: Awaitable[Result]) -> Result:
    """The result of `work`, which is cancelled when the client goes away. Raises Problem, CLIENT_GONE, then.

    To be called when the body was read: only then does the connection tell of its end.
    """
    working, gone = asyncio.ensure_future(work), asyncio.ensure_future(_gone(request))
    try:
        await asyncio.wait({working, gone}, return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            return working.result()
        raise Problem(CLIENT_GONE, "The client has gone.", "client_gone")
    finally:
        await _ended(working)
        await _ended(gone)


class _Told:
    """What a thread tells an event loop; pieces of text that wait to be read are given as one."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._news = asyncio.Event()
        self._lock = threading.Lock()
        self._unread: list[Event] = []
        self._end: Exception | bool = False

    def tell(self, event: Event) -> None:
        with self._lock:
            self._unread.append(event)
        self._wake()

    def end(self, error: Exception | None = None) -> None:
        with self._lock:
            self._end = error or True
        self._wake()

    async def events(self, silence_seconds: float) -> AsyncIterator[Event | StillWorking]:
        while True:
            try:
                await asyncio.wait_for(self._news.wait(), silence_seconds)
            except TimeoutError:
                yield StillWorking()
                continue
            self._news.clear()
            with self._lock:
                unread, self._unread, end = self._unread, [], self._end
            for kind, together in groupby(unread, type):
                if kind is TextDelta:
                    yield TextDelta("".join(event.text for event in together if isinstance(event, TextDelta)))
                else:
                    for event in together:
                        yield event
            if isinstance(end, Exception):
                raise end
            if end:
                return

    def _wake(self) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has ended, and nobody reads any more
            self._loop.call_soon_threadsafe(self._news.set)


def _run(work: Work, stop: threading.Event, told: _Told) -> None:
    try:
        for event in work(stop):
            if stop.is_set():
                break
            told.tell(event)
        told.end()
    except Exception as error:  # raised again where it is waited for
        told.end(error)


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def _ended(task: asyncio.Future[Any]) -> None:
    if not task.done():
        task.cancel()
        await asyncio.wait([task])
