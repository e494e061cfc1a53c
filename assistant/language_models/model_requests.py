"""Requests to a language model: time-outs, retries and limits, whatever its server speaks."""

import asyncio
import random
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Protocol

from assistant.errors import AnswerCutOff, LanguageModelFailed
from assistant.language_models.cancellation import read_stream
from assistant.types import Message

CONNECT_SECONDS = 5.0
"""How long a server may take to accept a connection."""

UNKNOWN_CONTEXT_TOKENS = 4096
"""Taken where neither the settings nor the server tell: what nearly every server offers at least."""

LONGEST_WAIT = 20.0
"""Seconds before another try. A server that asks for more is not asked again."""

_METADATA_SECONDS = 5.0
_CHARACTERS_PER_TOKEN = 16
"""More than any model writes for a token on the average; a text that is longer has not kept to its limit."""


@dataclass(frozen=True, slots=True)
class Limits:
    """`timeout_seconds` is until the first word, all tries together, and then until each next one."""

    timeout_seconds: float
    retries: int
    answer_tokens: int
    context_tokens: int | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """The next piece of a text, perhaps empty; `end` is the reason for which the text ends with it, if it does."""

    text: str
    end: str | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """An error of a server in words. `passing` is true where the same request may succeed a little later;
    `retry_after` is how many seconds the server asks to wait."""

    what: str
    next_step: str
    passing: bool = False
    retry_after: float | None = None


class Server(Protocol):
    """One way to ask a model."""

    @property
    def name(self) -> str:
        """The model and its address, for messages."""
        ...

    def prepare(self) -> None:
        """Imports what a request needs, which takes seconds; at once where that is done."""
        ...

    def open_stream(self, messages: Sequence[Message]) -> AsyncGenerator[Piece, None]: ...

    async def context_tokens(self) -> int | None:
        """What the server says of the model, or None; raises what the connection raises."""
        ...

    def fault(self, error: Exception) -> Fault: ...


class ServedLanguageModel:
    """A language model behind a server. Holds nothing of any request; each has a connection of its own."""

    def __init__(self, server: Server, limits: Limits) -> None:
        self._server = server
        self._limits = limits
        self._context_tokens = limits.context_tokens

    @property
    def answer_tokens(self) -> int:
        return self._limits.answer_tokens

    def context_tokens(self, stop: threading.Event | None = None) -> int:
        """As set; else as the server says, which is asked until it has answered once; else a modest default."""
        if self._context_tokens is None:
            self._server.prepare()
            for told in read_stream(self._ask_context_tokens, stop):
                self._context_tokens = told or UNKNOWN_CONTEXT_TOKENS
        return self._context_tokens or UNKNOWN_CONTEXT_TOKENS

    async def _ask_context_tokens(self) -> AsyncIterator[int | None]:
        try:
            async with asyncio.timeout(min(_METADATA_SECONDS, self._limits.timeout_seconds)):
                told = await self._server.context_tokens()
        except Exception:  # a server that cannot be reached is reported by the request that follows
            return
        yield told

    def stream(self, messages: Sequence[Message], stop: threading.Event | None = None) -> Iterator[str]:
        """Raises LanguageModelFailed and AnswerCutOff, as `LanguageModel.stream` says."""
        self._server.prepare()  # not while the clock runs
        return read_stream(lambda: self._texts(tuple(messages)), stop)

    async def _texts(self, messages: Sequence[Message]) -> AsyncIterator[str]:
        patience = self._limits.timeout_seconds
        clock = asyncio.get_running_loop().time
        begun = False
        try:
            async with asyncio.timeout(patience) as limit:
                async for text in self._with_retries(messages, clock() + patience):
                    limit.reschedule(clock() + patience)
                    begun = True
                    if text:
                        yield text
        except TimeoutError as error:
            what = "stopped writing" if begun else "wrote nothing"
            raise LanguageModelFailed(
                f"{self._server.name} {what} for {patience:g} seconds. See whether its server is overloaded, or raise "
                "ASSISTANT_LLM_TIMEOUT_SECONDS."
            ) from error

    async def _with_retries(self, messages: Sequence[Message], deadline: float) -> AsyncIterator[str]:
        """The pieces of the first try that gives any. Only what nobody has seen yet may be tried again."""
        clock = asyncio.get_running_loop().time
        for attempt in range(self._limits.retries + 1):
            begun = False
            try:
                async for text in self._one_try(messages):
                    begun = begun or bool(text)
                    yield text
                return
            except LanguageModelFailed:
                raise
            except Exception as error:  # whatever a library makes of what a server sends
                fault = self._server.fault(error)
                wait = wait_before(attempt, fault.retry_after, random.random())
                again = fault.passing and not begun and attempt < self._limits.retries
                if not again or wait > LONGEST_WAIT or clock() + wait >= deadline:
                    raise LanguageModelFailed(f"{self._server.name} {fault.what} {fault.next_step}") from error
            await asyncio.sleep(wait)

    async def _one_try(self, messages: Sequence[Message]) -> AsyncIterator[str]:
        written, pieces, end = 0, 0, None
        async with aclosing(self._server.open_stream(messages)) as stream:
            async for piece in stream:
                written += len(piece.text)
                pieces += 1
                end = piece.end or end
                yield piece.text
                if max(written / _CHARACTERS_PER_TOKEN, pieces / 4) > self._limits.answer_tokens + 100:
                    end = "length"
                    break
        if end is None:
            what = "ended in the middle of its answer" if written else "sent no answer"
            raise LanguageModelFailed(
                f"{self._server.name} {what}. See the log of its server, and whether ASSISTANT_LLM_BASE_URL is right."
            )
        if end == "length":
            raise AnswerCutOff(
                f"{self._server.name} reached {self._limits.answer_tokens} tokens in the middle of its answer. Raise "
                "ASSISTANT_LLM_ANSWER_TOKENS."
            )
        if end == "content_filter":
            raise LanguageModelFailed(f"{self._server.name} withheld its answer: its content filter stopped it.")


def wait_before(attempt: int, retry_after: float | None, chance: float) -> float:
    """Seconds before the next try: as the server asked, or twice as long each time; a part of it by chance, so that
    those who were turned away together do not come back together. `attempt` starts at 0, `chance` is from 0 to 1."""
    if retry_after is not None:
        return max(0.0, retry_after) + 0.25 * chance
    return float(min(LONGEST_WAIT, 0.5 * 2.0**attempt) * (0.5 + 0.5 * chance))
