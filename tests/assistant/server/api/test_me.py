"""People see and delete what is kept of them, by the API, and nothing of others; and the record tells who asked."""

import json
from pathlib import Path

import httpx
import pytest

from assistant.answering import Assistant
from assistant.identity.asker import Asker
from assistant.keeping.keepsakes import Keepsakes
from assistant.keeping.shared_answers import share
from assistant.protection.audit import AuditLog
from index.types import Article
from tests.assistant.server.api.served import AskedBy, api_over
from tests.browser.conftest import serving
from tests.fakes import WordEngine, answer_of

ENGINE = WordEngine([Article("quay.md", "The quay", "The quay costs five pounds.", "en")])
ASKERS = {name: Asker(name, frozenset(), is_owner=False) for name in ("ada", "grace")}
ASKERS["nobody"] = Asker(None, frozenset(), is_owner=False)
QUESTION = {"question": "what costs the quay?"}
CHAT = {"messages": [{"role": "user", "content": "what costs the quay?"}]}


@pytest.fixture
def audit(tmp_path: Path) -> AuditLog:
    return AuditLog(tmp_path / "audit.jsonl")


def test_each_surface_writes_who_asked_and_what_was_cited(audit: AuditLog) -> None:
    app = api_over(ENGINE, audit=audit)
    app.add_middleware(AskedBy, askers=ASKERS)
    with serving(app) as url, httpx.Client(base_url=url, timeout=60, headers={"x-asker": "ada"}) as client:
        client.post("/api/v1/ask", json=QUESTION).raise_for_status()
        client.post("/api/v1/ask", json=QUESTION, headers={"accept": "text/event-stream"}).raise_for_status()
        client.post("/v1/chat/completions", json=CHAT, headers={"x-asker": "nobody"}).raise_for_status()
        client.post("/v1/chat/completions", json=CHAT | {"stream": True}).raise_for_status()
    assert audit.file is not None
    lines = [json.loads(line) for line in audit.file.read_text().splitlines()]
    assert [(each["who"], each["surface"]) for each in lines] == [
        ("ada", "ask"),
        ("ada", "stream"),
        (None, "openai"),
        ("ada", "openai"),
    ]
    assert all(each["articles"] == ["quay.md"] and "question" not in each for each in lines)


def test_somebody_sees_and_deletes_what_is_theirs(engine: Assistant, audit: AuditLog, tmp_path: Path) -> None:
    keepsakes = Keepsakes(tmp_path / "kept.sqlite")
    app = api_over(engine, audit=audit, keepsakes=keepsakes)
    app.add_middleware(AskedBy, askers=ASKERS)
    with serving(app) as url:

        def client(asker: str) -> httpx.Client:
            return httpx.Client(base_url=url, timeout=60, headers={"x-asker": asker})

        for name in ("ada", "grace"):
            share(keepsakes, answer_of("q", "a"), by=name)
            with client(name) as asking:
                answer = asking.post("/api/v1/ask", json=QUESTION).raise_for_status().json()
                said = {"answer": answer, "good": True}
                asking.post("/api/v1/feedback", json=said).raise_for_status()
                assert asking.get("/api/v1/me").json() == {"name": name, "is_owner": False}
        with client("ada") as asking:
            found = asking.get("/api/v1/me/data")
            assert found.headers["cache-control"] == "no-store"
            kinds = ("audit", "shared_answers", "feedback")
            assert [len(found.json()[kind]) for kind in kinds] == [1, 1, 1]
            done = asking.delete("/api/v1/me/data").json()
            assert done == {"audit_lines": 1, "shared_answers": 1, "feedback": 1}
            assert [len(asking.get("/api/v1/me/data").json()[kind]) for kind in kinds] == [0, 0, 0]
        with client("grace") as asking:
            assert [len(asking.get("/api/v1/me/data").json()[kind]) for kind in kinds] == [1, 1, 1]
        with client("nobody") as asking:
            assert asking.get("/api/v1/me").json() == {"name": None, "is_owner": False}
            for refused in (asking.get("/api/v1/me/data"), asking.delete("/api/v1/me/data")):
                assert (refused.status_code, refused.json()["code"]) == (403, "no_name")
