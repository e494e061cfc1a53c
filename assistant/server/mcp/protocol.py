"""The tools as a server of the Model Context Protocol, by its official library; whatever goes wrong becomes words."""

from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from mcp.server import Server, ServerRequestContext
from mcp.shared.exceptions import MCPError
from mcp.types import (
    INVALID_PARAMS,
    CallToolRequestParams,
    CallToolResult,
    ListToolsResult,
    PaginatedRequestParams,
    TextContent,
    ToolAnnotations,
)
from mcp.types import Tool as ListedTool
from pydantic import ValidationError

from assistant.server.api.parts import ApiParts
from assistant.server.api.problems import problem_of
from assistant.server.mcp.tools import TOOLS, Call, Tool
from assistant.version import __version__

NAME = "article-assistant"
INSTRUCTIONS = (
    "Answers questions about a collection of articles. Cite what the tools give you: quotes are word for word, and "
    "each names its article. Say so where the articles do not tell, and do not fill in from elsewhere."
)
_BY_NAME = {tool.name: tool for tool in TOOLS}

Context = ServerRequestContext[dict[str, Any], Request]


def mcp_server(parts: ApiParts, local: Request | None = None) -> Server[dict[str, Any]]:
    """Calls come with the request that brought them; where there is none, with `local`."""

    async def list_tools(context: Context, params: PaginatedRequestParams | None) -> ListToolsResult:
        del context, params
        return ListToolsResult(tools=[_listed(tool) for tool in TOOLS])

    async def call_tool(context: Context, params: CallToolRequestParams) -> CallToolResult:
        tool = _BY_NAME.get(params.name)
        if tool is None:
            names = ", ".join(_BY_NAME)
            raise MCPError(INVALID_PARAMS, f"There is no tool {params.name!r:.80}. The tools are: {names}.")
        request = context.request or local
        assert request is not None
        try:
            await parts.rate_limit.check(request)
            told = await tool.run(Call(parts, request, _Progress(context).report), _checked(tool, params.arguments))
        except Exception as error:  # a language model is told what to do; what nobody foresaw is in the log only
            return CallToolResult(content=[_text(_words(error))], is_error=True)
        return CallToolResult(content=[_text(told.text)], structured_content=told.found)

    return Server(
        NAME,
        version=__version__,
        title="Article assistant",
        instructions=INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )


class _Progress:
    """Counts up; tells nothing to clients that did not ask for it."""

    def __init__(self, context: Context) -> None:
        self._session = context.session
        self._told = 0

    async def report(self, message: str) -> None:
        self._told += 1
        await self._session.report_progress(self._told, None, message)


def _listed(tool: Tool) -> ListedTool:
    return ListedTool(
        name=tool.name,
        title=tool.title,
        description=tool.description,
        input_schema=tool.takes.model_json_schema(),
        output_schema=tool.gives.model_json_schema(mode="serialization"),
        annotations=ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False),
    )


def _checked(tool: Tool, arguments: dict[str, Any] | None) -> Any:
    """Raises Problem, 422."""
    try:
        return tool.takes.model_validate(arguments or {})
    except ValidationError as error:
        faults = [fault | {"loc": ("body", *fault["loc"])} for fault in error.errors(include_context=False)]
        raise problem_of(RequestValidationError(faults)) from error


def _words(error: Exception) -> str:
    problem = problem_of(error)
    faults = [f"{fault['pointer'].removeprefix('#/')}: {fault['detail']}." for fault in problem.errors]
    return "\n".join(faults) if faults else str(problem.detail)


def _text(words: str) -> TextContent:
    # What cannot be written as UTF-8 may stand in an argument that is named here.
    return TextContent(type="text", text=words.encode("utf-8", "replace").decode("utf-8"))
