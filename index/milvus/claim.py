"""One writer at a time, among all machines.

Milvus has no locks. A writer writes a claim, then reads all claims: of two that claim at the same time, one at least
sees the other, and whoever sees another that lives withdraws and tries again. A claim lives while its writer changes it
every now and then; clocks of several machines are not compared.
"""

import json
import os
import random
import secrets
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from index.errors import AssistantIndexError, IndexBusy
from index.milvus.layout import NOTHING
from index.milvus.server import MilvusServer, Row

LIVES_SECONDS = 6.0
"""A claim that does not change for so long is that of a writer that died."""


@dataclass(slots=True)
class Claim:
    """Held inside `claimed`."""

    server: MilvusServer
    collection: str
    key: int
    _ended: threading.Event = field(default_factory=threading.Event)

    def check(self) -> None:
        """Raises IndexBusy when another writer took this one for dead, so that nothing may be published any more."""
        if not self.server.query(self.collection, f"key == {self.key}", ["key"]):
            raise IndexBusy(
                f"The connection to {self.server.address} was so slow that another process writes there now. What was "
                "not acknowledged was not stored. Run the command again."
            )

    def write(self, beat: int) -> None:
        value = json.dumps({"host": socket.gethostname(), "process": os.getpid(), "beat": beat})
        self.server.write(self.collection, [{"key": self.key, "value": value, "nothing": NOTHING}])

    def withdraw(self) -> None:
        self.server.delete(self.collection, f"key in [{self.key}]")

    def keep(self) -> None:
        """Changes the claim until `end`, in a thread of its own."""
        beat = 1
        while not self._ended.wait(LIVES_SECONDS / 4):
            beat += 1
            with suppress(AssistantIndexError):  # a server that is away: `check` tells whether the claim still stands
                if self.server.query(self.collection, f"key == {self.key}", ["key"]):
                    self.write(beat)

    def end(self) -> None:
        self._ended.set()


@contextmanager
def claimed(server: MilvusServer, collection: str, wait_seconds: float) -> Iterator[Claim]:
    """Raises IndexBusy when another writer does not end within `wait_seconds`."""
    claim = Claim(server, collection, secrets.randbits(62))
    seen: dict[int, tuple[str, float]] = {}
    deadline = time.monotonic() + wait_seconds
    while True:
        claim.write(1)
        others = [row for row in server.query(collection, "key >= 0", ["key", "value"]) if int(row["key"]) != claim.key]
        living = [row for row in others if _lives(row, seen)]
        if not living:
            break
        claim.withdraw()
        if time.monotonic() >= deadline:
            raise IndexBusy(
                f"Another process is writing to the index at {server.address}, or died less than {LIVES_SECONDS:g} "
                f"seconds ago, and was not done within {wait_seconds:g} seconds. Nothing was changed. Run the command "
                "again when it is done, or wait longer with --wait."
            )
        time.sleep(min(0.5, max(0.0, deadline - time.monotonic())) * random.uniform(0.5, 1))
    if others:
        server.delete(collection, f"key in {[int(row['key']) for row in others]}")
    keeper = threading.Thread(target=claim.keep, name="claim", daemon=True)
    keeper.start()
    try:
        yield claim
    finally:
        claim.end()
        keeper.join()
        with suppress(AssistantIndexError):  # it dies by itself
            claim.withdraw()


def _lives(row: Row, seen: dict[int, tuple[str, float]]) -> bool:
    """Whether a claim's writer may live; remembers in `seen` what was there when."""
    key, value = int(row["key"]), str(row["value"])
    told = json.loads(value)
    if told["host"] == socket.gethostname() and told["process"] != os.getpid() and not _runs(told["process"]):
        return False
    if seen.get(key, ("", 0.0))[0] != value:
        seen[key] = (value, time.monotonic())
    return time.monotonic() - seen[key][1] < LIVES_SECONDS


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        pass
    return True
