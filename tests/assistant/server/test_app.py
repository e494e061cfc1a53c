"""The application answers for its health, serves the chat at `/`, and lets the page load nothing from elsewhere."""

from fastapi.testclient import TestClient

from assistant.server.app import create_app
from index.errors import IndexDamaged
from index.types import Article
from tests.fakes import WordEngine

ARTICLES = [Article("a", "T", "Text.", "en")]


def test_it_is_live_and_ready_with_an_index() -> None:
    client = TestClient(create_app(WordEngine(ARTICLES)))
    assert client.get("/api/v1/health/live").json()["status"] == "live"
    ready = client.get("/api/v1/health/ready")
    assert ready.status_code == 200
    assert ready.json() == {"status": "ready", "articles": 1, "passages": 3, "index_generation": 1}


def test_it_is_live_but_not_ready_without_an_index() -> None:
    client = TestClient(create_app(None, problem="No index in x."))
    assert client.get("/api/v1/health/live").status_code == 200
    ready = client.get("/api/v1/health/ready")
    assert ready.status_code == 503
    assert ready.json() == {"status": "not ready", "problem": "No index in x."}


def test_it_is_not_ready_while_the_index_cannot_be_read() -> None:
    engine = WordEngine(ARTICLES)
    engine.error = IndexDamaged("Damaged.")
    ready = TestClient(create_app(engine)).get("/api/v1/health/ready")
    assert (ready.status_code, ready.json()["problem"]) == (503, "Damaged.")


def test_the_chat_is_at_the_root_and_may_neither_be_framed_nor_load_from_elsewhere() -> None:
    page = TestClient(create_app(WordEngine(ARTICLES))).get("/")
    assert page.status_code == 200
    assert "gradio_config" in page.text
    policy = page.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert page.headers["x-content-type-options"] == "nosniff"


def test_no_analytics_no_history_and_no_open_api_come_with_the_page() -> None:
    client = TestClient(create_app(WordEngine(ARTICLES)))
    config = client.get("/config").json()
    assert config["analytics_enabled"] is False
    assert config["run_history"] is False
    assert client.get("/gradio_api/info").json()["named_endpoints"] == {}
