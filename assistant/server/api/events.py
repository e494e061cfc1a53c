"""The answer as server-sent events, while it is made.

`searching` tells what is searched for, `text` the next piece of what a language model writes, unchecked, and `answer`,
always the last, the whole object, which takes the place of every `text`. `problem` comes instead where it fails later
than at the beginning.
"""

import json
from collections.abc import AsyncIterator
from typing import Any

from fastapi.sse import format_sse_event

from assistant.answer_object import answer_as_json
from assistant.server.api.answers import StillWorking
from assistant.server.api.problems import problem_document, problem_of
from assistant.types import Event, Finished, Searching, TextDelta

MEDIA_TYPE = "text/event-stream"
HEADERS = {"cache-control": "no-cache", "x-accel-buffering": "no"}
"""Nothing on the way may hold back or keep the events; nginx reads the second."""


async def sent_events(
    first: Event | StillWorking, following: AsyncIterator[Event | StillWorking]
) -> AsyncIterator[bytes]:
    try:
        yield _sent(first)
        async for event in following:
            yield _sent(event)
    except Exception as error:  # the status was sent already; the reader is told in the stream
        yield as_event("problem", problem_document(problem_of(error)))


def as_event(name: str | None, data: Any) -> bytes:
    return format_sse_event(event=name, data_str=json.dumps(data, ensure_ascii=False))


def still_working() -> bytes:
    """A comment, which readers pass over."""
    return format_sse_event(comment="still working")


def _sent(event: Event | StillWorking) -> bytes:
    match event:
        case Searching(query):
            return as_event("searching", {"searched_for": query})
        case TextDelta(text):
            return as_event("text", {"text": text})
        case Finished(answer):
            return as_event("answer", answer_as_json(answer))
        case StillWorking():
            return still_working()
