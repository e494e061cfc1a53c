"""`/api/v1/feedback`: what people say of answers, for programs that show them in their own pages."""

import re
import secrets
from typing import Annotated

from fastapi import APIRouter, Body, Depends, Path, Request, Response

from assistant.citations import verified
from assistant.filters import EVERYTHING
from assistant.identity.of_request import asker_of
from assistant.keeping.feedback import RightPassage, feedback_on, keep, take_back
from assistant.keeping.keepsakes import Keepsakes
from assistant.library import Library
from assistant.server.api.askers import sends_json
from assistant.server.api.bodies import FeedbackBody
from assistant.server.api.examples import FEEDBACK
from assistant.server.api.objects import KeptObject
from assistant.server.api.parts import PREFIX, ApiParts
from assistant.server.api.problems import Problem
from assistant.types import Answer, Citation

EXAMPLES = {"feedback": {"summary": "Something is missing", "value": FEEDBACK}}
FeedbackId = Annotated[str, Path(examples=["api-sQm3b0ZyT5aWn8Xr1cVu2g"])]

_ID = re.compile(r"api-[A-Za-z0-9_-]{22}\Z")
"""Only what was said through the API can be taken back through it."""


def feedback_routes(parts: ApiParts) -> APIRouter:
    routes = APIRouter(prefix=f"{PREFIX}/feedback", tags=["feedback"])

    def keepsakes() -> Keepsakes:
        if parts.keepsakes is None:
            raise Problem(403, "This server keeps no feedback.", "nothing_kept")
        return parts.keepsakes

    @routes.post(
        "",
        summary="Say whether an answer is good",
        response_model=KeptObject,
        status_code=201,
        dependencies=[Depends(sends_json)],
    )
    def say(request: Request, body: Annotated[FeedbackBody, Body(openapi_examples=EXAMPLES)]) -> KeptObject:
        """Becomes a test case where it says what is right (`assistant feedback export`). Citations that are not word
        for word in the articles are refused."""
        engine, answer = parts.engine(request), body.answer.made()
        _check(answer, engine.library())
        placed = None
        if body.right_passage and not body.good:
            likely = [*(cited.article for cited in answer.citations), *(found.article for found in answer.passages)]
            placed = engine.locate(body.right_passage, likely[:100])
        feedback = feedback_on(
            f"api-{secrets.token_urlsafe(16)}",
            answer,
            good=body.good,
            reason=body.reason,
            remark=body.remark,
            right_passage=_right_passage(body.right_passage, placed),
            filters=body.filters.filters() if body.filters else EVERYTHING,
        )
        keep(keepsakes(), feedback, asker_of(request).name)
        return KeptObject(id=feedback.exchange, placed=placed)

    @routes.delete("/{feedback_id}", summary="Take it back", status_code=204)
    def forget(feedback_id: FeedbackId) -> Response:
        if not _ID.match(feedback_id) or not take_back(keepsakes(), feedback_id):
            raise Problem(404, "There is no such feedback.", "feedback_unknown")
        return Response(status_code=204)

    return routes


def _check(answer: Answer, library: Library) -> None:
    """Raises Problem, 422, where a citation is in none of the articles that may be seen."""
    if len(verified(answer.citations, library.article)) != len(answer.citations):
        raise Problem(422, "A citation is not, or no longer, in its article. Ask again.", "citation_unknown")


def _right_passage(quote: str, placed: Citation | None) -> RightPassage | None:
    if placed is not None:
        return RightPassage(placed.quote, placed.article, placed.start, placed.end)
    return RightPassage(quote) if quote else None
