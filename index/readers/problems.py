"""What can be wrong with a file, in words: what it is, and what to do next."""

import errno

from index.types import ReadProblem


class Unreadable(Exception):
    """A file or a record cannot be read. It never leaves `index.readers`: it becomes a `ReadProblem` there."""

    def __init__(self, what: str, next_step: str) -> None:
        super().__init__(f"{what} {next_step}")
        self.what = what
        self.next_step = next_step

    def at(self, where: str) -> ReadProblem:
        return ReadProblem(where, self.what, self.next_step)


def too_large(size: int, limit: int) -> Unreadable:
    return Unreadable(
        f"It has {_megabytes(size)}, more than the limit of {_megabytes(limit)}.",
        "Split it into single articles, or raise the limit of what is read.",
    )


def no_text() -> Unreadable:
    return Unreadable("It holds no text.", "Put the article's text into it, or remove it.")


def from_os_error(where: str, error: OSError) -> ReadProblem:
    """What the operating system said, and what to do about it."""
    if isinstance(error, FileNotFoundError):
        return ReadProblem(where, "It is not there (any more).", "Check the path, or run again if it was just moved.")
    if isinstance(error, PermissionError):
        return ReadProblem(where, "This user may not read it.", "Give it read permission, or run as its owner.")
    if error.errno == errno.ELOOP:
        return ReadProblem(where, "It is a symbolic link that leads back to itself.", "Remove the link.")
    reason = error.strerror or type(error).__name__
    return ReadProblem(where, f"The system cannot read it: {reason}.", "Check the disk and the path, then run again.")


def from_library(where: str, error: Exception) -> ReadProblem:
    """What a parser raised that it does not say it raises."""
    if isinstance(error, ImportError):
        return ReadProblem(
            where,
            f"A library that reads this format cannot be loaded: {error}.",
            "Install the project's dependencies again (make setup).",
        )
    detail = " ".join(str(error).split())[:200]
    reason = f"{type(error).__name__}: {detail}" if detail else type(error).__name__
    return ReadProblem(
        where,
        f"It cannot be parsed ({reason}).",
        "Check that it opens in its own program and save it again, or convert it to plain text.",
    )


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:,.1f} MB" if size >= 100_000 else f"{size:,} bytes"
