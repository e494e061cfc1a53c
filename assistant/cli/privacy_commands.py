"""`assistant privacy ...`: what is kept about people, to be shown and deleted."""

import json
from typing import Annotated

import typer

from assistant.cli.options import IndexOption
from assistant.protection.retention import Ended, end_what_is_over
from assistant.protection.users_data import Deleted, UsersData
from assistant.settings import load_settings

app = typer.Typer(help="What is kept about people: show it, delete it.", no_args_is_help=True)
NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="The user, as the login names them.")]


@app.command()
def show(name: NameArgument, index: IndexOption = None) -> None:
    """Print all that is kept of one user, as one JSON object."""
    typer.echo(json.dumps(UsersData.of(load_settings(index=index)).of_user(name), ensure_ascii=False, indent=1))


@app.command()
def delete(name: NameArgument, index: IndexOption = None) -> None:
    """Delete all that is kept of one user; the server may run meanwhile."""
    _say(UsersData.of(load_settings(index=index)).delete(name))


@app.command()
def expire(index: IndexOption = None) -> None:
    """Delete what was kept long enough, as the server does at its start and once a day."""
    _say(end_what_is_over(load_settings(index=index)))


def _say(done: Deleted | Ended) -> None:
    lines, answers, said = done.audit_lines, done.shared_answers, done.feedback
    typer.echo(f"Deleted: {lines} lines of who asked, {answers} shared answers, {said} of feedback")
