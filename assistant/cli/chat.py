"""`assistant chat`: the web chat."""

import threading
from typing import Annotated

import typer

from assistant.cli.options import EmbedderOption, IndexOption
from assistant.cli.output import note
from assistant.keeping.keepsakes import Keepsakes
from assistant.server.allocator import use_few_arenas
from assistant.settings import load_settings
from assistant.wiring import open_assistant
from index.errors import IndexMissing
from index.language import preload


def chat(
    index: IndexOption = None,
    embedder: EmbedderOption = None,
    host: Annotated[str | None, typer.Option(help="The address to listen on.  [default: 127.0.0.1]")] = None,
    port: Annotated[int | None, typer.Option(help="The port to listen on.  [default: 7860]")] = None,
) -> None:
    """Open the web chat; it goes on until Ctrl-C."""
    settings = load_settings(index=index, embedder=embedder, host=host, port=port)
    use_few_arenas()
    threading.Thread(target=preload, daemon=True).start()
    from assistant.collection_keeper import CollectionKeeper
    from assistant.protection.audit import AuditLog
    from assistant.protection.retention import Retention
    from assistant.server.access import Access
    from assistant.server.api.parts import ApiLimits
    from assistant.server.app import create_app
    from assistant.server.connections import ConnectionLimits
    from assistant.server.serve import is_loopback, serve
    from assistant.server.stopping import Stopping
    from assistant.web.dropped_files import DroppedFiles

    try:
        engine, problem = open_assistant(settings, read_ahead=True), None
    except IndexMissing as error:
        engine, problem = None, str(error)
        note(f"assistant: {error}")
    # Whoever reaches the page could fill it with articles, so files are dropped on it only from this machine.
    local = is_loopback(settings.host)
    ruled = local or bool(settings.owner_groups)
    owned = ruled if settings.collection_page is None else settings.collection_page
    evaluated = ruled if settings.evaluation_page is None else settings.evaluation_page
    audit = AuditLog.of(settings)
    Retention(settings).start()
    stopping = Stopping(settings.stop_seconds)
    app = create_app(
        engine,
        problem=problem,
        dropped_files=DroppedFiles(settings) if local and settings.login == "none" else None,
        keepsakes=Keepsakes.of(settings),
        collection=CollectionKeeper(settings) if owned else None,
        evaluation=settings if evaluated else None,
        api_limits=ApiLimits.of(settings),
        access=Access.of(settings, local=local, owned=owned),
        audit=audit,
        stopping=stopping,
        root_path=settings.root_path,
    )
    serve(
        app,
        settings.host,
        settings.port,
        names_users=settings.login == "header",
        stopping=stopping,
        limits=ConnectionLimits(settings.connections),
        ready=lambda url: typer.echo(f"The chat is open on {url} (Ctrl-C ends it)"),
    )
