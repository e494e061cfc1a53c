"""Whoever is not known gets nothing; whoever is no owner does not reach the owners' pages; other sites' pages are kept
out, and the log says why."""

import logging
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.requests import Request
from starlette.websockets import WebSocket, WebSocketDisconnect

from assistant.collection_keeper import CollectionKeeper
from assistant.identity.of_request import asker_of
from assistant.server.access import Access, guard
from assistant.server.app import create_app
from assistant.settings import load_settings
from index.types import Article
from tests.assistant.identity.keys import AUDIENCE, SECRET, token
from tests.fakes import WordEngine

HOST_PAGE = "https://intranet.example.org"
ARTICLES = [
    Article("open", "Harbour", "The harbour opens in May.", "en"),
    Article("closed", "Salaries", "The salaries rise in May.", "en", groups=("staff",)),
]
TOKENS: dict[str, Any] = {"login": "token", "token_secret": SECRET, "token_audience": AUDIENCE}


def bearer(**claims: Any) -> dict[str, str]:
    return {"authorization": f"Bearer {token(**claims)}"}


def client_of(
    tmp_path: Path, *, local: bool = True, base_url: str = "https://chat.example.org", **given: Any
) -> TestClient:
    settings = load_settings(**{"index": tmp_path / "index", "owner_groups": ("editors",)} | TOKENS | given)
    access = Access.of(settings, local=local, owned=True)
    app = create_app(WordEngine(ARTICLES), collection=CollectionKeeper(settings), access=access)
    return TestClient(app, base_url=base_url, client=("127.0.0.1", 4711))


def test_without_a_token_every_path_is_refused_but_what_supervisors_ask(tmp_path: Path) -> None:
    client = client_of(tmp_path)
    for path in (
        "/",
        "/config",
        "/collection/",
        "/api/v1/search?q=May",
        "/v1/models",
        "/metrics",
        "/nothing",
        "/session",
    ):
        assert client.get(path).status_code == 401, path
    assert client.post("/gradio_api/queue/join", json={}).status_code == 401
    assert client.get("/api/v1/health/live").status_code == 200
    ready = client.get("/api/v1/health/ready")
    assert (ready.status_code, ready.json()) == (200, {"status": "ready"})
    assert client.get("/", headers=bearer()).status_code == 200


def test_programs_get_a_problem_document_and_people_a_page(tmp_path: Path) -> None:
    client = client_of(tmp_path)
    problem = client.get("/api/v1/search?q=May", headers={"accept": "text/html"})
    assert problem.headers["content-type"] == "application/problem+json"
    assert problem.headers["www-authenticate"] == "Bearer"
    assert (problem.json()["status"], problem.json()["code"]) == (401, "login_needed")
    page = client.get("/", headers={"accept": "text/html", "accept-language": "fr"})
    assert page.headers["content-type"].startswith("text/html")
    assert 'lang="fr"' in page.text
    assert "Personne n’est connecté" in page.text
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]


def test_the_log_says_why_and_holds_no_token(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    expired = bearer(exp=1)
    with caplog.at_level(logging.WARNING):
        client_of(tmp_path).get("/api/v1/search?q=secret", headers=expired)
    assert "the token has expired" in caplog.text
    assert expired["authorization"].split(".")[1] not in caplog.text
    assert "secret" not in caplog.text


def test_only_owners_reach_the_owners_pages_and_what_is_below_them(tmp_path: Path) -> None:
    client = client_of(tmp_path)
    paths = ("/collection", "/collection/", "/collection/config", "/collection/gradio_api/info", "/evaluation/x")
    for path in paths:
        refused = client.get(path, headers=bearer(), follow_redirects=False)
        assert (refused.status_code, refused.json()["code"]) == (403, "not_owner"), path
    assert client.post("/collection/gradio_api/upload", headers=bearer()).status_code == 403
    owner = bearer(groups=["editors"])
    assert client.get("/collection/", headers=owner).status_code == 200
    assert client.delete("/api/v1/articles/open", headers=bearer()).status_code == 403


def test_each_asker_gets_what_they_may_see(tmp_path: Path) -> None:
    client = client_of(tmp_path)
    found = {}
    for name, groups in {"stranger": [], "staff": ["staff"], "owner": ["editors"]}.items():
        asked = client.post("/api/v1/ask", json={"question": "What rises in May?"}, headers=bearer(groups=groups))
        found[name] = {passage["article"] for passage in asked.json()["passages"]}
    assert found == {"stranger": {"open"}, "staff": {"open", "closed"}, "owner": {"open", "closed"}}
    owner = client.get("/api/v1/health/ready", headers=bearer(groups=["editors"]))
    assert owner.json()["articles"] == 2


def test_without_a_login_only_this_machine_gets_what_is_not_for_everybody(tmp_path: Path) -> None:
    none = {"login": "none", "token_secret": None, "token_audience": None, "owner_groups": ()}
    for local, expected in ((True, {"open", "closed"}), (False, {"open"})):
        client = client_of(tmp_path, local=local, base_url="http://localhost:7860", **none)
        asked = client.post("/api/v1/ask", json={"question": "What rises in May?"})
        assert {passage["article"] for passage in asked.json()["passages"]} == expected


def test_a_token_becomes_a_cookie_for_the_frame(tmp_path: Path) -> None:
    client = client_of(tmp_path)
    assert client.post("/session").status_code == 401
    begun = client.post("/session", headers=bearer())
    assert begun.status_code == 204
    cookie = begun.headers["set-cookie"]
    for attribute in ("HttpOnly", "Secure", "SameSite=None", "Partitioned"):
        assert attribute in cookie
    assert client.get("/").status_code == 200
    client.delete("/session")
    assert client.get("/").status_code == 401


def sockets() -> FastAPI:
    app = FastAPI()

    @app.websocket("/talk")
    async def talk(socket: WebSocket) -> None:
        await socket.accept()
        await socket.send_text(str(socket.state.asker.name))
        await socket.close()

    settings = load_settings(**TOKENS)
    guard(app, Access.of(settings, local=True, owned=True), ())
    return app


def test_a_websocket_has_its_asker_or_is_closed() -> None:
    client = TestClient(sockets())
    with client.websocket_connect("/talk", headers=bearer(sub="grace")) as socket:
        assert socket.receive_text() == "grace"
    for headers in ({}, bearer(aud="other"), bearer() | {"origin": "https://evil.example"}):
        with pytest.raises(WebSocketDisconnect), client.websocket_connect("/talk", headers=headers):
            pass


def test_below_the_path_of_a_proxy_the_same_paths_are_guarded() -> None:
    app = FastAPI()

    @app.get("/{path:path}")
    def seen(request: Request) -> str:
        return str(asker_of(request).name)

    guard(app, Access.of(load_settings(**TOKENS, owner_groups=("editors",)), local=True, owned=True), ("/collection",))
    client = TestClient(app, root_path="/kb")
    assert client.get("/kb/any", headers=bearer()).json() == "ada"
    assert client.get("/kb/collection/config", headers=bearer()).status_code == 403
    assert client.get("/collection", headers=bearer()).status_code == 403
    assert TestClient(app, root_path="/kb/").get("/kb/collection", headers=bearer()).status_code == 403
    assert client.get("/kb/collection", headers=bearer(groups=["editors"])).json() == "ada"


def test_only_listed_pages_may_frame_the_chat_and_none_the_owners_pages(tmp_path: Path) -> None:
    client = client_of(tmp_path, embed_origins=f"{HOST_PAGE},http://wiki:8080")
    owner = bearer(groups=["editors"])
    policy = client.get("/", headers=owner).headers["content-security-policy"]
    assert policy.endswith(f"frame-ancestors {HOST_PAGE} http://wiki:8080")
    policy = client.get("/collection/", headers=owner).headers["content-security-policy"]
    assert policy.endswith("frame-ancestors 'none'")


@pytest.mark.parametrize(
    ("page", "status"),
    [
        (HOST_PAGE, 200),
        ("https://chat.example.org", 200),
        ("https://evil.example", 403),
        ("http://intranet.example.org", 403),
    ],
)
def test_a_frame_in_another_page_is_refused_and_the_log_says_why(
    page: str, status: int, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    client = client_of(tmp_path, embed_origins=HOST_PAGE)
    sent = {"sec-fetch-dest": "iframe", "sec-fetch-site": "cross-site", "referer": f"{page}/a/b", "accept": "text/html"}
    assert client.get("/", headers=bearer() | sent).status_code == status
    told = [record.getMessage() for record in caplog.records]
    wanted = [f"Refused '/': the page that shows it in a frame, of {page}, is not among embed_origins"]
    assert told == ([] if status == 200 else wanted)


def test_a_listed_page_may_call_the_api_and_no_other_may(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    client = client_of(tmp_path, embed_origins=HOST_PAGE)
    asking = {"access-control-request-method": "POST", "access-control-request-headers": "authorization,content-type"}
    asked = client.options("/api/v1/ask", headers={"origin": HOST_PAGE} | asking)
    assert asked.status_code == 200
    assert asked.headers["access-control-allow-origin"] == HOST_PAGE
    assert "access-control-allow-credentials" not in asked.headers
    body = {"question": "What opens in May?"}
    answered = client.post("/api/v1/ask", json=body, headers=bearer() | {"origin": HOST_PAGE})
    assert answered.headers["access-control-allow-origin"] == HOST_PAGE
    assert answered.json()["citations"][0]["article"] == "open"
    for origin in ("https://evil.example", "null", "https://intranet.example.org.evil.example", f"{HOST_PAGE}:8443"):
        refused = client.options("/api/v1/ask", headers={"origin": origin} | asking)
        assert refused.status_code == 403
        replayed = client.post("/api/v1/ask", json=body, headers=bearer() | {"origin": origin})
        assert (replayed.status_code, replayed.json()["code"]) == (403, "other_site")
        assert "access-control-allow-origin" not in replayed.headers
        assert repr(origin) in caplog.text


def test_a_page_of_another_site_cannot_ask_with_the_cookie_of_its_visitor(tmp_path: Path) -> None:
    client = client_of(tmp_path)
    client.cookies.set("assistant_token", token())
    assert client.post("/gradio_api/queue/join", json={}, headers={"origin": "https://evil.example"}).status_code == 403
    assert client.get("/config", headers={"origin": "https://chat.example.org"}).status_code == 200
    elsewhere = {"origin": "https://elsewhere.example", "sec-fetch-site": "same-origin"}  # behind a proxy
    assert client.get("/config", headers=elsewhere).status_code == 200


def test_without_a_login_the_page_may_be_anywhere_and_the_api_is_still_guarded() -> None:
    client = TestClient(create_app(WordEngine(ARTICLES)), base_url="http://127.0.0.1:7860")
    assert client.get("/config", headers={"origin": "https://evil.example"}).status_code == 200
    body = {"question": "What opens in May?"}
    assert client.post("/api/v1/ask", json=body, headers={"origin": "https://evil.example"}).status_code == 403
    assert client.post("/api/v1/ask", json=body, headers={"origin": "http://127.0.0.1:7860"}).status_code == 200
