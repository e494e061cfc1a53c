"""`assistant mcp` speaks over its input and output with the program that started it, and writes nothing else there."""

import os
import subprocess
import sys
from pathlib import Path

from mcp import Client, StdioServerParameters
from mcp.types import CallToolResult

from assistant.server.api.objects import AnswerObject
from assistant.settings import Settings
from tests.assistant.server.mcp.clients import talk, words_of

ROOT = Path(__file__).parents[4]
PROGRAM = ["-c", "from assistant.cli.app import main; main()", "mcp", "--index"]
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("ASSISTANT_")} | {
    "PYTHONPATH": str(ROOT),
    "ASSISTANT_LLM": "none",
}
HANDSHAKE = "".join(
    f"{line}\n"
    for line in (
        '{"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"protocolVersion": "2025-06-18", '
        '"capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}}',
        '{"jsonrpc": "2.0", "method": "notifications/initialized"}',
        '{"jsonrpc": "2.0", "id": 2, "method": "tools/list"}',
    )
)
"""What a client of the protocol before 2026-07-28 begins with."""

QUESTION = "when does the library of Ashby open?"


def program_over(index: Path) -> StdioServerParameters:
    return StdioServerParameters(command=sys.executable, args=[*PROGRAM, str(index)], env=ENVIRONMENT)


def test_the_tools_are_those_of_the_server(settings: Settings) -> None:
    async def ask(client: Client) -> tuple[list[str], CallToolResult]:
        names = [tool.name for tool in (await client.list_tools()).tools]
        return names, await client.call_tool("ask", {"question": QUESTION})

    names, result = talk(program_over(settings.beside_index), ask)
    assert names == ["ask", "search", "read_article"]
    answer = AnswerObject.model_validate(result.structured_content)
    assert "The library of Ashby opens on Sundays from May on." in [cited.quote for cited in answer.citations]
    assert "[1] The library (article en/library.txt" in words_of(result)


def test_older_clients_are_understood_it_ends_with_its_input_and_has_written_nothing_but_messages(
    settings: Settings,
) -> None:
    with subprocess.Popen(
        [sys.executable, *PROGRAM, str(settings.index)],
        env=ENVIRONMENT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as program:
        assert program.stdin is not None
        assert program.stdout is not None
        program.stdin.write(HANDSHAKE)
        program.stdin.flush()
        lines = [program.stdout.readline() for _ in range(2)]  # whoever leaves before an answer does not get it
        program.stdin.close()
        rest = program.stdout.read()
    assert [line[:15] for line in lines] == ['{"jsonrpc":"2.0'] * 2
    assert rest == ""
    assert program.returncode == 0
