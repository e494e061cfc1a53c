"""The adapters to language models, and the rules of their requests; what servers do is in `tests/faults`."""

import asyncio
import threading
from collections.abc import AsyncGenerator, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from assistant.errors import LanguageModelFailed
from assistant.language_models.cancellation import read_stream
from assistant.language_models.language_model import (
    OllamaServer,
    OpenAILikeServer,
    context_of,
    open_language_model,
    retry_after,
)
from assistant.language_models.model_requests import (
    LONGEST_WAIT,
    Fault,
    Limits,
    Piece,
    ServedLanguageModel,
    wait_before,
)
from assistant.settings import load_settings
from assistant.types import Message

LIMITS = Limits(timeout_seconds=5, retries=2, answer_tokens=50)


def test_no_model_is_opened_where_none_is_set() -> None:
    assert open_language_model(load_settings()) is None


def test_what_is_set_is_what_is_opened() -> None:
    model = open_language_model(
        load_settings(llm="ollama", llm_model="m", llm_context_tokens=2000, llm_answer_tokens=99)
    )
    assert model is not None
    assert (model.context_tokens(), model.answer_tokens) == (2000, 99)


@pytest.mark.parametrize(
    ("listed", "tokens"),
    [
        ({"data": [{"id": "m", "max_model_len": 32768}]}, 32768),
        ({"data": [{"id": "other", "context_length": 8192}]}, 8192),
        ({"data": [{"id": "other", "context_length": 8192}, {"id": "m", "context_window": 4096}]}, 4096),
        ({"data": [{"id": "a", "context_length": 8192}, {"id": "b", "context_length": 8192}]}, None),
        ({"data": [{"id": "m", "meta": {"n_ctx_train": 131072, "n_ctx": 2048}}]}, 2048),
        ({"data": [{"id": "m", "meta": {"n_ctx_train": 131072}}]}, None),
        ({"data": [{"id": "m", "max_model_len": "many"}]}, None),
        ({"data": [{"id": "m", "max_model_len": -1}]}, None),
        ({"data": ["m", None]}, None),
        ({"data": {}}, None),
        ([], None),
        (None, None),
    ],
)
def test_the_context_is_read_from_what_servers_list(listed: Any, tokens: int | None) -> None:
    assert context_of(listed, "m") == tokens


NOW = datetime(2025, 4, 11, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("7", 7.0),
        ("Fri, 11 Apr 2025 12:00:30 GMT", 30.0),
        ("Fri, 11 Apr 2025 11:00:00 GMT", 0.0),
        ("soon", None),
        ("-3", None),
    ],
)
def test_a_server_says_in_seconds_or_by_a_date_when_to_come_back(header: str | None, seconds: float | None) -> None:
    assert retry_after(header, NOW) == seconds


def test_waits_grow_twice_as_long_and_are_never_the_same_for_all() -> None:
    assert [wait_before(attempt, None, 1.0) for attempt in range(4)] == [0.5, 1.0, 2.0, 4.0]
    assert [wait_before(attempt, None, 0.0) for attempt in range(4)] == [0.25, 0.5, 1.0, 2.0]
    assert wait_before(30, None, 1.0) == LONGEST_WAIT
    assert wait_before(0, 7.0, 0.0) == 7.0
    assert wait_before(0, 7.0, 1.0) == 7.25


class FaultyServer:
    """Gives prepared pieces or raises prepared errors, one list for each try; `ValueError`s pass."""

    name = "The model"

    def __init__(self, *tries: Sequence[Piece | Exception], tells: int | Exception | None = None) -> None:
        self._tries = list(tries)
        self._tells = tells
        self.tried = 0
        self.asked = 0

    def prepare(self) -> None:
        pass

    async def open_stream(self, messages: Sequence[Message]) -> AsyncGenerator[Piece, None]:
        del messages
        self.tried += 1
        for piece in self._tries[min(self.tried, len(self._tries)) - 1]:
            if isinstance(piece, Exception):
                raise piece
            yield piece

    async def context_tokens(self) -> int | None:
        self.asked += 1
        if isinstance(self._tells, Exception):
            raise self._tells
        return self._tells

    def fault(self, error: Exception) -> Fault:
        return Fault(f"failed: {error}.", "Try again.", isinstance(error, ValueError), 0.0)


def written(server: FaultyServer) -> list[str]:
    return list(ServedLanguageModel(server, LIMITS).stream([Message("user", "hello")]))


def test_a_passing_fault_is_tried_again_as_often_as_is_set() -> None:
    server = FaultyServer([ValueError("busy")], [Piece(""), ValueError("busy")], [Piece("Hello"), Piece("", "stop")])
    assert written(server) == ["Hello"]
    assert server.tried == 3


def test_a_fault_that_does_not_pass_is_told_with_the_next_step() -> None:
    server = FaultyServer([ValueError("busy")])
    with pytest.raises(LanguageModelFailed, match=r"^The model failed: busy\. Try again\.$"):
        written(server)
    assert server.tried == LIMITS.retries + 1


def test_another_fault_is_not_tried_again() -> None:
    server = FaultyServer([KeyError("key")])
    with pytest.raises(LanguageModelFailed):
        written(server)
    assert server.tried == 1


def test_nothing_is_tried_again_once_a_word_was_written() -> None:
    server = FaultyServer([Piece("Hel"), ValueError("gone")], [Piece("Hello", "stop")])
    pieces = ServedLanguageModel(server, LIMITS).stream([Message("user", "hello")])
    assert next(pieces) == "Hel"
    with pytest.raises(LanguageModelFailed):
        next(pieces)
    assert server.tried == 1


@pytest.mark.parametrize(("tells", "tokens"), [(2048, 2048), (None, 4096)])
def test_the_context_is_asked_for_once(tells: int | None, tokens: int) -> None:
    server = FaultyServer(tells=tells)
    model = ServedLanguageModel(server, LIMITS)
    assert [model.context_tokens(), model.context_tokens()] == [tokens, tokens]
    assert server.asked == 1


def test_a_server_that_does_not_answer_is_asked_for_its_context_again() -> None:
    server = FaultyServer(tells=OSError("down"))
    model = ServedLanguageModel(server, LIMITS)
    assert [model.context_tokens(), model.context_tokens()] == [4096, 4096]
    assert server.asked == 2


def test_a_stream_that_waits_is_cancelled_and_closes_what_it_holds() -> None:
    closed = threading.Event()

    async def stream() -> AsyncGenerator[int, None]:
        try:
            yield 1
            await asyncio.Event().wait()
        finally:
            closed.set()

    stop = threading.Event()
    items = []
    for item in read_stream(stream, stop):
        items.append(item)
        stop.set()
    assert items == [1]
    assert closed.wait(10)


def test_what_a_stream_raises_is_raised_where_it_is_read() -> None:
    async def stream() -> AsyncGenerator[int, None]:
        yield 1
        raise ZeroDivisionError("here")

    with pytest.raises(ZeroDivisionError, match="here"):
        list(read_stream(stream))


def test_errors_of_libraries_are_told_in_words() -> None:
    import httpx
    import ollama
    import openai

    served = OpenAILikeServer("http://127.0.0.1:1/v1", "m", "key-1", LIMITS)
    request = httpx.Request("POST", "http://127.0.0.1:1/v1/chat/completions")
    response = httpx.Response(429, headers={"Retry-After": "3"}, text='{"error": "slow down, key-1"}', request=request)
    fault = served.fault(openai.RateLimitError("m", response=response, body=None))
    assert (fault.what, fault.passing, fault.retry_after) == ("answered with status 429: slow down, ***.", True, 3.0)
    lost = openai.APIConnectionError(request=request)
    lost.__cause__ = httpx.ConnectError("refused")
    assert served.fault(lost).what == "cannot be reached or broke the connection (ConnectError: refused)."
    local = OllamaServer("http://127.0.0.1:1", "m", "", LIMITS)
    missing = local.fault(ollama.ResponseError('{"error": "model not found"}', 404))
    assert (missing.what, missing.passing) == ("answered with status 404: model not found.", False)
    assert local.fault(ollama.ResponseError("busy", 503)).passing
    assert local.fault(httpx.ConnectError("refused")).passing
    assert local.fault(TypeError("no")).what == "sent something that cannot be understood (TypeError)."
