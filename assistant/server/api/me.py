"""`/api/v1/me`: who somebody is here, and what is kept of them, for themselves to see and to delete."""

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Request, Response

from assistant.identity.of_request import asker_of
from assistant.server.api.objects import DeletedObject, MeObject, MyDataObject
from assistant.server.api.parts import PREFIX, ApiParts
from assistant.server.api.problems import Problem


def me_routes(parts: ApiParts) -> APIRouter:
    routes = APIRouter(prefix=f"{PREFIX}/me", tags=["what is kept of you"])

    @routes.get("", summary="Who you are here", response_model=MeObject)
    def me(request: Request) -> dict[str, Any]:
        """`name` is null where nobody logs in."""
        asker = asker_of(request)
        return {"name": asker.name, "is_owner": asker.is_owner}

    @routes.get("/data", summary="What is kept of you", response_model=MyDataObject)
    def shown(request: Request, response: Response) -> dict[str, Any]:
        response.headers["cache-control"] = "no-store"
        return parts.users_data.of_user(_name(request))

    @routes.delete("/data", summary="Delete what is kept of you", response_model=DeletedObject)
    def delete(request: Request) -> dict[str, int]:
        """At once, and for good: links that you made open nothing any more."""
        return asdict(parts.users_data.delete(_name(request)))

    return routes


def _name(request: Request) -> str:
    name = asker_of(request).name
    if name is None:
        raise Problem(403, "Nobody is logged in, so that nothing is kept under a name.", "no_name")
    return name
