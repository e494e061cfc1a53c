"""Whether the server runs, and whether it can answer: for supervisors and load balancers."""

from typing import Any

from fastapi import APIRouter, Request, Response

from assistant.identity.of_request import asker_of
from assistant.version import __version__
from assistant.web.engine_slot import EngineSlot
from index.errors import AssistantIndexError


def health_routes(slot: EngineSlot) -> APIRouter:
    """`GET health/live` is 200 while the process serves; `GET health/ready` is 503 until questions can be answered."""
    routes = APIRouter(prefix="/api/v1/health", tags=["health"])

    @routes.get("/live")
    def live() -> dict[str, str]:
        return {"status": "live", "version": __version__}

    @routes.get("/ready")
    def ready(request: Request, response: Response) -> dict[str, Any]:
        engine, reason = slot.engine, slot.problem or "There is no index."
        if engine is not None:
            try:
                collection = engine.collection()
            except AssistantIndexError as error:
                reason = str(error)
            else:
                if asker_of(request).groups is not None:  # of somebody who may not see all, it is not even counted
                    return {"status": "ready"}
                return {
                    "status": "ready",
                    "articles": collection.articles,
                    "passages": collection.passages,
                    "index_generation": collection.generation,
                }
        response.status_code = 503
        return {"status": "not ready", "problem": reason}

    return routes
