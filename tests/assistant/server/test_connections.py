"""No more connections than are allowed, and none that keeps the server waiting for ever."""

import resource
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from assistant.server.connections import OTHER_FILES, ConnectionLimits, LimitedConnection, within_open_files
from assistant.server.serve import listen
from tests.faults.chat_server import until

PATIENT = 60.0
LARGE = 8_000_000
"""More than the buffers on the way hold."""


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] != "http":
        return
    if scope["method"] == "POST":
        while (await receive()).get("more_body"):
            pass
    body = b"x" * (LARGE if scope["path"] == "/large" else 4)
    length = str(len(body)).encode()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", length)]})
    await send({"type": "http.response.body", "body": body})


@contextmanager
def served(limits: ConnectionLimits) -> Iterator[tuple[int, uvicorn.Server]]:
    bound = listen(port=0)
    config = uvicorn.Config(app, http=LimitedConnection.within(limits), lifespan="off", log_level="critical")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield bound.getsockname()[1], server
    finally:
        server.should_exit = server.force_exit = True
        thread.join(PATIENT)
        bound.close()


def connect(port: int, sent: bytes = b"") -> socket.socket:
    client = socket.create_connection(("127.0.0.1", port), PATIENT)
    client.sendall(sent)
    return client


def ended(client: socket.socket) -> bytes:
    """What comes until the server ends the connection."""
    told = b""
    try:
        while piece := client.recv(65536):
            told += piece
    except ConnectionError:
        pass
    client.close()
    return told


GET = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"


def test_connections_beyond_the_most_are_told_so_and_then_closed_at_once() -> None:
    with served(ConnectionLimits(most=2, refused_at_once=1)) as (port, _):
        held = [connect(port, GET) for _ in range(2)]
        for client in held:
            assert client.recv(65536).startswith(b"HTTP/1.1 200")
        third = connect(port)
        fourth = connect(port)
        assert ended(fourth) == b""
        third.sendall(GET)
        refused = ended(third)
        assert refused.startswith(b"HTTP/1.1 503")
        assert b"retry-after: 5" in refused
        assert b"too_busy" in refused
        held[0].close()
        while True:  # its place is free as soon as the server has noticed
            with connect(port, GET) as again:
                if again.recv(65536).startswith(b"HTTP/1.1 200"):
                    break


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"GET / HTTP/1.1\r\nHost:", id="half a head"),
        pytest.param(GET + b"GET / HT", id="half a second head"),
        pytest.param(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf", id="half a body"),
    ],
)
def test_who_does_not_go_on_is_not_waited_for(sent: bytes) -> None:
    with served(ConnectionLimits(head_seconds=0.2, stall_seconds=0.2)) as (port, _):
        told = ended(connect(port, sent))
    assert told.count(b"HTTP/1.1 200") == (1 if sent.startswith(GET) else 0)


def test_who_takes_nothing_of_a_response_is_not_waited_for() -> None:
    with served(ConnectionLimits(stall_seconds=0.2)) as (port, server):
        client = connect(port, b"GET /large HTTP/1.1\r\nHost: a\r\n\r\n")
        first = client.recv(1000)
        until(lambda: not server.server_state.connections)
        assert len(first) + len(ended(client)) < LARGE


def test_who_goes_on_has_longer_than_for_the_head() -> None:
    with served(ConnectionLimits(head_seconds=0.5, stall_seconds=PATIENT)) as (port, _):
        client = connect(port, b"POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 8\r\n\r\n")
        for _ in range(8):
            time.sleep(0.1)
            client.sendall(b"x")
        assert ended(client).startswith(b"HTTP/1.1 200")


def test_there_are_no_more_connections_than_files_may_be_open() -> None:
    allowed, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        limits = within_open_files(ConnectionLimits(most=10**7))
        raised, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        assert limits.most == min(10**7, raised - OTHER_FILES - limits.refused_at_once)
        assert raised >= allowed
        assert within_open_files(ConnectionLimits(most=3)).most == 3
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, most))
