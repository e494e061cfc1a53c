"""Options that several commands take."""

from pathlib import Path
from typing import Annotated

import typer

IndexOption = Annotated[
    Path | None,
    typer.Option("--index", metavar="DIR", help="The folder of the index.  [default: .assistant/index]"),
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
