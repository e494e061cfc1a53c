"""`/api/v1/articles`: look through the articles, read one; owners add and remove them."""

import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi import Path as InPath
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from assistant.collection_keeper import CollectionKeeper
from assistant.server.api.askers import owner_of
from assistant.server.api.bodies import ListQuery
from assistant.server.api.examples import ARTICLE
from assistant.server.api.objects import AddedObject, Anchor, ArticleObject, ListObject, RemovedObject
from assistant.server.api.parts import PREFIX, ApiParts
from assistant.server.api.problems import Problem
from assistant.uploads import safe_name
from assistant.web.dropped_files import DroppedFiles
from index.errors import ArticleUnknown
from index.ingestion import Report

MOST_FILES = 100
PATH = "/articles"

ArticleId = Annotated[str, InPath(examples=[ARTICLE])]

_FILES = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {
                            "type": "array",
                            "minItems": 1,
                            "maxItems": MOST_FILES,
                            "items": {"type": "string", "contentMediaType": "application/octet-stream"},
                        }
                    },
                }
            }
        },
    }
}


def article_routes(parts: ApiParts) -> APIRouter:
    routes = APIRouter(prefix=PREFIX, tags=["articles"])

    def keeper() -> CollectionKeeper:
        if parts.collection is None:
            raise Problem(403, "This server does not let articles be added or removed.", "collection_fixed")
        return parts.collection

    @routes.get(PATH, summary="List the articles", response_model=ListObject)
    def listed(request: Request, query: Annotated[ListQuery, Query()]) -> dict[str, Any]:
        """Those that were added last come first. `total` counts all that were asked for."""
        library = parts.engine(request).library()
        found = library.listed(query.q, query.filters(), first=query.first, count=query.count)
        return {
            "articles": [asdict(article) for article in found.articles],
            "first": query.first,
            "total": found.total,
            "index_generation": found.generation,
        }

    @routes.get(f"{PATH}/{{article_id:path}}", summary="Read an article", response_model=ArticleObject)
    def read(request: Request, article_id: ArticleId) -> dict[str, Any]:
        """The whole text, and where its passages begin and end, in Unicode characters."""
        article, spans, generation = parts.engine(request).library().read(article_id)
        return asdict(article) | {"passages": [Anchor.of(span) for span in spans], "index_generation": generation}

    @routes.post(
        PATH,
        summary="Add or replace articles",
        response_model=AddedObject,
        status_code=201,
        dependencies=[Depends(owner_of)],
        openapi_extra=_FILES,
    )
    async def add(request: Request) -> dict[str, Any]:
        """Files in any format that is read; those of the same name take the place of the ones before. They are kept
        beside the index. What cannot be read is told in `problems`, and the rest is added."""
        files = DroppedFiles(keeper().settings)
        if not request.headers.get("content-type", "").startswith("multipart/form-data"):
            raise Problem(415, "Send the files as multipart/form-data, each as a field `file`.", "not_multipart")
        async with request.form(max_files=MOST_FILES, max_fields=MOST_FILES) as form:
            sent = [each for each in form.getlist("file") if isinstance(each, UploadFile) and each.filename]
            if not sent:
                raise Problem(422, "No file was sent. Send each as a field `file` with its name.", "no_file")
            report = await run_in_threadpool(_added, files, sent)
        if parts.slot.engine is None:
            parts.slot.open(await run_in_threadpool(files.open_engine))
        return _told(report)

    @routes.delete(
        f"{PATH}/{{article_id:path}}",
        summary="Remove an article",
        response_model=RemovedObject,
        dependencies=[Depends(owner_of)],
    )
    def remove(article_id: ArticleId) -> dict[str, Any]:
        """No search finds it from then on. The file that it was read from is deleted if it was added here."""
        done = keeper().remove([article_id])
        if not done.articles:
            raise ArticleUnknown(f"The index holds no article {article_id!r}.")
        return {"removed": done.articles, "will_return": done.will_return}

    return routes


def _added(files: DroppedFiles, sent: Sequence[UploadFile]) -> Report:
    with tempfile.TemporaryDirectory(prefix="articles-") as folder:
        paths = []
        for number, upload in enumerate(sent):
            # each in a folder of its own: two may have the same name, and the later one holds
            path = Path(folder, str(number), safe_name(upload.filename or "") or "unnamed")
            path.parent.mkdir()
            with path.open("wb") as copy:
                shutil.copyfileobj(upload.file, copy)
            paths.append(path)
        return next(step for step in files.add(paths) if isinstance(step, Report))


def _told(report: Report) -> dict[str, Any]:
    return {
        "added": report.added,
        "replaced": report.replaced,
        "unchanged": report.unchanged,
        "index_generation": report.generation,
        "problems": [asdict(problem) for problem in report.problems],
    }
