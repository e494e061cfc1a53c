"""`assistant chat` as a process of its own, as it is run in earnest."""

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.faults.commands import start_command

SECONDS = 200.0
"""A busy machine is slow, and not wrong."""


@dataclass(frozen=True, slots=True)
class ChatServer:
    process: "subprocess.Popen[bytes]"
    address: str

    @property
    def port(self) -> int:
        return int(self.address.rpartition(":")[2])

    def get(self, path: str, **more: str) -> httpx.Response:
        return httpx.get(self.address + path, headers=more, timeout=SECONDS)

    def ask(self, question: str) -> httpx.Response:
        return httpx.post(f"{self.address}/api/v1/ask", json={"question": question}, timeout=SECONDS)

    def is_ready(self) -> bool:
        assert self.process.poll() is None, self.process.communicate()
        with contextlib.suppress(httpx.TransportError):
            return self.get("/api/v1/health/ready").status_code == 200
        return False

    def end(self) -> None:
        self.process.send_signal(signal.SIGTERM)

    def open_files(self) -> int:
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def threads(self) -> int:
        return len(os.listdir(f"/proc/{self.process.pid}/task"))


@contextlib.contextmanager
def chat_server(folder: Path, index: Path, **settings: object) -> Iterator[ChatServer]:
    """Over `index`, with a file of settings in `folder`; it is ready."""
    lines = [f"{name} = {value!r}" for name, value in settings.items()]
    (folder / "assistant.toml").write_text("\n".join(lines), encoding="utf-8")
    port = free_port()
    process = start_command(folder, "chat", "--index", index, "--port", str(port))
    server = ChatServer(process, f"http://127.0.0.1:{port}")
    try:
        until(server.is_ready)
        yield server
    finally:
        process.kill()
        process.communicate()


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


def until(holds: Callable[[], bool]) -> None:
    """Waits until something holds."""
    late = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < late, "it never came to be"
        time.sleep(0.05)
