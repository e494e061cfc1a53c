"""A page of one heading and a few sentences, for what is said before anybody is known; it loads nothing at all."""

import base64
import hashlib
from collections.abc import Mapping

from starlette.responses import HTMLResponse

from assistant.web import escaping
from assistant.web.messages import Messages

_STYLE = (
    "body{font:1.1rem/1.5 sans-serif;max-width:40rem;margin:4rem auto;padding:0 1rem}"
    "@media(prefers-color-scheme:dark){body{background:#181715;color:#ece8e1}a{color:#63c5b8}}"
)
_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
POLICY = f"default-src 'none'; style-src 'sha256-{_HASH}'; base-uri 'none'; form-action 'none'"


def plain_page(
    messages: Messages,
    text: str,
    status: int = 200,
    *,
    link: tuple[str, str] | None = None,
    at_once: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> HTMLResponse:
    """`text` is plain. `link` is an address and its text; a browser goes on to `at_once` by itself."""
    title = escaping.text(messages.say("name"))
    refresh = f'<meta http-equiv="refresh" content="0; url={escaping.attribute(at_once, 8_000)}">' if at_once else ""
    # In a frame the provider's page would be refused: the link leads out of it.
    way_on = ""
    if link:
        address, words = escaping.attribute(link[0], 8_000), escaping.text(link[1])
        way_on = f'<p><a href="{address}" target="_top">{words}</a></p>'
    page = (
        f'<!doctype html><html lang="{messages.language}"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width">{refresh}<style>{_STYLE}</style></head>'
        f"<body><main><h1>{title}</h1><p>{escaping.text(text)}</p>{way_on}</main></body></html>"
    )
    fixed = {"content-security-policy": POLICY, "cache-control": "no-store"}
    return HTMLResponse(page, status, fixed | dict(headers or {}))
