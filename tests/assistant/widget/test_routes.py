"""The script and the frame of the widget: for listed pages alone, below whatever path a proxy chose."""

import gzip
import logging
from collections.abc import Mapping
from functools import cache
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from assistant.server.access import Access
from assistant.server.app import create_app
from assistant.settings import load_settings
from assistant.widget.script import widget_script
from index.types import Article
from tests.assistant.identity.keys import AUDIENCE, SECRET, token
from tests.fakes import WordEngine

HOST_PAGE = "https://intranet.example.org"
ENGINE = WordEngine([Article("a", "Harbour", "The harbour opens in May.", "en")])


@cache
def app_of(*, tokens: bool, root_path: str) -> FastAPI:
    given: dict[str, Any] = {"embed_origins": HOST_PAGE, "allowed_hosts": "chat.example.org"}
    if tokens:
        given |= {"login": "token", "token_secret": SECRET, "token_audience": AUDIENCE}
    return create_app(ENGINE, access=Access.of(load_settings(**given), local=True, owned=False), root_path=root_path)


def client_of(*, tokens: bool = False, root_path: str = "") -> TestClient:
    app = app_of(tokens=tokens, root_path=root_path)
    return TestClient(app, base_url="https://chat.example.org", follow_redirects=False)


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({}, 200),
        ({"referer": f"{HOST_PAGE}/"}, 200),
        ({"origin": HOST_PAGE}, 200),
        ({"referer": "https://evil.example/a"}, 403),
        ({"origin": "https://evil.example", "referer": f"{HOST_PAGE}/"}, 403),
        ({"origin": "null"}, 403),
        ({"referer": "https://chat.example.org/", "sec-fetch-site": "same-origin"}, 403),
    ],
)
def test_the_script_is_for_pages_that_are_listed(sent: Mapping[str, str], status: int) -> None:
    assert client_of(tokens=True).get("/widget.js", headers=sent).status_code == status


def test_the_log_names_the_page_that_is_not_listed(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        client_of().get("/widget.js", headers={"referer": "https://evil.example/a"})
        client_of().get("/embed/?host=https://evil.example%0A")
    assert [record.getMessage() for record in caplog.records] == [
        "Refused '/widget.js': the page that loads the widget, of 'https://evil.example', is not among embed_origins",
        r"Refused '/embed/': the page that shows the widget, of 'https://evil.example\n', is not among embed_origins",
    ]


def test_the_script_is_sent_compressed_and_only_when_it_changed() -> None:
    client = client_of()
    first = client.get("/widget.js", headers={"accept-encoding": "gzip"})
    assert first.headers["content-encoding"] == "gzip"
    assert first.headers["content-type"] == "text/javascript; charset=utf-8"
    assert first.content == gzip.decompress(widget_script().packed)
    assert first.headers["cache-control"] == "no-cache"
    again = client.get("/widget.js", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert "content-encoding" not in client.get("/widget.js", headers={"accept-encoding": ""}).headers


def test_a_listed_page_may_ask_by_cors_and_one_that_hides_is_made_to() -> None:
    client = client_of()
    assert client.get("/widget.js", headers={"origin": HOST_PAGE}).headers["access-control-allow-origin"] == HOST_PAGE
    hidden = client.get("/widget.js", headers={"sec-fetch-dest": "script", "sec-fetch-site": "cross-site"})
    assert 'again.crossOrigin = "anonymous"' in hidden.text
    assert hidden.headers["cache-control"] == "no-store"
    shown = client.get("/widget.js", headers={"sec-fetch-dest": "script", "sec-fetch-site": "same-origin"})
    assert shown.content == widget_script().text


@pytest.mark.parametrize("root_path", ["", "/kb/assistant"])
def test_the_compact_chat_is_the_same_page_below_its_own_path(root_path: str) -> None:
    client = client_of(root_path=root_path)
    host = f"host={HOST_PAGE}"
    for path, target in ((f"/embed?{host}", f"embed/?{host}"), (f"/embed/login?{host}", f"./?{host}")):
        moved = client.get(root_path + path)
        assert moved.status_code == 307
        assert moved.headers["location"].replace("%3A", ":").replace("%2F", "/") == target
    page = client.get(f"{root_path}/embed/?{host}")
    assert page.status_code == 200
    assert f'"root":"https://chat.example.org{root_path}/embed"' in page.text
    assert page.headers["content-security-policy"].endswith(f"frame-ancestors {HOST_PAGE}")
    assert client.get(f"{root_path}/embed/gradio_api/startup-events").status_code == 200
    assert f'"root":"https://chat.example.org{root_path}"' in client.get(f"{root_path}/").text


def test_nothing_is_uploaded_by_the_compact_chat_either() -> None:
    for path in ("/gradio_api/upload", "/embed/gradio_api/upload", "/kb/embed/gradio_api/upload"):
        answer = client_of(root_path="/kb").post(path, files={"files": ("a.txt", b"text")})
        assert answer.status_code == 403, path


def test_without_a_token_the_frame_gets_a_page_that_asks_for_one_and_nothing_else() -> None:
    client = client_of(tokens=True)
    moved = client.get(f"/embed/?host={HOST_PAGE}&page_language=fr")
    assert (moved.status_code, moved.headers["location"]) == (307, f"login?host={HOST_PAGE}&page_language=fr")
    login = client.get(f"/embed/login?host={HOST_PAGE}&page_language=fr")
    assert login.status_code == 200
    assert "Personne n’est connecté" in login.text
    assert "gradio_config" not in login.text
    assert "frame-ancestors https://intranet.example.org" in login.headers["content-security-policy"]
    assert login.headers["cache-control"] == "no-store"
    for path in ("/embed/config", "/embed/gradio_api/info"):
        assert client.get(path).status_code == 401, path
    assert client.post("/embed/gradio_api/queue/join", json={}).status_code == 401


def test_with_a_session_the_frame_still_asks_for_a_token_first() -> None:
    client = client_of(tokens=True)
    client.post("/session", headers={"authorization": f"Bearer {token()}"})
    assert client.get("/embed/").status_code == 200
    assert "articleFrame" in client.get("/embed/login").text  # the cookie may be that of somebody else
