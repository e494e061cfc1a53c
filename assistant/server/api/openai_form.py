"""`/v1/chat/completions` and `/v1/models` in OpenAI's form, for chat clients that are there already.

The form of the requests and responses is that of OpenAI's API reference, "Chat" and "Models".
"""

import dataclasses
import re
import secrets
import time
from collections.abc import AsyncIterator, Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Path, Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from assistant.server.api import events
from assistant.server.api.answers import StillWorking
from assistant.server.api.askers import sends_json
from assistant.server.api.asking import Asked
from assistant.server.api.openai_objects import MODEL, ChatBody, CompletionObject, ModelObject, ModelsObject
from assistant.server.api.parts import ApiParts
from assistant.server.api.problems import Problem, problem_document, problem_of
from assistant.types import Answer, Event, Finished

_PIECE = re.compile(r"\S*\s*(?:\S+\s*){0,7}")
EXAMPLES = {
    "question": {
        "summary": "A question",
        "value": {"model": MODEL, "messages": [{"role": "user", "content": "what did Germany pledge?"}]},
    }
}


def openai_routes(parts: ApiParts) -> APIRouter:
    routes = APIRouter(prefix="/v1", tags=["in OpenAI's form"])

    @routes.get("/models", summary="List the models", response_model=ModelsObject)
    def models() -> ModelsObject:
        return ModelsObject()

    @routes.get("/models/{model}", summary="Look up a model", response_model=ModelObject)
    def model(model: Annotated[str, Path(examples=[MODEL])]) -> ModelObject:
        _check_model(model)
        return ModelObject()

    @routes.post(
        "/chat/completions",
        summary="Ask a question",
        response_model=CompletionObject,
        responses={200: {"content": {events.MEDIA_TYPE: {"schema": {"type": "string"}}}}},
        dependencies=[Depends(sends_json), Depends(parts.rate_limit.check)],
    )
    async def complete(request: Request, body: Annotated[ChatBody, Body(openapi_examples=EXAMPLES)]) -> Response:
        """The last message is the question, those before it the conversation. The text cites by numbers, `[1]`, and
        `citations` holds the passages. A streamed answer comes when it is checked, not while it is written."""
        _check_model(body.model)
        asked = Asked(parts, request, body.question(), body.history(), surface="openai")
        if body.stream:
            first, following = await asked.begin()
            return StreamingResponse(_chunks(first, following), headers=events.HEADERS, media_type=events.MEDIA_TYPE)
        return JSONResponse(_completion(await asked.answer()))

    return routes


def _check_model(model: str) -> None:
    if model != MODEL:
        raise Problem(404, f"There is no model {model!r:.80}. There is {MODEL!r}.", "model_not_found")


def _completion(answer: Answer) -> dict[str, Any]:
    message = {"role": "assistant", "content": answer.text, "refusal": None}
    choice = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}
    return _frame("chat.completion") | {"choices": [choice]} | _told_beside(answer)


async def _chunks(first: Event | StillWorking, following: AsyncIterator[Event | StillWorking]) -> AsyncIterator[bytes]:
    frame = _frame("chat.completion.chunk")

    def chunk(delta: dict[str, Any], finish_reason: str | None = None, **more: Any) -> bytes:
        choice = {"index": 0, "delta": delta, "finish_reason": finish_reason, "logprobs": None}
        return events.as_event(None, frame | {"choices": [choice]} | more)

    yield chunk({"role": "assistant", "content": ""})
    try:
        event = first
        while not isinstance(event, Finished):
            yield events.still_working()
            event = await anext(following)
        # What a language model writes is not passed on unchecked: in this form nothing can be taken back.
        for piece in _pieces(event.answer.text):
            yield chunk({"content": piece})
        yield chunk({}, "stop", **_told_beside(event.answer))
    except Exception as error:  # the status was sent already; the reader is told in the stream
        yield events.as_event(None, problem_document(problem_of(error)))
    yield b"data: [DONE]\n\n"


def _pieces(text: str) -> Iterator[str]:
    """The text, some words at a time."""
    return (match.group() for match in _PIECE.finditer(text) if match.group())


def _frame(kind: str) -> dict[str, Any]:
    return {"id": f"chatcmpl-{secrets.token_hex(12)}", "object": kind, "created": int(time.time()), "model": MODEL}


def _told_beside(answer: Answer) -> dict[str, Any]:
    return {
        "citations": [dataclasses.asdict(citation) for citation in answer.citations],
        "abstained": answer.abstained,
        "searched_for": answer.searched_for,
    }
