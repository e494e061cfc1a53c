"""What a proxy passes on is not taken for somebody at this machine, whatever sign of it there is."""

import logging

import pytest
from starlette.requests import Request

from assistant.identity.asker import STRANGER, Asker
from assistant.identity.login import login_of
from assistant.settings import load_settings

OWNER = Asker(None, None, is_owner=True)


def asker_of(
    *headers: tuple[str, str], host: str = "127.0.0.1:7860", peer: str = "127.0.0.1", http: str = "1.1"
) -> Asker:
    scope = {
        "type": "http",
        "http_version": http,
        "client": (peer, 4711) if peer else None,
        "headers": [(name.encode(), value.encode()) for name, value in (("host", host), *headers)],
    }
    return login_of(load_settings(), local=True, owned=True).asker(Request(scope))


@pytest.mark.parametrize("host", ["127.0.0.1:7860", "localhost:7860", "LOCALHOST", "[::1]:7860", "localhost."])
@pytest.mark.parametrize("peer", ["127.0.0.1", "127.0.0.9", "::1", "::ffff:127.0.0.1", ""])
def test_a_program_on_this_machine_may_everything(host: str, peer: str) -> None:
    assert asker_of(host=host, peer=peer) == OWNER


@pytest.mark.parametrize(
    "header",
    [
        ("x-forwarded-for", "127.0.0.1"),
        ("x-forwarded-for", ""),
        ("x-forwarded-proto", "https"),
        ("x-forwarded-host", "localhost"),
        ("x-forwarded-user", "ada"),
        ("forwarded", "for=127.0.0.1"),
        ("x-real-ip", "127.0.0.1"),
        ("via", "1.1 proxy"),
        ("true-client-ip", "127.0.0.1"),
    ],
)
def test_whoever_comes_through_a_proxy_owns_nothing(header: tuple[str, str], caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        assert asker_of(header) == STRANGER
    assert f"it has the header {header[0]}" in caplog.text
    assert "Set login to" in caplog.text


def test_a_proxy_that_adds_nothing_is_told_by_its_version_the_host_or_the_address() -> None:
    assert asker_of(http="1.0") == STRANGER
    for host in ("chat.example.org", "127.0.0.1.example.org", "", "127.0.0.2", "localhost.example"):
        assert asker_of(host=host) == STRANGER, host
    for peer in ("192.0.2.1", "::ffff:192.0.2.1", "fe80::1", "proxy"):
        assert asker_of(peer=peer) == STRANGER, peer


def test_the_log_says_it_once_and_not_with_every_request(caplog: pytest.LogCaptureFixture) -> None:
    login = login_of(load_settings(), local=True, owned=True)
    request = Request({"type": "http", "headers": [(b"host", b"x.example")], "client": ("127.0.0.1", 1)})
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            assert login.asker(request) == STRANGER
    assert len(caplog.records) == 1
