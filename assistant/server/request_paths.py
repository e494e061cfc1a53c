"""Where a request goes, wherever a proxy put the server."""

from starlette.types import Scope


def path_of(scope: Scope) -> str:
    """The path below the one that a proxy put the server at."""
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", "").rstrip("/")) or "/"


def is_below(path: str, folder: str) -> bool:
    """Whether `path` is `folder`, such as `/collection`, or something in it."""
    return path == folder or path.startswith(f"{folder}/")


def is_for_programs(scope: Scope) -> bool:
    """Whether it goes to the API, and not to a page."""
    path = path_of(scope)
    return path in ("/metrics", "/mcp") or path.startswith(("/api/", "/v1/", "/mcp/"))
