"""Everything that goes wrong in the API, as a problem document of RFC 9457, and never with a stack trace.

`type` is left out, which means "about:blank"; what went wrong exactly is the member `code`. The member `error` says the
same in the form of OpenAI, for whose clients the paths under `/v1` are.
"""

import json
import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.errors import AssistantError, FiltersInvalid, KeepingFailed
from index import errors as index_errors
from index.errors import AssistantIndexError

MEDIA_TYPE = "application/problem+json"
CLIENT_GONE: Final = 499
"""The status of a request whose client went away; nobody reads it but the metrics."""

BUSY_SECONDS = 5
"""After how long it is worth asking again where somebody else is at work."""

_log = logging.getLogger(__name__)

_KNOWN: Mapping[type[Exception], tuple[int, str]] = {
    index_errors.IndexMissing: (503, "index_missing"),
    index_errors.IndexBusy: (503, "index_busy"),
    index_errors.IndexFull: (507, "index_full"),
    index_errors.ArticleUnknown: (404, "article_unknown"),
    index_errors.QueryRefused: (422, "question_refused"),
    AssistantIndexError: (503, "index_unusable"),
    FiltersInvalid: (422, "filters_invalid"),
    KeepingFailed: (503, "keeping_failed"),
    AssistantError: (503, "unavailable"),
}

_ROUTING = {
    404: "There is nothing at this address. /api/v1/docs tells what there is.",
    405: "This address is not used with this method; the header Allow tells with which it is.",
}


class Problem(HTTPException):
    """What a request is answered with instead. `errors` are faults of its body, each with `detail` and `pointer`
    (RFC 6901)."""

    def __init__(
        self,
        status: int,
        detail: str,
        code: str,
        *,
        headers: Mapping[str, str] | None = None,
        errors: Sequence[Mapping[str, str]] = (),
    ) -> None:
        super().__init__(status, detail, dict(headers or {}))
        self.code = code
        self.errors = tuple(errors)


def problem_of(error: Exception) -> Problem:
    """The problem that tells of an error. Of one that nobody foresaw it says nothing, and the log says everything."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, RequestValidationError):
        return _of_body(error)
    if isinstance(error, HTTPException):
        code = _phrase(error.status_code).lower().replace(" ", "_").replace("-", "_")
        detail = _ROUTING.get(error.status_code, f"{str(error.detail).rstrip('.')}.")
        return Problem(error.status_code, detail, code, headers=error.headers)
    for kind in type(error).__mro__:
        if kind in _KNOWN:
            status, code = _KNOWN[kind]
            busy = {"retry-after": str(BUSY_SECONDS)} if code == "index_busy" else None
            return Problem(status, str(error), code, headers=busy)
    _log.error("A request could not be answered", exc_info=error)
    return Problem(500, "The server failed. Its log says why; the request may be sent again.", "failed")


def problem_document(problem: Problem) -> dict[str, Any]:
    document: dict[str, Any] = {
        "title": _phrase(problem.status_code),
        "status": problem.status_code,
        "detail": problem.detail,
        "code": problem.code,
    }
    if problem.errors:
        document["errors"] = [dict(each) for each in problem.errors]
    kind = "server_error" if problem.status_code >= 500 else "invalid_request_error"
    document["error"] = {"message": problem.detail, "type": kind, "code": problem.code, "param": None}
    return document


def problem_response(problem: Problem) -> Response:
    # ASCII: a field of the request that is named here may hold what cannot be written as UTF-8
    content = json.dumps(problem_document(problem), ensure_ascii=True)
    return Response(content, problem.status_code, dict(problem.headers or {}), MEDIA_TYPE)


def answer_with_problems(app: FastAPI) -> None:
    """`app` answers every error with its problem."""

    async def answered(_request: Request, error: Exception) -> Response:
        return problem_response(problem_of(error))

    for kind in (HTTPException, RequestValidationError, AssistantIndexError, AssistantError):
        app.add_exception_handler(kind, answered)
    app.add_middleware(_Caught)


class _Caught:
    """ASGI middleware for the errors that nobody foresaw. A handler of FastAPI would raise them again after its answer,
    and the server would close the connection."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def noted(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, noted)
        except Exception as error:  # whatever it is, the client is told that the request failed
            if started:
                raise
            await problem_response(problem_of(error))(scope, receive, send)


def _phrase(status: int) -> str:
    return HTTPStatus(status).phrase if status != CLIENT_GONE else "Client Gone"


def _of_body(error: RequestValidationError) -> Problem:
    faults = error.errors()
    if any(fault["type"] == "json_invalid" for fault in faults):
        where = faults[0]["loc"][-1]
        return Problem(400, f"The body is no JSON: it cannot be read from position {where} on.", "json_invalid")
    errors = [{"detail": str(fault["msg"]), "pointer": _pointer(fault["loc"])} for fault in faults]
    first = errors[0]
    return Problem(422, f"{first['pointer']}: {first['detail']}.", "request_invalid", errors=errors)


def _pointer(place: Sequence[object]) -> str:
    """ "#/history/0/question" for a part of the body, "q" for one of the query."""
    if place and place[0] == "body":
        parts = [str(part)[:100].replace("~", "~0").replace("/", "~1") for part in place[1:]]
        return "#/" + "/".join(parts) if parts else "#"
    return ".".join(str(part)[:100] for part in place[1:])
