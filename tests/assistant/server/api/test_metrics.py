"""Prometheus reads what was asked, how it went, and what the index holds."""

import httpx
from prometheus_client.parser import text_string_to_metric_families

from index.errors import IndexDamaged
from index.types import Article
from tests.assistant.server.api.served import api_over
from tests.browser.conftest import serving
from tests.fakes import WordEngine

Sample = tuple[str, frozenset[tuple[str, str]]]


def read(url: str) -> dict[Sample, float]:
    sent = httpx.get(f"{url}/metrics", timeout=60)
    assert sent.headers["content-type"].startswith("text/plain; version=")
    families = text_string_to_metric_families(sent.text)
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in families
        for sample in family.samples
    }


def counted(found: dict[Sample, float], name: str, **labels: str) -> float:
    return found.get((name, frozenset(labels.items())), 0.0)


def test_requests_answers_and_the_index_are_counted() -> None:
    engine = WordEngine([Article("a", "The quay", "The quay costs five pounds.", "en")])
    with serving(api_over(engine)) as url, httpx.Client(base_url=url, timeout=60) as client:
        client.post("/api/v1/ask", json={"question": "quay costs?"})
        client.post("/api/v1/ask", json={"question": "xylophones?"}, headers={"accept": "text/event-stream"})
        client.post("/api/v1/ask", json={})
        client.request("BREW", "/api/v1/coffee/1")
        client.get("/api/v1/coffee/2")
        engine.error = IndexDamaged("Damaged.")
        client.post("/api/v1/ask", json={"question": "quay?"})
        engine.error = None
        engine.generation = 7
        found = read(url)
        engine.error = IndexDamaged("Damaged.")
        broken = read(url)
    ask = {"method": "POST", "route": "/api/v1/ask"}
    assert counted(found, "assistant_requests_total", **ask, status="200") == 2
    assert counted(found, "assistant_requests_total", **ask, status="422") == 1
    assert counted(found, "assistant_errors_total", **ask, status="503") == 1
    assert counted(found, "assistant_request_duration_seconds_count", **ask) == 4
    assert counted(found, "assistant_answers_total", mode="extractive") == 2
    assert counted(found, "assistant_abstentions_total") == 1
    assert counted(found, "assistant_index_articles") == 1
    assert counted(found, "assistant_index_generation") == 7
    assert counted(found, "assistant_ready") == 1
    routes = {dict(labels).get("route", "") for _, labels in found}
    assert not any("coffee" in route for route in routes)
    assert counted(found, "assistant_requests_total", method="other", route="unknown", status="404") == 1
    assert counted(broken, "assistant_ready") == 0
    assert counted(broken, "assistant_index_articles") == 0
