"""`assistant feedback ...`: what people said of answers, as test cases."""

import json
from pathlib import Path
from typing import Annotated

import typer

from assistant.cli.options import IndexOption
from assistant.cli.output import note
from assistant.errors import UsageInvalid
from assistant.keeping.feedback import all_feedback
from assistant.keeping.feedback_cases import cases_of
from assistant.keeping.keepsakes import Keepsakes
from assistant.settings import load_settings

app = typer.Typer(help="What people said of answers in the chat.", no_args_is_help=True)


@app.callback()
def feedback() -> None:
    """What people said of answers in the chat."""


@app.command()
def export(
    out: Annotated[Path, typer.Option("--out", metavar="FILE.jsonl", help="Where the test cases go, one a line.")],
    index: IndexOption = None,
) -> None:
    """Write the feedback as test cases, in the form of the sets in eval/sets."""
    keepsakes = Keepsakes.of(load_settings(index=index))
    found = cases_of(all_feedback(keepsakes))
    try:
        with out.open("w", encoding="utf-8", newline="\n") as file:
            for case in found.cases:
                file.write(json.dumps(case, ensure_ascii=False).encode("utf-8", "replace").decode("utf-8") + "\n")
    except OSError as error:
        raise UsageInvalid(f"{out} cannot be written: {error.strerror}. Name another file with --out.") from error
    if found.without_case:
        note(
            f"assistant: {len(found.without_case)} answers were called wrong without saying what would be right; "
            f"they make no case. They are kept in {keepsakes.file}."
        )
    typer.echo(f"{out}: {len(found.cases)} cases")
