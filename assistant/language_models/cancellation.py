"""An asynchronous stream, read by a thread that waits for it, and ended at once when that thread wants no more.

A thread that waits for bytes of a silent server cannot be woken by closing the connection from another one; a task of
an event loop can be cancelled whatever it waits for. So each stream runs in a loop and a thread of its own.
"""

import asyncio
import contextlib
import queue
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from typing import TypeVar

Item = TypeVar("Item")

_LOOK_EVERY = 0.05
"""Seconds between two looks at `stop`."""

_END_WITHIN = 2.0
"""Seconds that closing the connection may take, before the thread is left behind."""


class _End:
    """Stands behind the last item."""


def read_stream(open_stream: Callable[[], AsyncIterator[Item]], stop: threading.Event | None = None) -> Iterator[Item]:
    """What `open_stream()` gives, one after another, and what it raises.

    It ends when `stop` is set, or when this iterator is closed; the stream is then cancelled where it waits, so that
    it can close what it holds.
    """
    items: queue.SimpleQueue[Item | Exception | _End] = queue.SimpleQueue()
    loop = asyncio.new_event_loop()

    async def run() -> None:
        try:
            async for item in open_stream():
                items.put(item)
        except Exception as error:  # raised again in the thread that reads
            items.put(error)

    task = loop.create_task(run())

    def work() -> None:
        try:
            with asyncio.Runner(loop_factory=lambda: loop) as runner:
                runner.run(_finished(task))
        finally:
            items.put(_End())

    thread = threading.Thread(target=work, name="language-model", daemon=True)
    thread.start()
    try:
        while stop is None or not stop.is_set():
            try:
                item = items.get(timeout=_LOOK_EVERY)
            except queue.Empty:
                continue
            if isinstance(item, _End):
                return
            if isinstance(item, Exception):
                raise item
            yield item
    finally:
        with contextlib.suppress(RuntimeError):  # the loop may just have ended by itself
            loop.call_soon_threadsafe(task.cancel)
        thread.join(_END_WITHIN)


async def _finished(task: "asyncio.Task[None]") -> None:
    await asyncio.wait([task])
