"""Listen on an address and serve an application until the process is told to end."""

import errno
import ipaddress
import socket
from collections.abc import Callable

import uvicorn
from fastapi import FastAPI

from assistant.errors import PortTaken

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 7860


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
) -> None:
    """Serve `app` until the process is told to end (SIGINT, SIGTERM). `ready(url)` is called once it listens.
    With `names_users`, headers name the user, and who sent them is asked of the connection alone: what they say of
    where a request comes from would else be believed of a proxy on this machine.

    Raises PortTaken if the port is taken or the host is not this machine's.
    """
    bound = listen(host, port)
    try:
        if ready is not None:
            ready(url_of(bound))
        config = uvicorn.Config(app, log_level="warning", proxy_headers=not names_users, timeout_graceful_shutdown=5)
        uvicorn.Server(config).run(sockets=[bound])
    finally:
        bound.close()


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
