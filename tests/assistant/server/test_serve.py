"""The server listens where it is told, and says clearly why it cannot."""

import socket

import pytest

from assistant.errors import PortTaken
from assistant.server.serve import is_loopback, listen, url_of


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
