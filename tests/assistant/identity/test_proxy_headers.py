"""Headers name a user only where they come from a trusted proxy, whatever they say of themselves."""

from typing import Any

import pytest
from starlette.requests import Request

from assistant.errors import LoginRefused
from assistant.identity.asker import Asker
from assistant.identity.login import login_of
from assistant.settings import load_settings

USER = ("x-forwarded-user", "ada")


def asker_from(address: str | None, *headers: tuple[str, str], **changed: Any) -> Asker:
    settings = load_settings(**{"login": "header", "trusted_proxies": "10.0.0.7, 10.1.0.0/16, fd00::/8"} | changed)
    scope = {
        "type": "http",
        "client": (address, 4711) if address else None,
        "headers": [(name.encode(), value.encode()) for name, value in headers],
    }
    return login_of(settings, local=True, owned=True).asker(Request(scope))


@pytest.mark.parametrize("address", ["10.0.0.7", "10.1.200.3", "fd00::1", "::ffff:10.0.0.7"])
def test_a_trusted_proxy_names_the_user_and_the_groups(address: str) -> None:
    found = asker_from(address, USER, ("x-forwarded-groups", "staff, law"), ("x-forwarded-groups", "Märkte,,"))
    assert found == Asker("ada", frozenset({"staff", "law", "Märkte"}), is_owner=False)


def test_an_owner_is_told_by_a_group() -> None:
    found = asker_from("10.0.0.7", USER, ("x-forwarded-groups", "editors"), owner_groups=["editors"])
    assert found == Asker("ada", None, is_owner=True)


@pytest.mark.parametrize("address", ["10.0.0.8", "127.0.0.1", "::1", "fe00::1", "192.0.2.1", "proxy", "", None])
@pytest.mark.parametrize(
    "claimed", [(), (("x-forwarded-for", "10.0.0.7"), ("x-real-ip", "10.0.0.7"), ("forwarded", "for=10.0.0.7"))]
)
def test_from_elsewhere_they_name_nobody(address: str | None, claimed: tuple[tuple[str, str], ...]) -> None:
    with pytest.raises(LoginRefused, match="trusted_proxies"):
        asker_from(address, USER, ("x-forwarded-groups", "staff"), *claimed)


@pytest.mark.parametrize(
    "headers",
    [(), (("x-forwarded-user", " "),), (USER, ("x-forwarded-user", "root")), (("x_forwarded_user", "ada"),)],
)
def test_not_exactly_one_name_is_nobody(headers: tuple[tuple[str, str], ...]) -> None:
    with pytest.raises(LoginRefused):
        asker_from("10.0.0.7", *headers)


def test_the_names_of_the_headers_are_set_and_others_say_nothing() -> None:
    found = asker_from(
        "10.0.0.7", ("remote-user", "grace"), USER, ("x-forwarded-groups", "staff"), user_header="Remote-User"
    )
    assert found.name == "grace"
    with pytest.raises(LoginRefused):
        asker_from("10.0.0.7", USER, user_header="Remote-User")


def test_without_a_login_only_this_machine_sees_what_is_not_for_everybody() -> None:
    request = Request({"type": "http", "headers": [(b"host", b"127.0.0.1:7860")], "client": ("127.0.0.1", 1)})
    assert login_of(load_settings(), local=True, owned=True).asker(request) == Asker(None, None, is_owner=True)
    assert login_of(load_settings(), local=False, owned=False).asker(request) == Asker(
        None, frozenset(), is_owner=False
    )
