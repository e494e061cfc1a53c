"""The official client of the Model Context Protocol, for tests that are not asynchronous."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import httpx2
from mcp import Client, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client
from mcp.types import CallToolResult, TextContent

Result = TypeVar("Result")

NEW = "auto"
"""The protocol of 2026-07-28, in which each request stands for itself."""

OLD = "legacy"
"""That of before, which begins with a handshake."""


def talk(
    server: str | StdioServerParameters,
    work: Callable[[Client], Awaitable[Result]],
    *,
    mode: str = NEW,
    headers: dict[str, str] | None = None,
) -> Result:
    """What `work` gives with a client of `server`, an address or a program."""

    async def run() -> Result:
        if isinstance(server, StdioServerParameters):
            async with Client(server, mode=mode, read_timeout_seconds=60) as client:
                return await work(client)
        async with (
            httpx2.AsyncClient(headers=headers, timeout=60) as sender,
            Client(streamable_http_client(f"{server}/mcp", http_client=sender), mode=mode) as client,
        ):
            return await work(client)

    return asyncio.run(run())


def called(
    server: str | StdioServerParameters,
    tool: str,
    arguments: dict[str, Any],
    *,
    mode: str = NEW,
    headers: dict[str, str] | None = None,
) -> CallToolResult:
    """What one call of a tool gives."""
    return talk(server, lambda client: client.call_tool(tool, arguments), mode=mode, headers=headers)


def words_of(result: CallToolResult) -> str:
    (content,) = result.content
    assert isinstance(content, TextContent)
    return content.text
