"""Security headers on every response: the page may load and reach nothing but this server, and only the pages of listed
origins may show it in a frame."""

from collections.abc import Sequence

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.server.request_paths import is_below, path_of

# Gradio's page holds inline scripts and styles and compiles its templates, so these stay allowed; what matters here is
# that nothing is fetched from, or sent to, another place.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
    )
)
HEADERS = {
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "permissions-policy": "camera=(), display-capture=(), geolocation=(), microphone=(), midi=(), payment=(), usb=()",
    "cross-origin-opener-policy": "same-origin",
}
STRICT_TRANSPORT = "max-age=31536000"
"""A browser that was here by https comes by https for a year. Of other hosts of the domain nothing is said."""


class SecurityHeaders:
    """ASGI middleware that adds `HEADERS` and the policy where the response does not set them itself; bodies stream
    through. Pages of `embed_origins` may show everything in a frame but what is below `never_framed`; who may is added
    to the policy of a response, too. With `https` browsers are told to come by https even where a proxy hides it."""

    def __init__(
        self,
        app: ASGIApp,
        embed_origins: Sequence[str] = (),
        never_framed: Sequence[str] = (),
        *,
        https: bool = False,
    ) -> None:
        self._app = app
        self._never_framed = tuple(never_framed)
        self._embedders = _framed_by(embed_origins)
        self._https = https

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        never = any(is_below(path_of(scope), each) for each in self._never_framed) if "path" in scope else False
        framed_by = _framed_by(()) if never else self._embedders
        secure = self._https or scope.get("scheme") == "https"

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if secure:
                    headers.setdefault("strict-transport-security", STRICT_TRANSPORT)
                policy = headers.get("content-security-policy", CONTENT_SECURITY_POLICY)
                if "frame-ancestors" not in policy:
                    headers["content-security-policy"] = f"{policy}; {framed_by}"
            await send(message)

        await self._app(scope, receive, send_with_headers if scope["type"] == "http" else send)


def _framed_by(embed_origins: Sequence[str]) -> str:
    ancestors = " ".join(embed_origins) or "'none'"
    return f"frame-ancestors {ancestors}"
