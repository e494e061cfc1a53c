"""From the signal on, nothing new is taken; what was begun has its time, and what only waits does not count."""

import asyncio

import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.server.stopping import Stopping, only_waits


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def http(path: str, method: str = "GET", **headers: str) -> Scope:
    sent = [(name.encode(), value.encode()) for name, value in headers.items()]
    return {"type": "http", "method": method, "path": path, "root_path": "", "headers": sent}


async def call(app: ASGIApp, scope: Scope) -> list[Message]:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return await asyncio.Future()

    await app(scope, receive, send)
    return sent


async def good(_scope: Scope, _receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"good"})


class Held:
    """Begins its response, if it `starts`, and ends it when it is let go."""

    def __init__(self, *, starts: bool = True) -> None:
        self.go = asyncio.Event()
        self._starts = starts

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        if self._starts:
            await send({"type": "http.response.start", "status": 200, "headers": []})
        await self.go.wait()
        await send({"type": "http.response.body", "body": b"whole"})


@pytest.mark.parametrize(
    ("scope", "status"),
    [
        (http("/api/v1/ask", "POST"), 503),
        (http("/api/v1/health/ready"), 503),
        (http("/"), 503),
        (http("/gradio_api/upload", "POST"), 503),
        (http("/api/v1/health/live"), 200),
        (http("/metrics"), 200),
        (http("/gradio_api/queue/join", "POST"), 200),
        (http("/collection/gradio_api/run/predict", "POST"), 200),
    ],
)
def test_only_what_finishes_something_is_let_through(scope: Scope, status: int) -> None:
    stopping = Stopping()
    app = stopping.around(good)
    assert asyncio.run(call(app, scope))[0]["status"] == 200
    stopping.begin()
    start = asyncio.run(call(app, scope))[0]
    assert start["status"] == status
    assert (b"retry-after" in dict(start["headers"])) is (status == 503)


def test_a_websocket_is_told_to_come_back() -> None:
    stopping = Stopping()
    stopping.begin()
    sent = asyncio.run(call(stopping.around(good), {"type": "websocket", "path": "/live", "headers": []}))
    assert sent == [{"type": "websocket.close", "code": 1013}]


def test_it_is_over_when_nothing_is_answered_any_more() -> None:
    async def run() -> None:
        clock, held = Clock(), Held()
        stopping = Stopping(30, clock)
        assert not stopping.is_over()
        answering = asyncio.create_task(call(stopping.around(held), http("/api/v1/ask", "POST")))
        await asyncio.sleep(0)
        stopping.begin()
        clock.now += 20
        assert (stopping.at_work, stopping.is_over()) == (1, False)
        held.go.set()
        assert (await answering)[-1]["body"] == b"whole"
        assert not stopping.is_over()  # a page may ask for the end of its answer
        clock.now += 1
        assert stopping.is_over()
        assert stopping.end() == 0

    asyncio.run(run())


def test_with_nothing_to_do_it_is_over_at_once() -> None:
    stopping = Stopping(30, Clock())
    stopping.begin()
    assert stopping.is_over()


@pytest.mark.parametrize(("starts", "expected"), [(False, [503, b"stopping"]), (True, [200])])
def test_an_answer_that_had_its_time_is_refused_or_left_unfinished(starts: bool, expected: list[object]) -> None:
    async def run() -> list[Message]:
        clock = Clock()
        stopping = Stopping(30, clock)
        held = Held(starts=starts)
        answering = asyncio.create_task(call(stopping.around(held), http("/api/v1/ask", "POST")))
        await asyncio.sleep(0)
        stopping.begin()
        stopping.begin()  # which gives no more time
        clock.now += 30
        assert stopping.is_over()
        assert stopping.end() == 1
        return await answering

    sent = asyncio.run(run())
    assert sent[0]["status"] == expected[0]
    assert len(sent) == len(expected)
    if len(expected) > 1:
        assert expected[1] in sent[1]["body"]


def test_who_asks_whether_it_lives_does_not_keep_it_alive() -> None:
    clock = Clock()
    stopping = Stopping(30, clock)
    app = stopping.around(good)
    stopping.begin()
    asyncio.run(call(app, http("/api/v1/health/live")))
    assert stopping.is_over()
    asyncio.run(call(app, http("/gradio_api/run/predict", "POST")))
    assert not stopping.is_over()


def test_a_stream_that_only_waits_does_not_hold_it_and_is_ended_well() -> None:
    async def run() -> list[Message]:
        stopping = Stopping(30, Clock())
        page = asyncio.create_task(call(stopping.around(Held()), http("/gradio_api/heartbeat/abc")))
        await asyncio.sleep(0)
        stopping.begin()
        assert stopping.is_over()
        assert stopping.end() == 0
        return await page

    assert asyncio.run(run())[-1] == {"type": "http.response.body", "body": b"", "more_body": False}


def test_a_client_that_goes_away_is_none_of_its_business() -> None:
    async def run() -> None:
        stopping = Stopping()
        answering = asyncio.create_task(call(stopping.around(Held()), http("/api/v1/ask", "POST")))
        await asyncio.sleep(0)
        answering.cancel()
        with pytest.raises(asyncio.CancelledError):
            await answering
        assert stopping.at_work == 0

    asyncio.run(run())


@pytest.mark.parametrize(
    ("scope", "waits"),
    [
        (http("/gradio_api/heartbeat/abc"), True),
        (http("/evaluation/gradio_api/heartbeat/abc"), True),
        (http("/mcp"), True),
        (http("/mcp", "POST"), False),
        (http("/gradio_api/queue/data"), False),
        (http("/api/v1/ask", "POST"), False),
    ],
)
def test_what_only_waits(scope: Scope, waits: bool) -> None:
    assert only_waits(scope) is waits
