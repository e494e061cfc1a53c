"""What all commands share: results on stdout, everything else on stderr, exact exit codes."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum
from typing import Any, NoReturn

import typer

from index.types import Progress


class Exit(IntEnum):
    """What a command's exit status means."""

    DONE = 0
    PARTLY = 1
    USAGE = 2
    UNUSABLE = 3


def note(message: str) -> None:
    """A warning or a remark, on stderr."""
    typer.echo(message, err=True)


def fail(message: str, status: Exit) -> NoReturn:
    note(f"assistant: {message}")
    raise typer.Exit(status)


@contextmanager
def progress_bar(description: str, unit: str, total: int | None = None, initial: int = 0) -> Iterator[Any]:
    """A tqdm bar on stderr, gone when the work is done; nothing at all where stderr is not a terminal. `initial` is
    how much was done before, which says nothing of the time that is left."""
    from tqdm import tqdm

    with tqdm(
        desc=description,
        unit=unit,
        total=total,
        initial=initial,
        file=sys.stderr,
        leave=False,
        dynamic_ncols=True,
        disable=None,  # tqdm's word for "unless it is a terminal"
    ) as bar:
        yield bar


@contextmanager
def reported_progress(description: str, unit: str) -> Iterator[Progress]:
    """The same bar as a function `progress(done, total)`."""
    with progress_bar(description, unit) as bar:

        def report(done: int, total: int | None) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield report
