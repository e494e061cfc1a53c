"""A server of Milvus Lite in a process of its own, that can be killed and started again, and a proxy before it that
delays or cuts."""

import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@dataclass(slots=True)
class LiteServer:
    """`folder` holds its data, which a server that is started again finds there."""

    folder: Path
    port: int = field(default_factory=free_port)
    _process: "subprocess.Popen[bytes] | None" = None

    @property
    def address(self) -> str:
        return f"milvus://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Returns when it listens."""
        command = [sys.executable, "-m", "milvus_lite", "server", "--host", "127.0.0.1", "--port", str(self.port)]
        environment = {**os.environ, "OMP_NUM_THREADS": "1"}
        self._process = subprocess.Popen(
            [*command, "--data-dir", str(self.folder)],
            stdout=subprocess.DEVNULL,
            stderr=(self.folder.parent / f"milvus-{self.port}.log").open("ab"),
            env=environment,
        )
        while not _listens(self.port):
            assert self._process.poll() is None, "Milvus Lite ended before it listened"
            time.sleep(0.05)

    def kill(self) -> None:
        """At once, as a machine that fails."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()
            self._process = None


@contextmanager
def lite_server(folder: Path) -> Iterator[LiteServer]:
    server = LiteServer(folder / "data")
    server.start()
    try:
        yield server
    finally:
        server.kill()


class Proxy:
    """Passes TCP connections on to a port, each piece `delay` seconds later; while `cut` is set there are none, and
    none begins. Counts the bytes that came from clients."""

    def __init__(self, target: int) -> None:
        self.delay = 0.0
        self.cut = threading.Event()
        self.bytes_sent = 0
        self.cut_after: int | None = None
        """Cuts everything when so many bytes came from clients."""
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(0.1)
        self.port = int(self._listener.getsockname()[1])
        self._ended = threading.Event()
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    @property
    def address(self) -> str:
        return f"milvus://127.0.0.1:{self.port}"

    def close(self) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join()
        self._listener.close()

    def _accept(self) -> None:
        while not self._ended.is_set():
            with suppress(TimeoutError, OSError):
                client, _ = self._listener.accept()
                thread = threading.Thread(target=self._pass_on, args=(client,), daemon=True)
                self._threads.append(thread)
                thread.start()

    def _pass_on(self, client: socket.socket) -> None:
        with client, suppress(OSError):
            if self.cut.is_set():
                return
            with socket.create_connection(("127.0.0.1", self._target)) as server:
                while not self._ended.is_set() and not self.cut.is_set():
                    for ready in select.select([client, server], [], [], 0.05)[0]:
                        piece = ready.recv(65_536)
                        if not piece:
                            return
                        if ready is client:
                            self.bytes_sent += len(piece)
                            if self.cut_after is not None and self.bytes_sent >= self.cut_after:
                                self.cut.set()
                                return
                        if self.delay and ready is client:
                            self._ended.wait(self.delay)
                        (server if ready is client else client).sendall(piece)


def _listens(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False
