"""The API as one application beside the pages: they would take every path that is left, and answer it with a page."""

from fastapi import APIRouter, Depends, FastAPI, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.collection_keeper import CollectionKeeper
from assistant.keeping.keepsakes import Keepsakes
from assistant.protection.audit import NO_AUDIT, AuditLog
from assistant.protection.quota import Quota
from assistant.server.api import articles, metrics
from assistant.server.api.answers import Answers
from assistant.server.api.articles import article_routes
from assistant.server.api.ask import ask_routes
from assistant.server.api.askers import owner_of
from assistant.server.api.body_limit import BodyLimit
from assistant.server.api.documentation import documentation_routes
from assistant.server.api.examples import PROBLEM
from assistant.server.api.feedback import feedback_routes
from assistant.server.api.me import me_routes
from assistant.server.api.metrics import Measured, Metrics
from assistant.server.api.objects import ProblemObject
from assistant.server.api.openai_form import openai_routes
from assistant.server.api.parts import PREFIX, ApiLimits, ApiParts
from assistant.server.api.problems import MEDIA_TYPE, answer_with_problems
from assistant.server.api.rate_limit import RateLimit
from assistant.server.api.search import search_routes
from assistant.server.health import health_routes
from assistant.server.mcp.endpoint import mcp_route
from assistant.server.request_paths import is_for_programs, path_of
from assistant.version import __version__
from assistant.web.engine_slot import EngineSlot

ABOUT = (
    "Answers to questions about the articles; every statement cites a passage, word for word. Problems are told by "
    "RFC 9457. `docs/api.md` has the same with commands to try, and tells of the tools for language models at `/mcp` "
    "(Model Context Protocol)."
)


def mount_api(
    app: FastAPI,
    slot: EngineSlot,
    keepsakes: Keepsakes | None,
    collection: CollectionKeeper | None,
    limits: ApiLimits,
    *,
    quota: Quota | None = None,
    audit: AuditLog = NO_AUDIT,
) -> None:
    """Puts the API beside what `app` serves. To be called before other middleware is added, which then goes around it,
    too. `quota` is what the chat's page counts in, too; without it the API counts for itself."""
    parts = ApiParts(
        slot=slot,
        answers=Answers(limits.answers_at_once, limits.waiting),
        metrics=Metrics(slot),
        rate_limit=RateLimit(quota or Quota(limits.rate, limits.page_rate)),
        keepsakes=keepsakes,
        collection=collection,
        audit=audit,
    )
    app.add_middleware(BesideThePages, api=api_application(parts, limits))


def api_application(parts: ApiParts, limits: ApiLimits) -> FastAPI:
    app = FastAPI(
        title="Article assistant",
        description=ABOUT,
        version=__version__,
        openapi_url=f"{PREFIX}/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        responses={
            "default": {"description": "Problem", "content": {MEDIA_TYPE: {"schema": _PROBLEM, "example": PROBLEM}}}
        },
    )
    answer_with_problems(app)
    app.add_middleware(BodyLimit, limit_of=lambda scope: _limit(scope, limits))
    app.add_middleware(Measured, metrics=parts.metrics)
    app.include_router(health_routes(parts.slot))
    for routes in (
        ask_routes(parts),
        search_routes(parts),
        article_routes(parts),
        feedback_routes(parts),
        me_routes(parts),
    ):
        app.include_router(routes, dependencies=[Depends(parts.rate_limit.check)])
    app.include_router(openai_routes(parts))
    app.include_router(_metrics_routes(parts))
    app.router.routes.append(mcp_route(parts, limits.body_bytes))
    app.include_router(documentation_routes(f"{PREFIX}/docs"))
    return app


class BesideThePages:
    """ASGI middleware that gives the requests of programs to the API, and all others to the pages."""

    def __init__(self, app: ASGIApp, api: ASGIApp) -> None:
        self._app = app
        self._api = api

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        for_programs = scope["type"] == "http" and is_for_programs(scope)
        await (self._api if for_programs else self._app)(scope, receive, send)


def _limit(scope: Scope, limits: ApiLimits) -> int:
    return limits.upload_bytes if path_of(scope) == PREFIX + articles.PATH else limits.body_bytes


def _metrics_routes(parts: ApiParts) -> APIRouter:
    routes = APIRouter(tags=["health"])

    @routes.get(
        "/metrics",
        summary="For Prometheus; owners only",
        response_class=Response,
        responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
    )
    def read(request: Request) -> Response:
        owner_of(request)  # they count articles that not everybody may see
        return Response(parts.metrics.text(), media_type=metrics.MEDIA_TYPE)

    return routes


_PROBLEM = ProblemObject.model_json_schema()
