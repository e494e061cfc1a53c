"""How large what is sent to the pages may be: events of a page are small, and files are uploaded where files are taken.

Gradio itself looks at the size of each file, and of nothing else."""

from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.server.api.body_limit import BodyLimit
from assistant.server.api.parts import ApiLimits
from assistant.server.request_paths import path_of
from assistant.web.upload_gate import UPLOAD


class PageBodyLimit:
    """ASGI middleware with the limits of the API."""

    def __init__(self, app: ASGIApp, limits: ApiLimits) -> None:
        self._limits = limits
        self._limited = BodyLimit(app, self._limit)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._limited(scope, receive, send)

    def _limit(self, scope: Scope) -> int:
        uploads = path_of(scope).rstrip("/").endswith(UPLOAD)
        return self._limits.upload_bytes if uploads else self._limits.body_bytes
