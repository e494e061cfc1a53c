"""What is answered to a request that is refused before anything reads it: a page to people, a problem to programs."""

from starlette.datastructures import Headers
from starlette.responses import RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from assistant.identity.page_origin import FRAMES
from assistant.server.api.problems import Problem, problem_response
from assistant.server.plain_page import plain_page
from assistant.server.request_paths import is_for_programs
from assistant.web.messages import negotiate

POLICY_VIOLATION = 1008
"""The code with which a WebSocket is closed."""

_PROBLEMS = {
    400: ("This server is not known by the host that the request names.", "host_unknown", "host_unknown"),
    401: ("Nobody is known to have sent this request. The server's log says why.", "login_needed", "login_needed"),
    403: ("Only owners of the collection may do this.", "not_owner", "owners_only"),
    421: ("A page of another site may not use this server.", "other_site", "other_site"),
}
"""Why -> the detail and the code of a problem, and the message of a page."""


async def refuse(why: int, scope: Scope, receive: Receive, send: Send, *, sign_in: str | None = None) -> None:
    """`why` is 400 for a host that is not answered for, 401 for an unknown asker, 403 for one who is no owner, 421 for
    a page of another site. An unknown asker is sent to `sign_in`, where a person opens a page."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": POLICY_VIOLATION})
        return
    await _response(why, scope, sign_in if why == 401 else None)(scope, receive, send)


def _response(why: int, scope: Scope, sign_in: str | None) -> Response:
    detail, code, message = _PROBLEMS[why]
    status = 403 if why == 421 else why
    headers = {"cache-control": "no-store"} | ({"www-authenticate": "Bearer"} if status == 401 else {})
    asked = Headers(scope=scope)
    if is_for_programs(scope) or "text/html" not in asked.get("accept", ""):
        return problem_response(Problem(status, detail, code, headers=headers))
    messages = negotiate(asked.get("accept-language"))
    if sign_in is None or scope["method"] != "GET":
        return plain_page(messages, messages.say(message), status, headers=headers)
    if asked.get("sec-fetch-dest", "document") in FRAMES:  # no provider shows its page in a frame
        return plain_page(messages, messages.say("login_first"), status, link=(sign_in, messages.say("log_in")))
    return RedirectResponse(sign_in, 303, {"cache-control": "no-store"})
