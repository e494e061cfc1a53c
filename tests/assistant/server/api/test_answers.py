"""Threads tell an event loop what happens; nothing waits for a reader, and what nobody wants is not begun."""

import asyncio
import threading
from collections.abc import Iterator

import pytest

from assistant.server.api.answers import Answers, StillWorking, answered
from assistant.server.api.problems import Problem
from assistant.types import Event, Finished, Searching, TextDelta
from tests.fakes import answer_of

ANSWER = answer_of("quay?", "Five pounds.")


def quick(_stop: threading.Event) -> Iterator[Event]:
    yield Searching("quay")
    yield Finished(ANSWER)


def test_what_was_not_read_is_given_as_one() -> None:
    told = threading.Event()

    def work(_stop: threading.Event) -> Iterator[Event]:
        yield Searching("quay")
        for piece in ("Five ", "pou", "nds."):
            yield TextDelta(piece)
        yield Finished(ANSWER)
        told.set()

    async def read() -> list[Event | StillWorking]:
        events = Answers(1, 0).events(work)
        first = await anext(events)
        await asyncio.to_thread(told.wait, 60)
        return [first, *[event async for event in events]]

    events = asyncio.run(read())
    assert events[0] == Searching("quay")
    written = [event.text for event in events if isinstance(event, TextDelta)]
    assert "".join(written) == "Five pounds."
    assert len(written) <= 2  # what was there with the first event, and all that followed
    assert events[-1] == Finished(ANSWER)


def test_a_long_silence_is_told() -> None:
    go_on = threading.Event()

    def work(_stop: threading.Event) -> Iterator[Event]:
        assert go_on.wait(60)
        yield Finished(ANSWER)

    async def read() -> tuple[object, object]:
        events = Answers(1, 0, silence_seconds=0.01).events(work)
        silence = await anext(events)
        go_on.set()
        return silence, await answered(events)

    silence, answer = asyncio.run(read())
    assert isinstance(silence, StillWorking)
    assert answer == ANSWER


def test_an_error_is_raised_where_it_is_waited_for() -> None:
    def work(_stop: threading.Event) -> Iterator[Event]:
        yield Searching("quay")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        asyncio.run(answered(Answers(1, 0).events(work)))


def test_what_nobody_waits_for_any_more_is_not_begun_and_gives_its_place_back() -> None:
    go_on, begun = threading.Event(), threading.Event()

    def slow(_stop: threading.Event) -> Iterator[Event]:
        assert go_on.wait(60)
        yield Finished(ANSWER)

    def unwanted(_stop: threading.Event) -> Iterator[Event]:
        begun.set()
        yield Finished(ANSWER)

    async def ask() -> None:
        answers = Answers(1, 1, silence_seconds=0.01)
        first = answers.events(slow)
        await anext(first)  # it is being worked on, and silent
        waiting = answers.events(unwanted)
        await anext(waiting)
        with pytest.raises(Problem, match="Too many questions"):
            await answered(answers.events(quick))
        await waiting.aclose()  # type: ignore[attr-defined]  # a generator, told as an iterator
        third = answers.events(quick)
        await anext(third)  # there is room again
        go_on.set()
        assert await answered(first) == await answered(third) == ANSWER

    asyncio.run(ask())
    assert not begun.is_set()
