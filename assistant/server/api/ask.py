"""`POST /api/v1/ask`: a question, its answer with citations."""

from typing import Annotated

from fastapi import APIRouter, Body, Depends, Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from assistant.answer_object import answer_as_json
from assistant.filters import EVERYTHING
from assistant.server.api import events
from assistant.server.api.askers import sends_json
from assistant.server.api.asking import Asked
from assistant.server.api.bodies import AskBody
from assistant.server.api.examples import ANSWER, answered_with
from assistant.server.api.objects import AnswerObject
from assistant.server.api.parts import PREFIX, ApiParts

EXAMPLES = {
    "question": {"summary": "A question", "value": {"question": "what did Germany pledge?"}},
    "follow-up": {
        "summary": "A question that goes on from an earlier one, over French articles only",
        "value": {
            "question": "and how much of it this year?",
            "history": [{"question": "what did Germany pledge?", "answer": "Germany pledged one billion euros. [1]"}],
            "filters": {"language": ["fr"], "from": "2025-01-01"},
        },
    },
}


def ask_routes(parts: ApiParts) -> APIRouter:
    routes = APIRouter(prefix=PREFIX, tags=["questions"])

    @routes.post(
        "/ask",
        summary="Ask a question",
        response_model=AnswerObject,
        responses={200: {"content": {events.MEDIA_TYPE: {"schema": {"type": "string"}}} | answered_with(ANSWER)}},
        dependencies=[Depends(sends_json)],
    )
    async def ask(request: Request, body: Annotated[AskBody, Body(openapi_examples=EXAMPLES)]) -> Response:
        """The answer quotes the articles; `abstained` says that they do not tell. With `Accept: text/event-stream` it
        comes as events: `searching`, `text` where a language model writes, and at last `answer`, the whole object."""
        filters = body.filters.filters() if body.filters else EVERYTHING
        streamed = events.MEDIA_TYPE in request.headers.get("accept", "")
        asked = Asked(parts, request, body.question, body.turns(), filters, "stream" if streamed else "ask")
        if streamed:
            first, following = await asked.begin()
            return StreamingResponse(
                events.sent_events(first, following), headers=events.HEADERS, media_type=events.MEDIA_TYPE
            )
        return JSONResponse(answer_as_json(await asked.answer()))

    return routes
