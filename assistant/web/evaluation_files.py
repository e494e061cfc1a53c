"""What runs left, by name: the report as a document of its own, and the files to download."""

from typing import TYPE_CHECKING

from fastapi import APIRouter, HTTPException
from fastapi.responses import FileResponse

if TYPE_CHECKING:
    from eval.stored.runs import StoredRuns

KINDS = {
    "report.html": "text/html; charset=utf-8",
    "metrics.json": "application/json",
    "questions.csv": "text/csv; charset=utf-8",
}
"""The only files that are given out."""

# A report holds texts of articles and answers. They are escaped, and its own policy lets only its own script and style
# run (both policies hold). Should that ever fail, the sandbox keeps it away from everything else on this server.
POLICY = "; ".join(
    (
        "sandbox allow-scripts allow-forms",
        "default-src 'none'",
        "script-src 'unsafe-inline'",
        "style-src 'unsafe-inline'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)


def run_files(runs: "StoredRuns", path: str) -> APIRouter:
    """`GET path/RUN/FILE`; 404 where there is no such run, or where it is not finished."""
    from eval.errors import RunMissing

    routes = APIRouter(include_in_schema=False)

    @routes.get(f"{path}/{{run}}/{{name}}")
    def file_of_run(run: str, name: str) -> FileResponse:
        if name not in KINDS:
            raise HTTPException(404, "A run has no such file.")
        try:
            file = runs.find(run).folder / name
        except RunMissing as error:
            raise HTTPException(404, str(error)) from error
        if not file.is_file():
            raise HTTPException(404, "The run is not finished.")
        headers = {"content-security-policy": POLICY, "cache-control": "no-cache"}
        shown = name == "report.html"
        return FileResponse(file, media_type=KINDS[name], headers=headers, filename=None if shown else f"{run}-{name}")

    return routes
