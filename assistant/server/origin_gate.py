"""Pages of other sites: those that are listed may embed the chat and call the API, all others are refused, and the log
says why."""

import logging
from collections.abc import Sequence
from urllib.parse import urlsplit

from starlette.datastructures import Headers, QueryParams
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.identity.settings import origin_of
from assistant.server.refusals import refuse
from assistant.server.request_paths import is_for_programs, path_of
from assistant.widget.paths import FRAMED_FIRST, WIDGET

FRAMES = frozenset({"iframe", "frame", "embed", "object", "fencedframe"})
"""Values of `Sec-Fetch-Dest` (https://www.w3.org/TR/fetch-metadata/)."""

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
            allow_headers=("authorization", "content-type"),
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
        if headers.get("sec-fetch-dest") in FRAMES:
            framing = _origin(headers.get("referer", ""))
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
            page = headers.get("origin") or _origin(headers.get("referer", ""))
            return f"the page that loads the widget, of {page!r:.120}," if page and page not in self._listed else ""
        if path in FRAMED_FIRST:
            page = QueryParams(scope["query_string"]).get("host", "")
            return f"the page that shows the widget, of {page!r:.120}," if page and page not in self._listed else ""
        return ""

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
