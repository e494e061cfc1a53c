"""The host that a request names is one that this server answers for. Another site could else give its own name this
server's address (DNS rebinding), and its page would be taken for one of ours."""

import logging

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.identity.hosts import host_in, is_among
from assistant.server.refusals import refuse
from assistant.server.request_paths import path_of

FOR_SUPERVISORS = frozenset({"/api/v1/health/live"})
"""It is asked by whatever address a supervisor has, and tells nothing."""

_log = logging.getLogger(__name__)


class HostGate:
    """ASGI middleware. `hosts` are those beside this machine's own names; None lets every host through."""

    def __init__(self, app: ASGIApp, hosts: frozenset[str] | None) -> None:
        self._app = app
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._hosts is None or scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        named = Headers(scope=scope).getlist("host")
        host = host_in(named[0]) if len(named) == 1 else ""
        if not is_among(host, self._hosts) and path_of(scope) not in FOR_SUPERVISORS:
            _log.warning("Refused %r: the host %.120r is not among allowed_hosts", path_of(scope), host)
            await refuse(400, scope, receive, send)
            return
        await self._app(scope, receive, send)
