"""Pages of other sites: those that are listed may embed the chat and call the API, all others are refused, and the log
says why."""

import logging
from collections.abc import Sequence
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.identity.settings import origin_of
from assistant.server.refusals import refuse
from assistant.server.request_paths import is_for_programs, path_of

FRAMES = frozenset({"iframe", "frame", "embed", "object", "fencedframe"})
"""Values of `Sec-Fetch-Dest` (https://www.w3.org/TR/fetch-metadata/)."""

MCP_HEADERS = ("mcp-protocol-version", "mcp-method", "mcp-name", "mcp-session-id", "last-event-id")
"""What clients of the Model Context Protocol send beside what is their own."""

_log = logging.getLogger(__name__)


class OriginGate:
    """ASGI middleware. The API takes requests from pages of this server and of `embed_origins`, by CORS; with
    `guards_pages` the chat does, too, since a login by a cookie goes with whatever request a browser sends."""

    def __init__(self, app: ASGIApp, embed_origins: Sequence[str], *, guards_pages: bool) -> None:
        self._app = app
        self._listed = frozenset(embed_origins)
        self._guards_pages = guards_pages
        self._cors = CORSMiddleware(
            app,
            allow_origins=tuple(embed_origins),
            allow_methods=("GET", "POST", "DELETE"),
            allow_headers=("authorization", "content-type", *MCP_HEADERS),
            expose_headers=("retry-after",),
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        wrong = self._wrong(scope)
        if wrong:
            _log.warning("Refused %r: %s is not among embed_origins", path_of(scope), wrong)
            await refuse(421, scope, receive, send)
            return
        by_cors = scope["type"] == "http" and is_for_programs(scope)
        await (self._cors if by_cors else self._app)(scope, receive, send)

    def _wrong(self, scope: Scope) -> str:
        """Which site's page sent the request, where it may not; "" where it may."""
        headers = Headers(scope=scope)
        if headers.get("sec-fetch-site") == "same-origin":
            return ""
        if headers.get("sec-fetch-dest") in FRAMES:
            framing = _origin(headers.get("referer", ""))
            if framing and not self._may(framing, headers):
                return f"the page that shows it in a frame, of {framing},"
        origin = headers.get("origin")
        guarded = self._guards_pages or is_for_programs(scope)
        if origin is None or not guarded or self._may(origin, headers):
            return ""
        return f"the origin {origin!r:.120}"

    def _may(self, origin: str, headers: Headers) -> bool:
        host = _host(origin)
        return origin in self._listed or (bool(host) and host == headers.get("host", "").lower())


def _origin(address: str) -> str:
    """The origin of the address of a page, or "" where it has none."""
    parts = urlsplit(address)
    try:
        return origin_of(f"{parts.scheme}://{parts.netloc}")
    except ValueError:
        return ""


def _host(origin: str) -> str:
    """Host and port as the header Host has them; a browser leaves the usual port out of both."""
    return origin.partition("://")[2].lower()
