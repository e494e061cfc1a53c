"""Larger bodies than a path takes are refused before they are read, or as soon as they have grown too large."""

from collections.abc import Callable

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.server.api.problems import Problem, problem_response


class BodyLimit:
    """ASGI middleware; `limit_of` gives the bytes that a request may have.

    FastAPI's own limit answers in plain text where the length is told beforehand.
    """

    def __init__(self, app: ASGIApp, limit_of: Callable[[Scope], int]) -> None:
        self._app = app
        self._limit_of = limit_of

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = self._limit_of(scope)
        told = Headers(scope=scope).get("content-length", "")
        if told.isdecimal() and int(told[:20]) > limit:
            await problem_response(_too_large(limit))(scope, receive, send)
            return
        taken = 0

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > limit:
                raise _too_large(limit)
            return message

        await self._app(scope, counted, send)


def _too_large(limit: int) -> Problem:
    detail = f"The body is larger than the {limit} bytes that are taken here. Send less at once."
    return Problem(413, detail, "body_too_large", headers={"connection": "close"})
