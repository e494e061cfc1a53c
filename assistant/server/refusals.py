"""What is answered to a request that is refused before anything reads it: a page to people, a problem to programs."""

from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, Response
from starlette.types import Receive, Scope, Send

from assistant.server.api.problems import Problem, problem_response
from assistant.server.request_paths import is_for_programs
from assistant.web import escaping
from assistant.web.messages import negotiate

POLICY_VIOLATION = 1008
"""The code with which a WebSocket is closed."""

_PROBLEMS = {
    401: ("Nobody is known to have sent this request. The server's log says why.", "login_needed", "login_needed"),
    403: ("Only owners of the collection may do this.", "not_owner", "owners_only"),
    421: ("A page of another site may not use this server.", "other_site", "other_site"),
}
"""Why -> the detail and the code of a problem, and the message of a page."""


async def refuse(why: int, scope: Scope, receive: Receive, send: Send) -> None:
    """`why` is 401 for an unknown asker, 403 for one who is no owner, 421 for a page of another site."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": POLICY_VIOLATION})
        return
    await _response(why, scope)(scope, receive, send)


def _response(why: int, scope: Scope) -> Response:
    detail, code, message = _PROBLEMS[why]
    status = 403 if why == 421 else why
    headers = {"cache-control": "no-store"} | ({"www-authenticate": "Bearer"} if status == 401 else {})
    asked = Headers(scope=scope)
    if is_for_programs(scope) or "text/html" not in asked.get("accept", ""):
        return problem_response(Problem(status, detail, code, headers=headers))
    messages = negotiate(asked.get("accept-language"))
    title, text = escaping.text(messages.say("name")), escaping.text(messages.say(message))
    page = (
        f'<!doctype html><html lang="{messages.language}"><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width">'
        f'<body style="font: 1.1rem/1.5 sans-serif; max-width: 40rem; margin: 4rem auto; padding: 0 1rem">'
        f"<h1>{title}</h1><p>{text}</p></body></html>"
    )
    return HTMLResponse(page, status, headers)
