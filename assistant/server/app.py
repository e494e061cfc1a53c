"""The one application of the server: the API under `/api/v1`, the chat at `/`."""

from fastapi import FastAPI

from assistant.server.headers import SecurityHeaders
from assistant.server.health import health_routes
from assistant.version import __version__
from assistant.web.chat import Chat
from assistant.web.engine import Engine
from assistant.web.page import mount


def create_app(engine: Engine | None, *, problem: str | None = None) -> FastAPI:
    """The application over `engine`; with None, a page that says how to make an index, and the `problem` met."""
    app = FastAPI(title="Article assistant", version=__version__, docs_url=None, redoc_url=None)
    app.add_middleware(SecurityHeaders)
    app.include_router(health_routes(engine, problem))
    return mount(app, Chat(engine, problem))  # last: the chat takes every path that is left
