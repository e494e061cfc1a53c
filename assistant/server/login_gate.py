"""Every request passes here: it gets its asker, or is refused. Nothing behind it knows how people log in."""

import logging
from collections.abc import Callable, Collection

from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.errors import LoginRefused
from assistant.identity.asker import STRANGER, Asker
from assistant.identity.login import Login
from assistant.server.refusals import refuse
from assistant.server.request_paths import is_below, path_of
from assistant.widget.paths import EMBED, EMBED_LOGIN, WIDGET

FOR_STRANGERS = frozenset({"/api/v1/health/live", "/api/v1/health/ready", WIDGET, EMBED, EMBED_LOGIN})
"""What supervisors ask, and what a page loads before anybody is known; it holds nothing of the articles."""

_log = logging.getLogger(__name__)


class LoginGate:
    """ASGI middleware: sets `request.state.asker` by `login`; paths below `owners_only` are for owners, and for
    `anybody`, which is who asks where nobody needs to log in. What is below `open_paths` is open to all. `sign_in`
    gives the address at which a person logs in who wanted to open a path. With `takes_tokens` a frame that nobody is
    known in goes where it gets a token."""

    def __init__(
        self,
        app: ASGIApp,
        login: Login,
        owners_only: Collection[str] = (),
        *,
        anybody: Asker | None = None,
        open_paths: Collection[str] = (),
        sign_in: Callable[[str], str] | None = None,
        takes_tokens: bool = False,
    ) -> None:
        self._app = app
        self._takes_tokens = takes_tokens
        self._login = login
        self._owners_only = tuple(owners_only)
        self._anybody = anybody
        self._open_paths = tuple(open_paths)
        self._sign_in = sign_in

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        path = path_of(scope)
        try:
            asker = await self._asker(HTTPConnection(scope))
        except LoginRefused as error:
            if self._takes_tokens and path == f"{EMBED}/" and scope.get("method") == "GET":
                query = scope["query_string"].decode("latin-1")
                await RedirectResponse(f"login?{query}")(scope, receive, send)
                return
            if path not in FOR_STRANGERS and not any(is_below(path, each) for each in self._open_paths):
                _log.warning("Refused %r, nobody is known to ask: %s", path, error)
                await refuse(401, scope, receive, send, sign_in=self._sign_in and self._sign_in(_wanted(scope)))
                return
            asker = STRANGER
        may_everything = asker.is_owner or asker is self._anybody
        if not may_everything and any(is_below(path, each) for each in self._owners_only):
            _log.warning("Refused %r to %r, who is no owner", path, asker.name)
            await refuse(403, scope, receive, send)
            return
        scope.setdefault("state", {})["asker"] = asker
        await self._app(scope, receive, send)

    async def _asker(self, request: HTTPConnection) -> Asker:
        if self._login.fetches:
            return await run_in_threadpool(self._login.asker, request)
        return self._login.asker(request)


def _wanted(scope: Scope) -> str:
    query = scope.get("query_string", b"").decode("latin-1")
    return f"{path_of(scope)}?{query}" if query else path_of(scope)
