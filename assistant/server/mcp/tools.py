"""The three tools: what each is for, what it takes and gives, and what it does."""

from collections.abc import Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from assistant.answer_object import answer_as_json
from assistant.filters import EVERYTHING
from assistant.identity.of_request import asker_of
from assistant.search_object import found_as_json
from assistant.server.api.answers import StillWorking
from assistant.server.api.asking import Asked
from assistant.server.api.bodies import AskBody, SearchBody
from assistant.server.api.objects import AnswerObject, FoundObject
from assistant.server.api.parts import ApiParts
from assistant.server.api.problems import Problem
from assistant.server.mcp.objects import PartObject, ReadBody
from assistant.server.mcp.texts import answer_text, found_text, part_text
from assistant.types import Finished, Searching, TextDelta
from index.errors import ArticleUnknown


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a tool by whoever sent `request`; `report` tells them how far it is."""

    parts: ApiParts
    request: Request
    report: Callable[[str], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Told:
    """What a tool says: an object for programs, and a text for language models."""

    found: dict[str, Any]
    text: str


@dataclass(frozen=True, slots=True)
class Tool:
    """`run` is given a `takes`, and gives an object as `gives` describes it; it raises what the engine raises, and
    Problem."""

    name: str
    title: str
    description: str
    takes: type[BaseModel]
    gives: type[BaseModel]
    run: Callable[[Call, Any], Awaitable[Told]]


async def _ask(call: Call, body: AskBody) -> Told:
    filters = body.filters.filters() if body.filters else EVERYTHING
    written = 0
    asked = Asked(call.parts, call.request, body.question, body.turns(), filters, "mcp")
    async with aclosing(asked.events()) as events:
        async for event in events:
            match event:
                case Searching(query):
                    await call.report(f"Searching for: {query}")
                case TextDelta(text):  # its text is not passed on: it is not checked, and cannot be taken back
                    written += len(text)
                    await call.report(f"Writing the answer: {written} characters so far, not checked yet")
                case StillWorking():
                    await call.report("Still working")
                case Finished(answer):
                    return Told(answer_as_json(answer), answer_text(answer))
    raise AssertionError("no answer came")


async def _search(call: Call, body: SearchBody) -> Told:
    filters = body.filters.filters() if body.filters else EVERYTHING
    library = call.parts.engine(call.request).library()
    hits, titles = await run_in_threadpool(library.search, body.query, body.k, filters)
    call.parts.audit.found(asker_of(call.request), "mcp", [hit.passage.article for hit in hits], body.query)
    found = found_as_json(body.query, hits, titles)
    return Told(found, found_text(found))


async def _read(call: Call, body: ReadBody) -> Told:
    library = call.parts.engine(call.request).library()
    try:
        article, passages, generation = await run_in_threadpool(library.read, body.article)
    except ArticleUnknown as error:
        detail = f"There is no article {body.article!r:.200}. Give an id as `ask` and `search` name it."
        raise Problem(404, detail, "article_unknown") from error
    part = PartObject.of(article, list(passages), generation, body)
    return Told(part.model_dump(mode="json"), part_text(part))


TOOLS = (
    Tool(
        "ask",
        "Ask the articles",
        "Answers a question from the articles of this collection, in the language of the question, whichever language "
        "they are in. Every statement has a mark such as [1], and `citations` holds the passage behind it, word "
        "for word, with its article and its place. `abstained` is true where the articles do not tell; the nearest "
        "passages are given then. For a question that goes on from an earlier one, give that one and its answer as "
        "`history`.",
        AskBody,
        AnswerObject,
        _ask,
    ),
    Tool(
        "search",
        "Search the articles",
        "Finds the passages that tell most of a query, best first, also in other languages than the query's. Each has "
        "its text, the id and title of its article, and its place there. Use it to gather passages on a subject; to "
        "have a question answered, use `ask`.",
        SearchBody,
        FoundObject,
        _search,
    ),
    Tool(
        "read_article",
        "Read an article",
        "Gives the text of an article by the id that `ask` and `search` name, and what is known of it: title, date, "
        "author, language, address. A long article comes in parts: where `next_start` is not null, read on from there. "
        "To see what stands around a passage, begin a little before its `start`.",
        ReadBody,
        PartObject,
        _read,
    ),
)
