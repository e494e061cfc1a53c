"""People who may not see everything are answered at whole steps of time, by a clock that stands in for the real one."""

import asyncio
from dataclasses import dataclass, field

import pytest
from starlette.types import Message, Scope

from assistant.identity.asker import EVERYBODY, STRANGER, Asker
from assistant.server.answer_steps import AnswerSteps

STEP = 0.025


@dataclass
class Time:
    """Sleeping takes a millisecond too long, as event loops do, unless it is for no time at all."""

    now: float = 100.0
    slept: int = 0

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept += 1
        self.now += seconds + 0.001 if seconds else 0.00001


@dataclass
class Work:
    """Takes `body_takes` to get the request, and then so long for each part of its response."""

    time: Time
    parts: list[tuple[float, bytes]]
    content_type: bytes = b"application/json"
    body_takes: float = 0.0
    sent: list[tuple[str, float]] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: object, send: object) -> None:
        assert scope["type"] == "http"
        assert callable(receive)
        assert callable(send)
        await receive()
        for number, (takes, body) in enumerate(self.parts):
            self.time.now += takes
            if number == 0:
                headers = [(b"content-type", self.content_type)]
                await send({"type": "http.response.start", "status": 200, "headers": headers})
            await send({"type": "http.response.body", "body": body, "more_body": number < len(self.parts) - 1})

    def released(self, asker: Asker, path: str = "/api/v1/search", step: float = STEP) -> list[tuple[str, float]]:
        """Kind of each message, and when it was sent, in seconds after the request was whole."""
        whole_at = self.time.now + self.body_takes

        async def receive() -> Message:
            self.time.now += self.body_takes
            return {"type": "http.request", "body": b"{}", "more_body": False}

        async def send(message: Message) -> None:
            self.sent.append((message["type"].rpartition(".")[2], self.time.now - whole_at))

        scope = {"type": "http", "path": path, "headers": [], "state": {"asker": asker}}
        asyncio.run(AnswerSteps(self, step, clock=self.time.clock, sleep=self.time.sleep)(scope, receive, send))
        return self.sent


def at(*steps: int) -> list[object]:
    """Within a fiftieth of a millisecond after these multiples of the step."""
    return [pytest.approx(STEP * step + 0.00001, abs=0.00001) for step in steps]


@pytest.mark.parametrize(
    ("took", "step"),
    [(0.0, 1), (0.0012, 1), (0.0049, 1), (0.0051, 1), (0.0249, 1), (0.0251, 2), (0.0999, 4), (0.1001, 5)],
)
def test_an_answer_comes_at_the_next_multiple_of_the_step(took: float, step: int) -> None:
    sent = Work(Time(), [(took, b"{}")]).released(STRANGER)
    assert [kind for kind, _ in sent] == ["start", "body"]
    assert [moment for _, moment in sent] == at(step, step)


def test_when_it_comes_does_not_depend_on_the_fraction_of_a_millisecond_that_the_work_took() -> None:
    moments = {Work(Time(), [(0.005 + part / 10_000, b"{}")]).released(STRANGER)[0][1] for part in range(10)}
    assert max(moments) - min(moments) < 0.00002


def test_the_time_counts_from_when_the_request_was_whole() -> None:
    """Who sends the rest of it 13 ms later does not move the end of the step into the time of the work."""
    assert [moment for _, moment in Work(Time(), [(0.02, b"{}")], body_takes=0.013).released(STRANGER)] == at(1, 1)


def test_each_event_of_a_stream_comes_at_a_step_and_its_end_at_once() -> None:
    parts = [(0.001, b"event: searching"), (0.03, b"event: text"), (0.03, b"event: answer"), (0.0, b"")]
    sent = Work(Time(), parts, b"text/event-stream; charset=utf-8").released(STRANGER)
    assert [moment for _, moment in sent] == at(1, 1, 3, 5, 5)


def test_the_parts_of_a_file_are_not_held_back_one_by_one() -> None:
    sent = Work(Time(), [(0.001, b"a"), (0.0, b"b"), (0.0, b"c")], b"text/plain").released(STRANGER)
    assert [moment for _, moment in sent] == at(1, 1, 1, 1)


@pytest.mark.parametrize(
    ("asker", "path", "step"),
    [
        (EVERYBODY, "/api/v1/search", STEP),
        (Asker("ada", None, is_owner=True), "/api/v1/search", STEP),
        (STRANGER, "/api/v1/search", 0.0),
        (STRANGER, "/", STEP),
        (STRANGER, "/assets/index.js", STEP),
    ],
)
def test_owners_and_what_tells_of_no_article_are_answered_at_once(asker: Asker, path: str, step: float) -> None:
    work = Work(Time(), [(0.003, b"{}")])
    assert [moment for _, moment in work.released(asker, path, step)] == [pytest.approx(0.003)] * 2
    assert work.time.slept == 0


@pytest.mark.parametrize("path", ["/api/v1/ask", "/v1/chat/completions", "/mcp", "/gradio_api/queue/data"])
def test_every_way_in_is_answered_at_steps(path: str) -> None:
    assert Work(Time(), [(0.003, b"{}")]).released(STRANGER, path)[0][1] == at(1)[0]
