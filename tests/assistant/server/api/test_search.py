"""A search gives the object of `assistant search --json`, by address and by body."""

import json
from pathlib import Path

import httpx
import pytest

from assistant.answering import Assistant
from assistant.settings import Settings
from tests.command_line import run_in_process

QUERY = "library Ashby"


def test_what_is_found_is_the_object_of_the_command(
    client: httpx.Client, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    index = Path(settings.beside_index)
    told = run_in_process(capsys, "search", "--index", index, "--embedder", "fast", "--k", "3", "--json", QUERY).json
    by_address = client.get("/api/v1/search", params={"q": QUERY, "k": 3})
    by_body = client.post("/api/v1/search", json={"query": QUERY, "k": 3})
    assert by_address.json() == by_body.json() == told
    assert 1 <= len(told["hits"]) <= 3


def test_a_hit_is_where_it_says(client: httpx.Client, engine: Assistant) -> None:
    for hit in client.get("/api/v1/search", params={"q": QUERY}).json()["hits"]:
        article = engine.article(hit["article"])
        assert article is not None
        assert (article.title, article.text[hit["start"] : hit["end"]]) == (hit["title"], hit["text"])


def test_filters_narrow_it(client: httpx.Client) -> None:
    by_address = client.get("/api/v1/search", params={"q": QUERY, "language": "fr", "from": "2024-01-01"}).json()
    by_body = client.post("/api/v1/search", json={"query": QUERY, "filters": {"language": "fr", "from": "2024-01-01"}})
    assert json.dumps(by_address) == json.dumps(by_body.json())
    assert {hit["article"] for hit in by_address["hits"]} == {"fr/quai.md"}


def test_an_empty_query_is_refused(client: httpx.Client) -> None:
    sent = client.get("/api/v1/search", params={"q": " "})
    assert (sent.status_code, sent.json()["code"]) == (422, "question_refused")
