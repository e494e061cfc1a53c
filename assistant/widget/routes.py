"""What a page of another site loads: the script of the widget, and in its frame the page that waits for a token."""

from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from starlette.responses import HTMLResponse, RedirectResponse

from assistant.web import escaping
from assistant.web.messages import Messages, of_request
from assistant.widget.paths import EMBED, EMBED_LOGIN, WIDGET
from assistant.widget.script import static_text, widget_script

JAVASCRIPT = "text/javascript; charset=utf-8"


def widget_routes(*, takes_tokens: bool) -> APIRouter:
    """`takes_tokens` is whether the frame needs a token of the page around it before it shows the chat."""
    routes = APIRouter(include_in_schema=False)
    script = widget_script()
    once_more = static_text("once-more.js")

    @routes.get(WIDGET)
    def widget(request: Request) -> Response:
        # Asked for anew each time, and answered by 304: whether a page is listed may have changed since.
        headers = {
            "cache-control": "no-cache",
            "cross-origin-resource-policy": "cross-origin",
            "etag": script.tag,
            "vary": "Accept-Encoding, Origin",
        }
        if _hides_its_page(request):
            hidden = {name: value for name, value in headers.items() if name != "etag"} | {"cache-control": "no-store"}
            return Response(once_more, media_type=JAVASCRIPT, headers=hidden)
        if script.tag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        if "gzip" in request.headers.get("accept-encoding", ""):
            return Response(script.packed, media_type=JAVASCRIPT, headers=headers | {"content-encoding": "gzip"})
        return Response(script.text, media_type=JAVASCRIPT, headers=headers)

    @routes.get(EMBED)
    def with_slash(request: Request) -> RedirectResponse:
        return _below(request, "embed/")

    @routes.get(EMBED_LOGIN)
    def login(request: Request) -> Response:
        if not takes_tokens:
            return _below(request, "./")
        return HTMLResponse(login_html(of_request(request)), headers={"cache-control": "no-store"})

    return routes


def login_html(messages: Messages) -> str:
    """The page that the frame shows until it has a session; the widget hides it, unless it was opened by itself."""
    title, text = escaping.text(messages.say("name")), escaping.text(messages.say("login_needed"))
    return (
        f'<!doctype html><html lang="{messages.language}"><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width">'
        "<style>:root { color-scheme: light dark } body { font: 1rem/1.5 sans-serif; margin: 2rem }</style>"
        f"<script>{static_text('frame.js')}</script><h1>{title}</h1><p>{text}</p>"
        f"<script>{static_text('login.js')}</script></html>"
    )


def _hides_its_page(request: Request) -> bool:
    """Whether a page of another origin loads the script, and its policy keeps the browser from telling which."""
    sent = request.headers
    elsewhere = sent.get("sec-fetch-dest") == "script" and sent.get("sec-fetch-site") in ("cross-site", "same-site")
    return elsewhere and "origin" not in sent and "referer" not in sent


def _below(request: Request, path: str) -> RedirectResponse:
    """To what is beside this address: a proxy may have put it below another path."""
    query = urlencode(request.query_params.multi_items())
    return RedirectResponse(f"{path}?{query}" if query else path)
