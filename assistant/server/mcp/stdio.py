"""The tools over standard input and output, for the program that started this one."""

import anyio
from fastapi import Request
from mcp.server.stdio import stdio_server

from assistant.protection.quota import Quota
from assistant.server.api.answers import Answers
from assistant.server.api.metrics import Metrics
from assistant.server.api.parts import ApiLimits, ApiParts
from assistant.server.api.rate_limit import RateLimit
from assistant.server.mcp.protocol import mcp_server
from assistant.web.engine import Engine
from assistant.web.engine_slot import EngineSlot


def serve_stdio(engine: Engine) -> None:
    """Serves until the input ends. Whoever can start the program can read the index, and may see everything."""
    slot, limits = EngineSlot(engine), ApiLimits()
    parts = ApiParts(
        slot=slot,
        answers=Answers(limits.answers_at_once, limits.waiting),
        metrics=Metrics(slot),
        rate_limit=RateLimit(Quota()),
    )
    anyio.run(_serve, parts)


async def _serve(parts: ApiParts) -> None:
    nobody = Request({"type": "http", "headers": [], "state": {}})
    server = mcp_server(parts, nobody)
    async with stdio_server() as (received, sent):
        await server.run(received, sent, server.create_initialization_options())
