"""Articles are listed, read, added and removed; only owners change them, and from no other site."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from assistant.answering import Assistant
from assistant.collection_keeper import CollectionKeeper
from assistant.identity.asker import Asker
from assistant.server.api.parts import ApiLimits
from assistant.settings import Settings, load_settings
from assistant.uploads import uploads_folder
from assistant.wiring import open_writer
from tests.assistant.server.api.served import AskedBy, api_over
from tests.browser.conftest import serving

READER = {"x-asker": "reader"}
NEW = ("file", ("new.md", "# A new road\n\nThe road to Ferring opens in June.\n"))


@pytest.fixture
def app(engine: Assistant, settings: Settings) -> FastAPI:
    made = api_over(engine, collection=CollectionKeeper(settings), limits=ApiLimits(upload_bytes=100_000))
    made.add_middleware(AskedBy, askers={"reader": Asker("reader", frozenset(), is_owner=False)})
    return made


@pytest.fixture
def client(app: FastAPI) -> Iterator[httpx.Client]:
    with serving(app) as url, httpx.Client(base_url=url, timeout=60) as opened:
        yield opened


def test_a_list_has_pages_and_can_be_searched(client: httpx.Client) -> None:
    whole = client.get("/api/v1/articles").json()
    assert (whole["total"], whole["first"], len(whole["articles"])) == (4, 0, 4)
    assert set(whole["articles"][0]) == {"id", "title", "language", "date", "source", "passages"}
    second = client.get("/api/v1/articles", params={"first": 1, "count": 2}).json()
    assert second["articles"] == whole["articles"][1:3]
    assert (second["total"], second["first"]) == (4, 1)
    found = client.get("/api/v1/articles", params={"q": "quai", "language": "fr"}).json()
    assert [each["id"] for each in found["articles"]] == ["fr/quai.md"]


def test_an_article_is_read_with_its_passages(client: httpx.Client, engine: Assistant) -> None:
    stored = engine.article("fr/quai.md")
    assert stored is not None
    read = client.get("/api/v1/articles/fr/quai.md").json()
    assert (read["title"], read["text"], read["date"]) == (stored.title, stored.text, "2024-03-02")
    assert "file" not in read
    hit = client.get("/api/v1/search", params={"q": "quai"}).json()["hits"][0]
    assert {"anchor": f"{hit['start']}-{hit['end']}", "start": hit["start"], "end": hit["end"]} in read["passages"]
    blank = client.get("/api/v1/articles/en/night%20bus.txt")
    assert blank.json()["id"] == "en/night bus.txt"
    assert client.get("/api/v1/articles/nowhere.txt").json()["code"] == "article_unknown"


def test_an_article_is_added_found_and_removed(client: httpx.Client, settings: Settings) -> None:
    added = client.post("/api/v1/articles", files=[NEW, ("file", ("odd.xyz", "?"))])
    assert added.status_code == 201
    assert (added.json()["added"], added.json()["replaced"]) == (1, 0)
    assert [problem["where"] for problem in added.json()["problems"]] == ["odd.xyz"]
    found = client.get("/api/v1/search", params={"q": "road to Ferring"}).json()["hits"][0]
    assert (found["article"], found["title"]) == ("new.md", "A new road")
    assert client.delete("/api/v1/articles/new.md").json() == {"removed": ["new.md"], "will_return": []}
    assert client.get("/api/v1/articles/new.md").status_code == 404
    assert client.delete("/api/v1/articles/new.md").json()["code"] == "article_unknown"
    assert not (uploads_folder(settings) / "new.md").exists()


def test_a_name_leads_nowhere_else(client: httpx.Client, settings: Settings, tmp_path: Path) -> None:
    outside = tmp_path / "outside.txt"
    for name in (f"../../../../../..{outside}", str(outside), "..", ".hidden.txt"):
        client.post("/api/v1/articles", files=[("file", (name, "Outside\n\nText of it."))])
    assert not outside.exists()
    kept = {path.name for path in uploads_folder(settings).iterdir()}
    assert kept == {"outside.txt", "hidden.txt"}
    for name in kept:
        assert client.delete(f"/api/v1/articles/{name}").status_code == 200


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        (READER, "not_owner"),
        ({"origin": "https://elsewhere.example"}, "other_site"),
        ({"origin": "null"}, "other_site"),
        ({"sec-fetch-site": "cross-site"}, "other_site"),
    ],
)
def test_nobody_else_changes_anything(client: httpx.Client, headers: dict[str, str], code: str) -> None:
    before = client.get("/api/v1/articles").json()
    refused = [
        client.post("/api/v1/articles", files=[NEW], headers=headers),
        client.delete("/api/v1/articles/fr/quai.md", headers=headers),
    ]
    assert [(sent.status_code, sent.json()["code"]) for sent in refused] == [(403, code)] * 2
    assert client.get("/api/v1/articles").json() == before


def test_a_page_of_the_server_itself_may(client: httpx.Client) -> None:
    own = {"origin": str(client.base_url).rstrip("/"), "sec-fetch-site": "same-origin"}
    assert client.delete("/api/v1/articles/nowhere", headers=own).json()["code"] == "article_unknown"


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ({"content": b"text", "headers": {"content-type": "text/plain"}}, (415, "not_multipart")),
        ({"data": {"file": "text"}}, (415, "not_multipart")),
        ({"files": [("other", ("a.txt", "x"))]}, (422, "no_file")),
        ({"content": b"x", "headers": {"content-type": "multipart/form-data"}}, (400, "bad_request")),
        ({"files": [("file", ("a.txt", "x" * 200_000))]}, (413, "body_too_large")),
    ],
)
def test_what_is_no_file_is_refused(client: httpx.Client, sent: dict[str, object], expected: tuple[int, str]) -> None:
    refused = client.post("/api/v1/articles", **sent)  # type: ignore[arg-type]  # each is one argument of it
    assert (refused.status_code, refused.json()["code"]) == expected


def test_another_process_that_writes_is_told_as_busy(engine: Assistant, settings: Settings) -> None:
    hasty = CollectionKeeper(settings.model_copy(update={"wait_seconds": 0.0}))
    with serving(api_over(engine, collection=hasty)) as url, open_writer(settings):
        sent = httpx.post(f"{url}/api/v1/articles", files=[NEW], timeout=60)
    assert (sent.status_code, sent.json()["code"]) == (503, "index_busy")
    assert int(sent.headers["retry-after"]) > 0


def test_the_first_articles_open_the_chat(tmp_path: Path) -> None:
    settings = load_settings(index=tmp_path / "index", embedder="fast", llm="none")
    with serving(api_over(None, collection=CollectionKeeper(settings))) as url:
        assert httpx.get(f"{url}/api/v1/articles", timeout=60).status_code == 503
        assert httpx.post(f"{url}/api/v1/articles", files=[NEW], timeout=120).status_code == 201
        assert httpx.get(f"{url}/api/v1/articles", timeout=60).json()["total"] == 1
