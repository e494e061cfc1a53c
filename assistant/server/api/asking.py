"""A question of the API becomes events or an answer, for whichever form it came in."""

import threading
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Sequence
from dataclasses import dataclass

from fastapi import Request

from assistant.filters import EVERYTHING, Filters
from assistant.identity.of_request import asker_of
from assistant.protection.audit import Surface
from assistant.server.api.answers import StillWorking, answered, unless_gone
from assistant.server.api.parts import ApiParts
from assistant.types import Answer, Event, Finished, Turn


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of one request."""

    parts: ApiParts
    request: Request
    question: str
    history: Sequence[Turn] = ()
    filters: Filters = EVERYTHING
    surface: Surface = "ask"

    async def answer(self) -> Answer:
        """Raises what the engine raises, and Problem; ends early when the client goes away."""
        return await unless_gone(self.request, answered(self.events()))

    async def begin(self) -> tuple[Event | StillWorking, AsyncIterator[Event | StillWorking]]:
        """The first event and an iterator of those that follow; what stands in the way at once is raised, so that it
        can be told by the status. To be read in a streamed response, which ends when the client goes away."""
        events = self.events()
        first = await unless_gone(self.request, anext(events))
        return first, events

    async def events(self) -> AsyncGenerator[Event | StillWorking, None]:
        """What the engine tells; raises what it raises, and Problem. Closing the iterator stops it."""
        engine = self.parts.engine(self.request)

        def work(stop: threading.Event) -> Iterator[Event]:
            return engine.stream(self.question, self.history, stop, filters=self.filters)

        async for event in self.parts.answers.events(work):
            if isinstance(event, Finished):
                self.parts.metrics.count_answer(event.answer)
                self.parts.audit.answered(asker_of(self.request), self.surface, event.answer)
            yield event
