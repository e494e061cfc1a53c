"""A setting that would open the door is refused, and the words say which and why."""

from typing import Any

import pytest

from assistant.errors import SettingsInvalid
from assistant.identity.settings import origin_of
from assistant.settings import load_settings
from tests.assistant.identity.keys import AUDIENCE, SECRET


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("https://Intranet.Example.org", "https://intranet.example.org"),
        ("https://intranet.example.org:443/", "https://intranet.example.org"),
        ("http://localhost:8080", "http://localhost:8080"),
        ("http://wiki:80", "http://wiki"),
        ("https://[2001:DB8::1]:8443", "https://[2001:db8::1]:8443"),
    ],
)
def test_an_origin_is_written_as_browsers_write_it(text: str, origin: str) -> None:
    assert origin_of(text) == origin


@pytest.mark.parametrize(
    "text",
    [
        "intranet.example.org",
        "*",
        "https://*.example.org",
        "https://example.org/wiki",
        "https://example.org?x",
        "https://ada@example.org",
        "https://example.org:port",
        "https://example.org; script-src *",
        "https://exa mple.org",
        "https://",
        "null",
        "ftp://example.org",
        "https://bücher.example",
    ],
)
def test_what_is_no_origin_is_told(text: str) -> None:
    with pytest.raises(ValueError, match="is not an origin"):
        origin_of(text)
    with pytest.raises(SettingsInvalid, match="embed_origins"):
        load_settings(embed_origins=[text])


def test_lists_come_as_one_text_from_a_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_EMBED_ORIGINS", " https://a.example, https://b.example ,, https://a.example/")
    assert load_settings().embed_origins == ("https://a.example", "https://b.example")


TOKEN = {"login": "token", "token_secret": SECRET, "token_audience": AUDIENCE}
KEYS = {"login": "token", "token_algorithm": "RS256", "token_audience": AUDIENCE, "token_issuer": "i"}


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"login": "header"}, "needs trusted_proxies"),
        ({"login": "header", "trusted_proxies": "0.0.0.0/0"}, "every address"),
        ({"login": "header", "trusted_proxies": "::/0"}, "every address"),
        ({"login": "header", "trusted_proxies": "proxy"}, "no address or network"),
        ({"login": "header", "trusted_proxies": "10.0.0.1/8"}, "no address or network"),
        ({"login": "header", "trusted_proxies": "10.0.0.1", "user_header": "X User"}, "no name of a header"),
        ({"owner_groups": "editors"}, "set login"),
        (TOKEN | {"token_audience": None}, "needs token_audience"),
        (TOKEN | {"token_secret": "short"}, "32 bytes"),
        (TOKEN | {"token_secret": None}, "token_secret"),
        (TOKEN | {"token_secret_file": "also"}, "token_secret"),
        (TOKEN | {"token_algorithm": "none"}, "token_algorithm"),
        (TOKEN | {"token_skew_seconds": 3600}, "token_skew_seconds"),
        (KEYS, "needs token_keys"),
        (KEYS | {"token_keys": "http://keys.example.org"}, "https://"),
        (KEYS | {"token_keys": "file:///etc/passwd"}, "https://"),
        (KEYS | {"token_keys": "k.json", "token_issuer": None}, "token_issuer"),
        (KEYS | {"token_keys": "k.json", "token_secret": SECRET}, "no secret"),
    ],
)
def test_what_does_not_fit_together_is_refused(given: dict[str, Any], told: str) -> None:
    with pytest.raises(SettingsInvalid, match=told):
        load_settings(**given)


def test_no_secret_is_told_or_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_TOKEN_SECRET", "sesame")
    with pytest.raises(SettingsInvalid) as raised:
        load_settings(login="token", token_audience="a")
    assert "sesame" not in str(raised.value)
    assert SECRET not in repr(load_settings(**TOKEN))
