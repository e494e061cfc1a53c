"""`assistant mcp`: the tools for language models, over standard input and output."""

import threading

from assistant.cli.options import EmbedderOption, IndexOption
from assistant.settings import load_settings
from assistant.wiring import open_assistant
from index.language import preload


def mcp(index: IndexOption = None, embedder: EmbedderOption = None) -> None:
    """Let a program with a language model ask, search and read the articles (Model Context Protocol, stdio)."""
    settings = load_settings(index=index, embedder=embedder)
    threading.Thread(target=preload, daemon=True).start()
    assistant = open_assistant(settings, read_ahead=True)
    from assistant.server.mcp.stdio import serve_stdio

    serve_stdio(assistant)
