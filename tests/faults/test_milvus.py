"""An index in Milvus whose server is killed, started again, slow, or cut off: no answer is wrong, nothing that was
acknowledged is lost, and what is wrong is said with what to do next."""

import random
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from assistant.answering import Assistant
from assistant.calibration import load_calibration
from assistant.server.app import create_app
from index.embedders.static import StaticEmbedder
from index.errors import AssistantIndexError, IndexUnreachable
from index.location import location_of
from index.milvus import claim
from index.places import index_at
from index.protocols import IndexPlace
from index.types import Article
from tests.fakes import WordEmbedder
from tests.faults.conftest import RunCommand
from tests.milvus_server import LiteServer, Proxy, lite_server

TEXTS = [f"Ship number {number} lies in the harbour of pier {number % 7}." for number in range(400)]


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LiteServer]:
    pytest.importorskip("milvus_lite", reason="pip install 'article-assistant[milvus]'")
    monkeypatch.setattr(claim, "LIVES_SECONDS", 0.5)
    with lite_server(tmp_path) as started:
        yield started


@pytest.fixture
def proxy(server: LiteServer) -> Iterator[Proxy]:
    between = Proxy(server.port)
    yield between
    between.close()


def at(address: str, timeout_seconds: float = 30.0) -> IndexPlace:
    return index_at(location_of(address), timeout_seconds=timeout_seconds)


def ship(number: int) -> Article:
    return Article(f"ship{number}", f"Ship {number}", TEXTS[number], "en")


def add_until_it_fails(place: IndexPlace, first: int, acknowledged: list[Article]) -> None:
    """One article in each change; whatever was acknowledged is in the list, whatever happens then."""
    with place.writer(WordEmbedder(), wait_seconds=30.0) as writer:
        for number in range(first, len(TEXTS)):
            list(writer.add([ship(number)]))
            acknowledged.append(ship(number))


def check(place: IndexPlace, acknowledged: list[Article]) -> None:
    """All that was acknowledged is there, at most one change more, each article whole and found; and all is sound after
    the next writer came by."""
    with place.writer(WordEmbedder(), wait_seconds=30.0) as writer:
        list(writer.add([ship(0)]))
    with closing(place.open(WordEmbedder())) as index, index.snapshot() as snapshot:
        held = list(snapshot.articles())
        assert held[: len(acknowledged)] == acknowledged
        assert held == [ship(number) for number in range(len(held))]
        assert len(held) <= len(acknowledged) + 1
        last = acknowledged[-1]
        assert snapshot.search(last.text, 1, "en")[0].passage.article == last.id
    assert place.verify() == []


def test_a_server_that_is_killed_while_it_is_written_to_loses_nothing(server: LiteServer) -> None:
    place = at(server.address)
    acknowledged: list[Article] = []
    for killed_after in (3, 6):
        start = len(acknowledged)
        enough = threading.Event()

        def write(first: int = start, enough: threading.Event = enough) -> None:
            with pytest.raises(AssistantIndexError):
                add_until_it_fails(place, first, acknowledged)
            enough.set()

        thread = threading.Thread(target=write)
        thread.start()
        while len(acknowledged) < start + killed_after and not enough.wait(0.01):
            pass
        server.kill()
        thread.join()
        server.start()
        check(place, acknowledged)
        acknowledged[:] = [ship(number) for number in range(place.status().articles)]


def test_a_connection_that_is_cut_anywhere_loses_nothing(server: LiteServer, proxy: Proxy) -> None:
    add_first: list[Article] = []
    with at(server.address).writer(WordEmbedder()) as writer:
        add_first.extend(written.article for written in writer.add([ship(0), ship(1)]))
    chance = random.Random(8)
    acknowledged = add_first
    for _ in range(3):
        place = at(proxy.address, 5.0)
        proxy.cut.clear()
        proxy.cut_after = proxy.bytes_sent + chance.randint(6_000, 40_000)
        with pytest.raises(AssistantIndexError):
            add_until_it_fails(place, len(acknowledged), acknowledged)
        check(at(server.address), acknowledged)
        acknowledged = [ship(number) for number in range(at(server.address).status().articles)]


def test_a_reader_says_what_is_wrong_and_goes_on_when_the_server_is_back(server: LiteServer, proxy: Proxy) -> None:
    with at(server.address).writer(WordEmbedder()) as writer:
        list(writer.add(map(ship, range(5))))
    direct = at(server.address, 5.0).open(WordEmbedder())
    slow = at(proxy.address, 0.7).open(WordEmbedder())
    proxy.delay = 1.5
    with pytest.raises(IndexUnreachable, match=r"did not answer within 0.7 seconds.*MILVUS_TIMEOUT"), slow.snapshot():
        pass
    proxy.delay = 0.0
    assert _first(slow, 3) == "ship3"
    server.kill()
    with pytest.raises(IndexUnreachable, match=r"cannot be reached. Start it"), direct.snapshot():
        pass
    server.start()
    assert _first(direct, 4) == "ship4"
    direct.close()
    slow.close()


def _first(index: object, number: int) -> str:
    from index.protocols import PassageIndex

    opened: PassageIndex = index  # type: ignore[assignment]
    for _ in range(200):  # until the connection is up again
        try:
            with opened.snapshot() as snapshot:
                return snapshot.search(TEXTS[number], 1, "en")[0].passage.article
        except IndexUnreachable:
            continue
    raise AssertionError("the index did not come back")


def test_the_command_line_and_the_chat_say_what_is_wrong(
    run: RunCommand, articles: Path, server: LiteServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"{server.address}/chat"
    assert run("index", "build", "--index", address, articles).status == 0
    monkeypatch.setenv("ASSISTANT_INDEX", address)
    found = run("search", "What did Germany pledge?")
    assert (found.status, found.err) == (0, "")
    assert "10,000 artillery rounds" in found.out
    assert "articles    2" in run("index", "status").out
    assert run("index", "verify").status == 0
    asked = run("ask", "What did Germany pledge?")
    assert "four IRIS-T systems" in asked.out
    words = StaticEmbedder()
    engine = Assistant(at(address, 5.0).open(words), words, words, load_calibration())
    client = TestClient(create_app(engine))
    assert client.get("/api/v1/health/ready").json()["articles"] == 2
    server.kill()
    for command in (("search", "Germany"), ("ask", "Germany?"), ("index", "status"), ("index", "build", articles)):
        refused = run(*command)
        assert refused.status == 3
        assert "cannot be reached. Start it" in refused.err
    ready = client.get("/api/v1/health/ready")
    assert ready.status_code == 503
    assert "cannot be reached" in ready.json()["problem"]
    refused_by_api = client.post("/api/v1/ask", json={"question": "What did Germany pledge?"})
    assert refused_by_api.status_code == 503
    assert "cannot be reached" in refused_by_api.json()["detail"]
    assert client.get("/api/v1/health/live").status_code == 200
    server.start()
    for _ in range(200):
        if client.get("/api/v1/health/ready").status_code == 200:
            break
    answer = client.post("/api/v1/ask", json={"question": "What did Germany pledge?"}).json()
    assert "four IRIS-T systems" in answer["answer"]
