"""The command `assistant`."""

import io
import os
import sys
import warnings

import typer

from assistant.cli import (
    ask,
    chat,
    eval_commands,
    feedback_commands,
    index_commands,
    mcp,
    privacy_commands,
    proposal_commands,
    search,
)
from assistant.cli.output import Exit, note
from assistant.errors import AssistantError, FiltersInvalid, SettingsInvalid, UsageInvalid
from assistant.version import __version__
from index.errors import AssistantIndexError, QueryRefused

app = typer.Typer(
    name="assistant",
    help="Ask questions about your articles; every statement of an answer cites a passage, word for word.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    rich_markup_mode=None,
)
app.add_typer(index_commands.app, name="index")
app.add_typer(feedback_commands.app, name="feedback")
app.add_typer(privacy_commands.app, name="privacy")
eval_commands.app.command("make")(proposal_commands.make)
eval_commands.app.command("review")(proposal_commands.review)
app.add_typer(eval_commands.app, name="eval")
app.command("search")(search.search)
app.command("ask")(ask.ask)
app.command("chat")(chat.chat)
app.command("mcp")(mcp.mcp)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"assistant {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Show the version."),
) -> None:
    """Ask questions about your articles; every statement of an answer cites a passage, word for word."""
    del version


def main() -> None:
    """Runs the command line; the only place where errors become words and exit codes."""
    for stream in (sys.stdout, sys.stderr):  # a file name that is not UTF-8 must not end the program
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    warnings.showwarning = lambda message, *_args, **_kwargs: note(f"assistant: warning: {message}")
    warnings.simplefilter("ignore", DeprecationWarning)
    try:
        app()
    except (FiltersInvalid, QueryRefused, SettingsInvalid, UsageInvalid) as error:
        _stop(str(error), Exit.USAGE)
    except (AssistantIndexError, AssistantError) as error:
        _stop(str(error), Exit.UNUSABLE)
    except BrokenPipeError:  # the reader of our output has gone, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(Exit.DONE)


def _stop(message: str, status: Exit) -> None:
    note(f"assistant: {message}")
    sys.exit(status)
