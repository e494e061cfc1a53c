"""`/mcp` stands behind the same gates as the API, and holds nothing of anybody between requests."""

import asyncio
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from mcp import Client

from assistant.answering import Assistant
from assistant.calibration import load_calibration
from assistant.server.access import Access
from assistant.server.app import create_app
from assistant.settings import load_settings
from index.embedders.static import StaticEmbedder
from index.local_index import LocalIndex
from index.types import Article
from index.writer import IndexWriter
from tests.assistant.identity.keys import AUDIENCE, SECRET, token
from tests.assistant.server.api.served import WorkingEngine, api_over
from tests.assistant.server.mcp.clients import NEW, OLD, called, words_of
from tests.browser.conftest import serving

PAGE = "https://intranet.example.org"
ARTICLES = (
    Article("open.txt", "The garden", "The garden\n\nThe garden of Ashby opens in April.", "en"),
    Article(
        "secret.txt", "The merger", "The merger\n\nThe merger with Zorbex costs nine million.", "en", groups=("board",)
    ),
)
QUESTION = "what does the merger with Zorbex cost?"
ACCEPT = {"accept": "application/json, text/event-stream"}
LIST = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}


def bearer(*groups: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token(groups=list(groups))}"}


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The whole server, with logins by tokens."""
    folder, small = tmp_path_factory.mktemp("guarded"), StaticEmbedder()
    with IndexWriter.open(folder / "index", small) as writer:
        assert len(list(writer.add(ARTICLES))) == 2
    engine = Assistant(LocalIndex.open(folder / "index", small), small, small, load_calibration())
    settings = load_settings(
        index=folder / "index", login="token", token_secret=SECRET, token_audience=AUDIENCE, embed_origins=PAGE
    )
    with serving(create_app(engine, access=Access.of(settings, local=False, owned=True))) as url:
        yield url


def test_without_a_token_nothing_is_told_not_even_which_tools_there_are(guarded: str) -> None:
    refused = httpx.post(f"{guarded}/mcp", json=LIST, headers=ACCEPT, timeout=60)
    assert (refused.status_code, refused.json()["code"]) == (401, "login_needed")
    assert refused.headers["www-authenticate"] == "Bearer"
    with pytest.raises(ExceptionGroup):
        called(guarded, "ask", {"question": QUESTION})


@pytest.mark.parametrize("mode", [NEW, OLD])
def test_each_asker_meets_only_what_they_may_see(guarded: str, mode: str) -> None:
    calls: tuple[tuple[str, dict[str, Any]], ...] = (
        ("ask", {"question": QUESTION}),
        ("search", {"query": QUESTION}),
        ("read_article", {"article": "secret.txt"}),
    )
    for tool, arguments in calls:
        hidden = called(guarded, tool, arguments, mode=mode, headers=bearer("staff"))
        shown = called(guarded, tool, arguments, mode=mode, headers=bearer("board"))
        assert "million" not in str(hidden.structured_content) + words_of(hidden), tool
        assert "nine million" in words_of(shown), tool
    absent = called(guarded, "read_article", {"article": "absent.txt"}, headers=bearer("staff"))
    assert absent.is_error
    assert words_of(absent).replace("absent", "secret") == words_of(hidden)


@pytest.mark.parametrize(("origin", "status"), [(PAGE, 200), ("https://evil.example", 403), ("null", 403)])
def test_pages_of_other_sites_reach_it_only_where_they_are_listed(guarded: str, origin: str, status: int) -> None:
    headers = ACCEPT | bearer() | {"origin": origin}
    assert httpx.post(f"{guarded}/mcp", json=LIST, headers=headers, timeout=60).status_code == status
    asking = {
        "origin": origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,content-type,mcp-method,mcp-name,mcp-protocol-version",
    }
    assert httpx.options(f"{guarded}/mcp", headers=asking, timeout=60).status_code == status


@pytest.mark.parametrize("method", ["GET", "DELETE", "PUT"])
def test_other_methods_than_post_have_nothing_to_do_there(url: str, method: str) -> None:
    refused = httpx.request(method, f"{url}/mcp", headers=ACCEPT, timeout=60)
    assert (refused.status_code, refused.json()["code"]) == (405, "method_not_allowed")
    assert refused.headers["allow"] == "POST"
    below = httpx.request(method, f"{url}/mcp/", headers=ACCEPT, timeout=60)
    assert (below.status_code, below.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[]", 400),
        (b"null", 400),
        (b'{"jsonrpc": "2.0", "id": 1, "method": "nothing/there"}', 200),
        (b'{"jsonrpc": "2.0", "method": "notifications/initialized"}', 202),
        (b"[" * 100_000, 400),
        (b"\xff\xfe", 400),
        (b" " * 1_000_001, 413),
    ],
)
@pytest.mark.parametrize("version", ["2025-11-25", "2026-07-28"])
def test_no_body_makes_it_fail(url: str, body: bytes, status: int, version: str) -> None:
    headers = ACCEPT | {"content-type": "application/json", "mcp-protocol-version": version}
    sent = httpx.post(f"{url}/mcp", content=body, headers=headers, timeout=60)
    assert sent.status_code in (status, 400)
    assert "Traceback" not in sent.text


def test_a_body_of_untold_length_is_refused_as_soon_as_it_is_too_large(url: str) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(20):
            yield b" " * 100_000

    headers = ACCEPT | {"content-type": "application/json"}
    sent = httpx.post(f"{url}/mcp", content=pieces(), headers=headers, timeout=60)
    assert (sent.status_code, sent.json()["code"]) == (413, "body_too_large")


@pytest.mark.parametrize("mode", [NEW, OLD])
def test_a_client_that_goes_away_stops_the_work(mode: str) -> None:
    engine = WorkingEngine([Article("a", "The quay", "The quay costs five pounds.", "en")])
    engine.gate.clear()

    async def leave(url: str) -> None:
        async with Client(f"{url}/mcp", mode=mode) as client:
            asking = asyncio.create_task(client.call_tool("ask", {"question": "quay costs?"}))
            assert await asyncio.to_thread(engine.begun.wait, 60)
            asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking

    with serving(api_over(engine)) as url:
        asyncio.run(leave(url))
        assert engine.ended.wait(60)
    assert engine.stops[0].is_set()


def test_answers_and_requests_are_counted(url: str) -> None:
    assert called(url, "ask", {"question": "when does the library of Ashby open?"}).is_error is False
    counted = httpx.get(f"{url}/metrics", timeout=60).text
    assert 'assistant_requests_total{method="POST",route="/mcp",status="200"}' in counted
    assert 'assistant_answers_total{mode="extractive"}' in counted


def test_it_is_below_the_path_of_a_proxy_as_well() -> None:
    engine = WorkingEngine([Article("a", "The quay", "The quay costs five pounds.", "en")])
    app = api_over(engine)

    async def below(scope: Any, receive: Any, send: Any) -> None:
        await app({**scope, "root_path": "/kb"} if scope["type"] == "http" else scope, receive, send)

    with serving(below) as url:  # type: ignore[arg-type]
        assert called(f"{url}/kb", "ask", {"question": "quay costs?"}).is_error is False
