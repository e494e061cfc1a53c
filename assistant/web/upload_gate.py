"""Files are taken only while the page asks for them: at any other time nobody can put anything on the server's disk."""

from collections.abc import Callable

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.server.request_paths import path_of
from assistant.widget.paths import EMBED

UPLOAD = "/gradio_api/upload"
UPLOADS = (UPLOAD, EMBED + UPLOAD)
"""Where files come in: of the chat, and of its compact form."""


class UploadGate:
    """ASGI middleware that refuses uploads to the chat's page unless `is_open` says otherwise."""

    def __init__(self, app: ASGIApp, is_open: Callable[[], bool]) -> None:
        self._app = app
        self._is_open = is_open

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and path_of(scope).rstrip("/") in UPLOADS and not self._is_open():
            refusal = JSONResponse({"detail": "This page takes no files at the moment."}, status_code=403)
            await refusal(scope, receive, send)
            return
        await self._app(scope, receive, send)
