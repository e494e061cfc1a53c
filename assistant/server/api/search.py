"""`GET` and `POST /api/v1/search`: the passages that a query finds."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Query, Request

from assistant.filters import EVERYTHING, Filters
from assistant.identity.of_request import asker_of
from assistant.search_object import found_as_json
from assistant.server.api.askers import sends_json
from assistant.server.api.bodies import SearchBody, SearchQuery
from assistant.server.api.examples import FOUND, answered_with
from assistant.server.api.objects import FoundObject
from assistant.server.api.parts import PREFIX, ApiParts

EXAMPLES = {"query": {"summary": "Three passages", "value": {"query": "aide humanitaire au Soudan", "k": 3}}}


def search_routes(parts: ApiParts) -> APIRouter:
    routes = APIRouter(prefix=PREFIX, tags=["questions"])

    def found(request: Request, query: str, k: int, filters: Filters) -> dict[str, Any]:
        hits, titles = parts.engine(request).library().search(query, k, filters)
        parts.audit.found(asker_of(request), "search", [hit.passage.article for hit in hits], query)
        return found_as_json(query, hits, titles)

    found_it: dict[int | str, dict[str, Any]] = {200: {"content": answered_with(FOUND)}}

    @routes.get("/search", summary="Search the passages", response_model=FoundObject, responses=found_it)
    def search(request: Request, query: Annotated[SearchQuery, Query()]) -> dict[str, Any]:
        """The best passages, best first; `text` is `text[start:end]` of the article."""
        return found(request, query.q, query.k, query.filters())

    @routes.post(
        "/search",
        summary="Search the passages",
        response_model=FoundObject,
        responses=found_it,
        dependencies=[Depends(sends_json)],
    )
    def search_by_body(
        request: Request, body: Annotated[SearchBody, Body(openapi_examples=EXAMPLES)]
    ) -> dict[str, Any]:
        """The same; a query in a body is in no log of addresses."""
        return found(request, body.query, body.k, body.filters.filters() if body.filters else EVERYTHING)

    return routes
