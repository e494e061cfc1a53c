"""Listen on an address and serve an application until the process is told to end."""

import errno
import ipaddress
import logging
import os
import signal
import socket
import threading
from collections.abc import Callable
from types import FrameType

import uvicorn
from fastapi import FastAPI

from assistant.errors import PortTaken
from assistant.server.connections import ConnectionLimits, LimitedConnection, within_open_files
from assistant.server.stopping import Stopping

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 7860
SHUTDOWN_SECONDS = 5
"""For closing connections, after the time that answers have."""

_log = logging.getLogger(__name__)


def listen(host: str = DEFAULT_HOST, port: int = DEFAULT_PORT) -> socket.socket:
    """A socket bound to `host` and `port` (0: any free one); PortTaken says why there is none."""
    if not 0 <= port <= 65_535:
        raise PortTaken(f"{port} is not a port. Choose one from 1 to 65535 with --port.")
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except (OSError, UnicodeError) as error:
        raise PortTaken(f"{host!r} is not an address of this machine. Name another with --host.") from error
    bound = socket.socket(family, kind, protocol)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
        bound.listen(2048)
    except OSError as error:
        bound.close()
        raise PortTaken(_refusal(host, port, error)) from error
    return bound


def url_of(bound: socket.socket) -> str:
    """The address of a bound socket as a browser takes it."""
    host, port = bound.getsockname()[:2]
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{shown}:{port}"


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches what listens on `host`."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def serve(
    app: FastAPI,
    host: str = DEFAULT_HOST,
    port: int = DEFAULT_PORT,
    *,
    ready: Callable[[str], None] | None = None,
    names_users: bool = False,
    stopping: Stopping | None = None,
    limits: ConnectionLimits | None = None,
) -> None:
    """Serve `app` until the process is told to end (SIGINT, SIGTERM). `ready(url)` is called once it listens.
    With `names_users`, headers name the user, and who sent them is asked of the connection alone: what they say of
    where a request comes from would else be believed of a proxy on this machine.

    Then answers are finished in the time that `stopping` gives them; when told a second time, the process ends at once.
    Raises PortTaken if the port is taken or the host is not this machine's.
    """
    stopping = stopping or Stopping()
    bound = listen(host, port)
    try:
        config = uvicorn.Config(
            stopping.around(app),
            http=LimitedConnection.within(within_open_files(limits or ConnectionLimits())),
            log_level="warning",
            proxy_headers=not names_users,
            # Longer than a proxy keeps its connections (60 s): the one that closes must be the one that sends.
            timeout_keep_alive=75,
            timeout_graceful_shutdown=SHUTDOWN_SECONDS,
        )
        if ready is not None:
            ready(url_of(bound))
        EndingServer(config, stopping).run(sockets=[bound])
    finally:
        bound.close()


class EndingServer(uvicorn.Server):
    """Ends when `stopping` is over, as if nobody had sent a signal: with the status 0."""

    def __init__(self, config: uvicorn.Config, stopping: Stopping) -> None:
        super().__init__(config)
        self._stopping = stopping

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        del frame
        if self._stopping.begun:
            signal.signal(sig, signal.SIG_DFL)
            signal.raise_signal(sig)
        self._stopping.begin()
        # Work that no request waits for, such as reading dropped articles, may go on in threads; what it has written
        # holds, wherever it is left.
        last = threading.Timer(self._stopping.seconds + 2 * SHUTDOWN_SECONDS, os._exit, (0,))
        last.daemon = True
        last.start()

    async def on_tick(self, counter: int) -> bool:
        ends = await super().on_tick(counter)
        if not ends and self._stopping.is_over():
            unfinished = self._stopping.end()
            if unfinished:
                _log.warning("%d requests were not finished in %g seconds", unfinished, self._stopping.seconds)
            return True
        return ends


def _refusal(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} on {host} is in use by another program. Choose another with --port {_next_port(port)}."
    if error.errno == errno.EACCES:
        return f"Port {port} needs rights that this user lacks. Choose one above 1023 with --port."
    if error.errno == errno.EADDRNOTAVAIL:
        return f"{host!r} is not an address of this machine. Name another with --host."
    return f"Cannot listen on {host}, port {port}: {error}. Choose another with --host and --port."


def _next_port(port: int) -> int:
    return port + 1 if port < 65535 else DEFAULT_PORT
