"""Pages of other sites: those that are listed may embed the chat and call the API, all others are refused, and the log
says why."""

import logging
from collections.abc import Sequence

from starlette.datastructures import Headers, QueryParams
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.identity.page_origin import framing_page, is_own, origin_in
from assistant.server.refusals import refuse
from assistant.server.request_paths import is_for_programs, path_of
from assistant.widget.paths import FRAMED_FIRST, WIDGET

MCP_HEADERS = ("mcp-protocol-version", "mcp-method", "mcp-name", "mcp-session-id", "last-event-id")
"""What clients of the Model Context Protocol send beside what is their own."""

_log = logging.getLogger(__name__)


class OriginGate:
    """ASGI middleware. The API takes requests from pages of this server and of `embed_origins`, by CORS; with
    `guards_pages` the chat does, too, since a login by a cookie, and the right to everything on one's own machine, go
    with whatever request a browser sends. `own_origins` are this server's, beside the one that a request names."""

    def __init__(
        self, app: ASGIApp, embed_origins: Sequence[str], *, guards_pages: bool, own_origins: Sequence[str] = ()
    ) -> None:
        self._app = app
        self._listed = frozenset((*embed_origins, *own_origins))
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
        by_cors = scope["type"] == "http" and (is_for_programs(scope) or path_of(scope) == WIDGET)
        await (self._cors if by_cors else self._app)(scope, receive, send)

    def _wrong(self, scope: Scope) -> str:
        """Which site's page sent the request, where it may not; "" where it may."""
        headers = Headers(scope=scope)
        unlisted = self._unlisted_host(headers, scope)
        if unlisted or headers.get("sec-fetch-site") == "same-origin":
            return unlisted
        framing = framing_page(headers)
        if framing and not self._may(framing, headers):
            return f"the page that shows it in a frame, of {framing},"
        origin = headers.get("origin")
        guarded = self._guards_pages or is_for_programs(scope)
        if origin is None or not guarded or self._may(origin, headers):
            return ""
        return f"the origin {origin!r:.120}"

    def _unlisted_host(self, headers: Headers, scope: Scope) -> str:
        """Of the widget and its frame: the page that loads them must be listed, be it of this server's own origin."""
        path = path_of(scope)
        if path == WIDGET:
            page = headers.get("origin") or origin_in(headers.get("referer", ""))
            return f"the page that loads the widget, of {page!r:.120}," if page and page not in self._listed else ""
        if path in FRAMED_FIRST:
            page = QueryParams(scope["query_string"]).get("host", "")
            return f"the page that shows the widget, of {page!r:.120}," if page and page not in self._listed else ""
        return ""

    def _may(self, origin: str, headers: Headers) -> bool:
        return origin in self._listed or is_own(origin, headers)
