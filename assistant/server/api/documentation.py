"""The page of the API's documentation: Swagger UI over the OpenAPI document, from this server and nowhere else."""

from importlib.resources import files

from fastapi import APIRouter
from fastapi.openapi.docs import get_swagger_ui_html
from starlette.responses import FileResponse, HTMLResponse

from assistant.server.api.problems import Problem

_FILES = ("swagger-ui-bundle.js", "swagger-ui.css", "favicon.png")


def documentation_routes(path: str) -> APIRouter:
    """The page at `path`, its files below it, and the document beside it."""
    routes = APIRouter(include_in_schema=False)

    @routes.get(path)
    def page() -> HTMLResponse:
        below = path.rpartition("/")[2]  # relative: a proxy may have put the server below another path
        return get_swagger_ui_html(
            openapi_url="openapi.json",
            title="API of the article assistant",
            swagger_js_url=f"{below}/swagger-ui-bundle.js",
            swagger_css_url=f"{below}/swagger-ui.css",
            swagger_favicon_url=f"{below}/favicon.png",
            oauth2_redirect_url=None,
        )

    @routes.get(f"{path}/{{name}}")
    def file(name: str) -> FileResponse:
        if name not in _FILES:
            raise Problem(404, "There is no such file.", "not_found")
        # fastapi_offline is here for its files: its application would serve them with a page of its own
        return FileResponse(str(files("fastapi_offline").joinpath("static", name)))

    return routes
