"""`/mcp`: the tools over streamable HTTP, without sessions; each request stands for itself, with its own asker."""

from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from assistant.server.api.parts import ApiParts
from assistant.server.mcp.protocol import mcp_server

PATH = "/mcp"


def mcp_route(parts: ApiParts, body_bytes: int) -> Route:
    """Takes POST only: without sessions there is nothing to listen to by GET, nor to end by DELETE."""
    return Route(PATH, endpoint=McpEndpoint(parts, body_bytes), methods=["POST"], include_in_schema=False)


class McpEndpoint:
    """ASGI application. Who asks, from where, and how large a body may be was decided before."""

    path = PATH  # by which the metrics count

    def __init__(self, parts: ApiParts, body_bytes: int) -> None:
        self._server = mcp_server(parts)
        self._body_bytes = body_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["route"] = self
        failed: Exception | None = None
        # A manager for each request: it holds nothing between them, and so needs no life of its own beside the
        # application's, and ends whatever a client left behind.
        manager = StreamableHTTPSessionManager(self._server, stateless=True, max_request_body_size=self._body_bytes)
        async with manager.run():
            try:
                await manager.handle_request(scope, receive, send)
            except Exception as error:  # which would leave the manager as a group of errors
                failed = error
        if failed is not None:
            raise failed
