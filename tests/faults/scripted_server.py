"""A server that speaks as OpenAI's or as Ollama does, and misbehaves as it is told; real, on loopback."""

import asyncio
import contextlib
import json
import socket
import threading
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route


@dataclass(frozen=True, slots=True)
class Refusal:
    """Instead of a stream: a status, and perhaps a header."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: str = '{"error": {"message": "no, not now"}}'


HANG = object()
"""In a script: silence until the client goes."""

Script = Refusal | Sequence[object]
"""What one request gets. Of a sequence, texts are sent as pieces, `bytes` as they are, and `HANG` is silence."""


class ScriptedServer:
    """Answers each request with the next script, the last one again and again. `bodies` are the requests; `left` is
    set when a client has gone before the end of what it was sent."""

    def __init__(self, scripts: Sequence[Script], models: object = None) -> None:
        self._scripts = scripts
        self._models = models
        self.bodies: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.left = threading.Event()
        self.address = ""

    @contextlib.contextmanager
    def running(self) -> Iterator["ScriptedServer"]:
        routes = [
            Route("/v1/chat/completions", self._chat, methods=["POST"]),
            Route("/v1/models", self._list),
            Route("/api/chat", self._chat, methods=["POST"]),
            Route("/api/show", self._list, methods=["POST"]),
        ]
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            self.address = f"http://127.0.0.1:{listener.getsockname()[1]}/v1"
            config = uvicorn.Config(Starlette(routes=routes), log_level="error", timeout_graceful_shutdown=1)
            server = uvicorn.Server(config)
            thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
            thread.start()
            try:
                yield self
            finally:
                server.should_exit = True
                thread.join(10)

    async def _list(self, request: Request) -> Response:
        del request
        return JSONResponse(self._models) if self._models is not None else Response(status_code=404)

    async def _chat(self, request: Request) -> Response:
        script = self._scripts[min(len(self.bodies), len(self._scripts) - 1)]
        self.bodies.append(await request.json())
        self.keys.append(request.headers.get("authorization"))
        if isinstance(script, Refusal):
            return Response(script.body, script.status, script.headers, "application/json")
        return StreamingResponse(self._stream(script), media_type="text/event-stream")

    async def _stream(self, script: Sequence[object]) -> AsyncIterator[bytes]:
        try:
            for piece in script:
                if piece is HANG:
                    await asyncio.Event().wait()
                yield piece if isinstance(piece, bytes) else chunk({"content": piece})
        except asyncio.CancelledError:
            self.left.set()
            raise


def chunk(delta: object, finish_reason: str | None = None) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": finish_reason}
    content = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}
    return b"data: " + json.dumps(content).encode() + b"\n\n"


def line(text: str, done_reason: str | None = None) -> bytes:
    """A piece as Ollama sends it, perhaps the last one."""
    message = {"role": "assistant", "content": text}
    content = {"model": "m", "created_at": "2025-04-11T12:00:00Z", "message": message, "done": done_reason is not None}
    return json.dumps(content | ({"done_reason": done_reason} if done_reason else {})).encode() + b"\n"


DONE = chunk({}, "stop") + b"data: [DONE]\n\n"
"""A good end."""

FULL = chunk({}, "length") + b"data: [DONE]\n\n"
"""The end of what reached its limit."""
