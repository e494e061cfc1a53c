"""Below the path that a proxy put the server at, whether the proxy hands that path on or takes it off."""

from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.server.request_paths import is_below


class BelowPath:
    """ASGI middleware, around all others: requests have `root_path` (`""` or such as `/assistant`) before their path,
    and in their scope, as the ASGI specification has it. So the pages ask for what belongs to them below it, also where
    somebody reaches the server past the proxy."""

    def __init__(self, app: ASGIApp, root_path: str) -> None:
        self._app = app
        self._root = root_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self._root or scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        path = scope["path"]
        if path == self._root and scope["type"] == "http":
            await RedirectResponse(f"{self._root}/")(scope, receive, send)
            return
        below = {**scope, "root_path": self._root}
        if not is_below(path, self._root):
            below["path"] = self._root + path
            if scope.get("raw_path"):
                below["raw_path"] = self._root.encode() + scope["raw_path"]
        await self._app(below, receive, send)
