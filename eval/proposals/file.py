"""A file of proposals: read, added to and changed so that whatever was done is on the disk when a call returns."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from filelock import FileLock, Timeout

from eval.errors import ProposalsRefused
from eval.proposals.proposal import Proposal, proposal_of_line
from eval.runs.journal import write_durably


class ProposalFile:
    """The proposals of a file, opened with `open_proposals`, which one process may do at a time."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._proposals = {proposal.id: proposal for proposal in read_proposals(file)} if file.exists() else {}

    @property
    def proposals(self) -> Sequence[Proposal]:
        return tuple(self._proposals.values())

    def find(self, proposal_id: str) -> Proposal | None:
        return self._proposals.get(proposal_id)

    def put(self, *proposals: Proposal) -> None:
        """Adds proposals, or puts them in the place of those with their ids. Returns when the file is on the disk; it
        is the old or the new one whenever the process ends. Raises ProposalsRefused, and has then changed nothing."""
        changed = {**self._proposals, **{each.id: each for each in proposals}}
        write_lines(self.file, (each.as_line() for each in changed.values()))
        self._proposals = changed


@contextmanager
def open_proposals(file: Path) -> Iterator[ProposalFile]:
    """Raises ProposalsRefused where the file cannot be read, or another process works with it."""
    lock = FileLock(file.with_name(f".{file.name}.lock"), timeout=0)
    try:
        lock.acquire()
    except Timeout as error:
        raise ProposalsRefused(f"Another process works with {file}. Wait for it, or name another file.") from error
    except OSError as error:
        raise _unwritable(file, error) from error
    try:
        yield ProposalFile(file)
    finally:
        lock.release()


def read_proposals(file: Path) -> list[Proposal]:
    """Raises ProposalsRefused, with the line, for a file that is not there or holds anything else."""
    try:
        lines = file.read_text(encoding="utf-8").split("\n")  # splitlines() would also split at U+2028
    except (OSError, UnicodeDecodeError) as error:
        raise ProposalsRefused(
            f"{file} cannot be read: {getattr(error, 'strerror', None) or error}. "
            f"Make one: assistant eval make --questions 50 --out {file}"
        ) from error
    found: dict[str, Proposal] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            proposal = proposal_of_line(line)
        except ValueError as error:
            raise ProposalsRefused(
                f"{file}, line {number}: not a proposal: {error}. Correct the line, or remove it."
            ) from error
        if proposal.id in found:
            raise ProposalsRefused(f"{file}, line {number}: the id {proposal.id!r} was there before. Remove one.")
        found[proposal.id] = proposal
    return list(found.values())


def write_lines(file: Path, lines: Iterator[str]) -> None:
    """The whole file, or what stood there before. Raises ProposalsRefused."""

    def write(stream: BinaryIO) -> None:
        stream.writelines(line.encode("utf-8") + b"\n" for line in lines)

    _or_refused(file, lambda: write_durably(file, write))


def _or_refused(file: Path, work: Callable[[], object]) -> None:
    try:
        work()
    except OSError as error:
        raise _unwritable(file, error) from error


def _unwritable(file: Path, error: OSError) -> ProposalsRefused:
    return ProposalsRefused(f"{file} cannot be written: {error.strerror or error}. Make room, or name another file.")
