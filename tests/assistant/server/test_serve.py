"""The server listens where it is told, and says clearly why it cannot."""

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from assistant.errors import PortTaken
from assistant.server.serve import is_loopback, listen, url_of
from tests.faults.chat_server import SECONDS, free_port, until
from tests.faults.commands import environment

ROOT = Path(__file__).parents[3]


def test_it_listens_on_this_machine_only_by_default() -> None:
    with listen(port=0) as bound:
        host, port = bound.getsockname()
        assert host == "127.0.0.1"
        assert url_of(bound) == f"http://127.0.0.1:{port}"
        with socket.create_connection((host, port), timeout=5):
            pass


def test_a_taken_port_is_named_with_what_to_do_next() -> None:
    with listen(port=0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortTaken, match=f"Port {port} on 127.0.0.1 is in use.*--port {port + 1}"):
            listen(port=port)


@pytest.mark.parametrize(
    ("host", "port", "message"),
    [
        ("127.0.0.1", 70_000, "70000 is not a port"),
        ("192.0.2.1", 0, "'192.0.2.1' is not an address of this machine"),
        ("not a host", 0, "'not a host' is not an address of this machine"),
    ],
)
def test_an_impossible_address_is_refused_in_words(host: str, port: int, message: str) -> None:
    with pytest.raises(PortTaken, match=message):
        listen(host, port)


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("127.0.0.1", True),
        ("127.1.2.3", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.0.2.1", False),
        ("example.org", False),
        ("127.0.0.1.example.org", False),
    ],
)
def test_only_loopback_addresses_are_this_machine_alone(host: str, local: bool) -> None:
    assert is_loopback(host) is local


@contextmanager
def waiting_server(stop_seconds: float) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    port = free_port()
    command = [sys.executable, "-m", "tests.assistant.server.waiting_server", str(port), str(stop_seconds)]
    process = subprocess.Popen(command, cwd=ROOT, env=environment(), stdout=subprocess.PIPE, text=True)
    try:
        assert said(process) == "ready"
        yield process, f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.communicate()


def said(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def test_an_answer_that_takes_too_long_is_not_waited_for() -> None:
    with waiting_server(0.2) as (process, address), ThreadPoolExecutor() as pool:
        waiting = pool.submit(httpx.get, f"{address}/waiting", timeout=SECONDS)
        begun = pool.submit(httpx.get, f"{address}/begun", timeout=SECONDS)
        assert {said(process), said(process)} == {"/waiting", "/begun"}
        process.send_signal(signal.SIGTERM)
        assert waiting.result(SECONDS).status_code == 503
        assert isinstance(begun.exception(SECONDS), httpx.RemoteProtocolError)  # nobody takes a half for the whole
        assert process.wait(SECONDS) == 0


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
def test_who_says_it_twice_does_not_wait(told: signal.Signals) -> None:
    with waiting_server(3600) as (process, address), ThreadPoolExecutor() as pool:
        waiting = pool.submit(httpx.get, f"{address}/waiting", timeout=SECONDS)
        assert said(process) == "/waiting"
        process.send_signal(told)
        until(lambda: httpx.get(f"{address}/other", timeout=SECONDS).status_code == 503)
        process.send_signal(told)
        assert process.wait(SECONDS) == -told
        assert isinstance(waiting.exception(SECONDS), httpx.TransportError)


def test_with_nothing_to_do_it_ends_at_once() -> None:
    with waiting_server(3600) as (process, address):
        assert httpx.get(f"{address}/quick", timeout=SECONDS).status_code == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(SECONDS) == 0
