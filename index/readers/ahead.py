"""Reads articles in a process of its own, ahead of whoever takes them: reading and embedding overlap.

Half of a build's time is spent on reading files and on telling their languages, which one interpreter does on one core.
"""

import multiprocessing
import os
import signal
from collections.abc import Generator, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from queue import Queue
from threading import Thread

from index import language
from index.errors import ReadingStopped
from index.readers.collection import read_paths
from index.readers.limits import DEFAULT_LIMITS, ReadLimits
from index.types import Article, ReadProblem

ARTICLES_AT_ONCE = 64
CHARACTERS_AT_ONCE = 1_000_000
"""What is handed over at once: so many articles, or fewer with so many characters together."""

BATCHES_AHEAD = 16
"""More than are embedded at once, so that the next ones are read meanwhile; and the most that is held in memory."""

_Batch = list[Article | ReadProblem]


def read_ahead(
    paths: Sequence[Path], limits: ReadLimits = DEFAULT_LIMITS
) -> Generator[Article | ReadProblem, None, None]:
    """What `read_paths` gives, in the same order. The process ends when the generator is closed.

    Raises ReadingStopped where that process ends before all is read, as it does when a library crashes on a file or
    the memory is used up.
    """
    context = multiprocessing.get_context("spawn")  # a copy of a process that has threads may hang
    given, taken = context.Pipe(duplex=False)
    process = context.Process(target=_read, args=(taken, list(paths), limits), name="reading", daemon=True)
    process.start()
    taken.close()  # so that the end of the process is the end of the pipe
    last: str | None = None
    try:
        while True:
            try:
                batch: _Batch | None = given.recv()
            except EOFError:
                process.join()
                raise _stopped(process.exitcode, last) from None
            if batch is None:
                return
            for item in batch:
                last = item.where if isinstance(item, ReadProblem) else item.id
                yield item
    finally:
        process.kill()
        process.join()
        given.close()


def _read(taken: "Connection[_Batch | None, object]", paths: Sequence[Path], limits: ReadLimits) -> None:
    """The work of the process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever takes the articles is interrupted, and ends this process
    read: Queue[_Batch | None] = Queue(BATCHES_AHEAD)
    sender = Thread(target=_send, args=(read, taken), name="sending", daemon=True)
    sender.start()
    language.preload()
    batch: _Batch = []
    characters = 0
    for item in read_paths(paths, limits):
        batch.append(item)
        characters += len(item.text) if isinstance(item, Article) else 0
        if len(batch) >= ARTICLES_AT_ONCE or characters >= CHARACTERS_AT_ONCE:
            read.put(batch)
            batch, characters = [], 0
    read.put(batch)
    read.put(None)
    sender.join()


def _send(read: "Queue[_Batch | None]", taken: "Connection[_Batch | None, object]") -> None:
    while True:
        batch = read.get()
        try:
            taken.send(batch)
        except OSError:  # nobody is there any more who would take it
            os._exit(0)
        if batch is None:
            return


def _stopped(status: int | None, last: str | None) -> ReadingStopped:
    how = signal.strsignal(-status) if status is not None and status < 0 else f"status {status}"
    after = f"after {last}" if last else "before the first article"
    return ReadingStopped(
        f"The process that reads the articles ended unexpectedly ({how}) {after}. What was stored stays. Look at the "
        "file that comes next, which may be broken or too large for the memory; then run the command again."
    )
