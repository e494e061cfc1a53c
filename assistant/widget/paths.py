"""The addresses of the widget and of what its frame shows, below the path that a proxy put the server at."""

WIDGET = "/widget.js"
EMBED = "/embed"
EMBED_LOGIN = "/embed/login"
FRAMED_FIRST = frozenset({EMBED, f"{EMBED}/", EMBED_LOGIN})
"""Where a frame begins; the parameter `host` names the origin of the page around it."""
