"""Options that several commands take."""

from typing import Annotated

import typer

IndexOption = Annotated[
    str | None,
    typer.Option(
        "--index",
        metavar="DIR",
        help="The folder of the index, or milvus://HOST:PORT/NAME.  [default: .assistant/index]",
    ),
]
EmbedderOption = Annotated[
    str | None,
    typer.Option(
        "--embedder",
        metavar="NAME",
        help="'default', 'fast', or a sentence-transformers model by name or folder.  [default: default]",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
WaitOption = Annotated[
    float | None,
    typer.Option("--wait", metavar="SECONDS", help="How long to wait for another writer.  [default: 10]"),
]
LanguageOption = Annotated[
    list[str] | None,
    typer.Option("--language", metavar="CODE", help="Only articles in this language, as fr; may be given again."),
]
FromOption = Annotated[
    str | None, typer.Option("--from", metavar="DATE", help="Only articles of this date or later, as 2025-04-30.")
]
ToOption = Annotated[
    str | None, typer.Option("--to", metavar="DATE", help="Only articles of this date or earlier, as 2025-04-30.")
]
SourceOption = Annotated[
    list[str] | None,
    typer.Option(
        "--source", metavar="NAME", help="Only articles of this web site, or first folder; may be given again."
    ),
]
