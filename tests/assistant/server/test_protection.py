"""Hosts, headers, pages of other sites and sizes: what the server does with every request before anything reads it."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient

from assistant.answering import Assistant
from assistant.calibration import load_calibration
from assistant.collection_keeper import CollectionKeeper
from assistant.errors import SettingsInvalid
from assistant.server.access import Access, guard
from assistant.server.api.parts import ApiLimits
from assistant.server.app import create_app
from assistant.server.headers import HEADERS, SecurityHeaders
from assistant.settings import load_settings
from index.embedders.static import StaticEmbedder
from index.local_index import LocalIndex
from tests.assistant.identity.keys import AUDIENCE, SECRET, token
from tests.gated_assistant import small_index

LOCAL = ("127.0.0.1", 4711)
TOKENS: dict[str, Any] = {"login": "token", "token_secret": SECRET, "token_audience": AUDIENCE}
BEARER = {"authorization": f"Bearer {token(exp=time.time() + 3600)}"}


def client_of(address: str = "http://127.0.0.1:7860", *, local: bool = True, **given: Any) -> TestClient:
    """The gates around one path."""
    app = FastAPI()

    @app.api_route("/{path:path}", methods=["GET", "POST"])
    def seen(request: Request) -> dict[str, bool]:
        return {"owner": request.state.asker.is_owner, "all": request.state.asker.groups is None}

    guard(app, Access.of(load_settings(**given), local=local, owned=local), ("/collection", "/evaluation"))
    return TestClient(app, base_url=address, client=LOCAL)


@pytest.mark.parametrize("host", ["evil.example", "evil.example:7860", "127.0.0.1.evil.example", "", "localhost,evil"])
def test_a_chat_for_this_machine_alone_is_not_reached_by_another_name(
    host: str, caplog: pytest.LogCaptureFixture
) -> None:
    client = client_of()
    refused = client.get("/api/v1/ask", headers={"host": host})
    assert (refused.status_code, refused.json()["code"]) == (400, "host_unknown")
    assert "is not among allowed_hosts" in caplog.text
    assert client.get("/api/v1/health/live", headers={"host": host}).status_code == 200
    for own in ("127.0.0.1:7860", "localhost", "[::1]:7860"):
        assert client.get("/", headers={"host": own}).json() == {"owner": True, "all": True}


def test_a_host_that_is_set_is_answered_but_nobody_there_owns_anything() -> None:
    client = client_of(allowed_hosts="kb.example.org")
    assert client.get("/", headers={"host": "KB.example.org:8443"}).json() == {"owner": False, "all": False}
    assert client.get("/", headers={"host": "wiki.example.org"}).status_code == 400
    for path in ("/collection/", "/evaluation/x", "/gradio_api/upload"):
        refused = client.post(path, headers={"host": "kb.example.org"})
        assert (refused.status_code, refused.json()["code"]) == (403, "not_owner")
        assert client.post(path).status_code == 200


def test_where_people_log_in_hosts_count_as_soon_as_they_are_set() -> None:
    assert client_of("https://any.example", **TOKENS).get("/", headers=BEARER).status_code == 200
    client = client_of("https://any.example", **TOKENS, allowed_hosts=".example.org", public_url="https://kb.example/x")
    assert client.get("/", headers=BEARER).status_code == 400
    for host, status in (("a.example.org", 200), ("kb.example", 200), ("example.org", 400), ("aexample.org", 400)):
        assert client.get("/", headers=BEARER | {"host": host}).status_code == status, host


def test_a_chat_that_is_open_to_its_network_answers_every_host_unless_some_are_set() -> None:
    assert client_of("http://any.example", local=False).get("/").json() == {"owner": False, "all": False}
    assert client_of("http://any.example", local=False, allowed_hosts="kb").get("/").status_code == 400


@pytest.mark.parametrize("host", ["https://kb.example.org", "kb:8080", "*", "a b", "-", ""])
def test_what_is_no_host_is_told(host: str) -> None:
    with pytest.raises(SettingsInvalid, match="allowed_hosts"):
        load_settings(allowed_hosts=[host])


def test_a_page_of_another_site_cannot_use_the_chat_of_its_visitors_own_machine() -> None:
    client = client_of()
    for path in ("/gradio_api/queue/join", "/collection/gradio_api/upload", "/api/v1/ask"):
        refused = client.post(path, headers={"origin": "https://evil.example", "sec-fetch-site": "cross-site"})
        assert (refused.status_code, refused.json()["code"]) == (403, "other_site")
        assert client.post(path, headers={"origin": "http://127.0.0.1:7860"}).status_code == 200


def test_behind_a_proxy_that_hides_the_port_the_public_address_is_the_servers_own() -> None:
    sent = BEARER | {"origin": "https://kb.example.org:8443"}
    hidden = "http://kb.example.org"
    assert client_of(hidden, **TOKENS).post("/", headers=sent).status_code == 403
    assert client_of(hidden, **TOKENS, public_url="https://kb.example.org:8443/a").post("/", headers=sent).is_success


def test_every_response_has_the_headers_and_keeps_its_own() -> None:
    app = FastAPI()

    @app.get("/own")
    def own() -> Any:
        from starlette.responses import Response

        return Response(headers={"content-security-policy": "default-src 'none'", "referrer-policy": "origin"})

    app.add_middleware(SecurityHeaders, embed_origins=("https://a.example",), never_framed=("/never",))
    client = TestClient(app, base_url="http://testserver")
    for path in ("/own", "/nowhere", "/never/x"):
        found = client.get(path).headers
        for name, value in HEADERS.items():
            assert found[name] == ("origin" if (path, name) == ("/own", "referrer-policy") else value)
        assert "strict-transport-security" not in found
    assert (
        client.get("/own").headers["content-security-policy"] == "default-src 'none'; frame-ancestors https://a.example"
    )
    assert client.get("/never/x").headers["content-security-policy"].endswith("frame-ancestors 'none'")
    for name in ("camera", "microphone", "geolocation", "payment", "usb"):
        assert f"{name}=()" in HEADERS["permissions-policy"]


def test_over_https_browsers_are_told_to_stay_there() -> None:
    assert client_of("https://localhost").get("/").headers["strict-transport-security"] == "max-age=31536000"
    behind = client_of("http://kb.example.org", **TOKENS, public_url="https://kb.example.org")
    assert "max-age" in behind.get("/", headers=BEARER).headers["strict-transport-security"]
    assert "strict-transport-security" not in client_of().get("/").headers


@pytest.fixture(scope="module")
def chat(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """The whole application; a file lies beside everything that it may read."""
    folder = tmp_path_factory.mktemp("chat")
    (folder / "secret.txt").write_text("sesame")
    index, small = small_index(folder).beside_index, StaticEmbedder()
    settings = load_settings(index=index, embedder="fast", **TOKENS, owner_groups="editors")
    access = Access.of(settings, local=True, owned=True)
    app = create_app(
        Assistant(LocalIndex.open(index, small), small, small, load_calibration()),
        collection=CollectionKeeper(settings),
        api_limits=ApiLimits(body_bytes=10_000, upload_bytes=50_000),
        access=access,
    )
    with TestClient(app, base_url="https://kb.example.org") as client:
        yield client


def test_what_is_sent_to_a_page_has_a_size(chat: TestClient) -> None:
    join = "/gradio_api/queue/join"
    small = chat.post(join, headers=BEARER, json={"data": [], "fn_index": 0, "session_hash": "a"})
    assert small.status_code != 413
    large = chat.post(join, headers=BEARER, json={"data": ["x" * 20_000]})
    assert (large.status_code, large.json()["code"]) == (413, "body_too_large")

    def pieces() -> Iterator[bytes]:
        for _ in range(20):
            yield b" " * 1_000

    told = BEARER | {"content-type": "application/json"}
    assert chat.post(join, headers=told, content=pieces()).status_code == 413
    owner = {"authorization": f"Bearer {token(groups=['editors'])}"}
    upload = "/collection/gradio_api/upload"
    assert chat.post(upload, headers=owner, files={"files": ("a.txt", b"x" * 40_000)}).status_code == 200
    assert chat.post(upload, headers=owner, files={"files": ("a.txt", b"x" * 60_000)}).status_code == 413
    assert chat.post("/gradio_api/upload", headers=owner, files={"files": ("a.txt", b"x")}).status_code == 403


def test_no_path_leads_out_of_what_is_served(chat: TestClient, tmp_path_factory: pytest.TempPathFactory) -> None:
    secret = next(tmp_path_factory.getbasetemp().glob("chat*/secret.txt"))
    up = "../" * 12
    for path in (
        f"/gradio_api/file={secret}",
        f"/gradio_api/file={up}{secret}",
        "/gradio_api/file=/etc/passwd",
        "/gradio_api/file=pyproject.toml",
        "/gradio_api/file=https://evil.example/",
        f"/static/{up}etc/passwd",
        f"/assets/{up}etc/passwd",
        "/assets/..%2f..%2f..%2f..%2f..%2fetc/passwd",
        f"/svelte/{up}etc/passwd",
        "/collection/gradio_api/file=/etc/passwd",
        f"/api/v1/articles/{up}etc/passwd",
        "/api/v1/articles/..%2f..%2f..%2fetc%2fpasswd",
        f"/api/v1/articles/{secret}",
        "/login/..%2f..%2fetc/passwd",
    ):
        for headers in (BEARER, {"authorization": f"Bearer {token(groups=['editors'])}"}):
            answer = chat.get(path, headers=headers, follow_redirects=False)
            assert answer.status_code in (302, 307, 400, 401, 403, 404), (path, answer.status_code)
            assert "sesame" not in answer.text
            assert "root:" not in answer.text


def test_files_that_are_added_have_names_types_and_sizes_that_are_taken(chat: TestClient) -> None:
    owner = {"authorization": f"Bearer {token(groups=['editors'])}"}
    for name in ("page.exe", "a.svg", ".htaccess", "no suffix", "a.html.sh", "..", "../../x.py"):
        sent = chat.post("/api/v1/articles", headers=owner, files={"file": (name, b"content")})
        assert [each["what"] for each in sent.json()["problems"]] == ["Files of this format are not read."], name
    sent = chat.post("/api/v1/articles", headers=owner, files={"file": ("../../../up.txt", b"It stays where it is.")})
    assert sent.json()["added"] == 1
    assert chat.get("/api/v1/articles/up.txt", headers=owner).json()["text"] == "It stays where it is."
