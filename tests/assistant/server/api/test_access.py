"""Through no address of the API does anybody meet an article that they may not see."""

import json
from collections.abc import Iterator

import httpx
import pytest

from assistant.answering import Assistant
from assistant.calibration import load_calibration
from assistant.identity.asker import Asker
from assistant.keeping.keepsakes import Keepsakes
from assistant.server.api.parts import ApiLimits
from index.embedders.static import StaticEmbedder
from index.local_index import LocalIndex
from index.types import Article
from index.writer import IndexWriter
from tests.assistant.server.api.served import AskedBy, api_over
from tests.browser.conftest import serving

ARTICLES = (
    Article("open.txt", "The garden", "The garden\n\nThe garden of Ashby opens in April.", "en"),
    Article(
        "secret.txt", "The merger", "The merger\n\nThe merger with Zorbex costs nine million.", "en", groups=("board",)
    ),
)
QUESTION = "what does the merger with Zorbex cost?"
ASKERS = {
    "reader": Asker("reader", frozenset({"staff"}), is_owner=False),
    "member": Asker("member", frozenset({"board"}), is_owner=False),
}


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder, small = tmp_path_factory.mktemp("access"), StaticEmbedder()
    with IndexWriter.open(folder / "index", small) as writer:
        assert len(list(writer.add(ARTICLES))) == 2
    engine = Assistant(LocalIndex.open(folder / "index", small), small, small, load_calibration())
    app = api_over(engine, keepsakes=Keepsakes(folder / "kept.sqlite"), limits=ApiLimits(rate="1000/minute"))
    app.add_middleware(AskedBy, askers=ASKERS)
    with serving(app) as address:
        yield address


def everything(url: str, asker: str) -> dict[str, httpx.Response]:
    """What each address says to somebody."""
    with httpx.Client(base_url=url, timeout=60, headers={"x-asker": asker}) as client:
        chat = {"model": "article-assistant", "messages": [{"role": "user", "content": QUESTION}]}
        return {
            "ask": client.post("/api/v1/ask", json={"question": QUESTION}),
            "stream": client.post("/api/v1/ask", json={"question": QUESTION}, headers={"accept": "text/event-stream"}),
            "search": client.get("/api/v1/search", params={"q": QUESTION}),
            "search by body": client.post("/api/v1/search", json={"query": QUESTION}),
            "list": client.get("/api/v1/articles"),
            "list by words": client.get("/api/v1/articles", params={"q": "merger"}),
            "read": client.get("/api/v1/articles/secret.txt"),
            "OpenAI's form": client.post("/v1/chat/completions", json=chat),
            "OpenAI's form, streamed": client.post("/v1/chat/completions", json=chat | {"stream": True}),
        }


def test_who_may_not_see_an_article_meets_it_nowhere(url: str) -> None:
    for address, sent in everything(url, "reader").items():
        said = sent.text.replace(QUESTION, "").replace("Zorbex cost", "")
        assert "million" not in said, address
        assert "The merger" not in said, address
    listed = everything(url, "reader")["list"].json()
    assert ([each["id"] for each in listed["articles"]], listed["total"]) == (["open.txt"], 1)


def test_who_may_see_it_meets_it_everywhere(url: str) -> None:
    for address, sent in everything(url, "member").items():
        assert sent.status_code == 200, address
        assert "The merger" in sent.text, address


def test_a_hidden_article_is_as_unknown_as_one_that_is_not_there(url: str) -> None:
    with httpx.Client(base_url=url, timeout=60, headers={"x-asker": "reader"}) as client:
        hidden, absent = (client.get(f"/api/v1/articles/{name}.txt") for name in ("secret", "nowhere"))
    assert hidden.status_code == absent.status_code == 404
    assert hidden.text.replace("secret", "nowhere") == absent.text


def test_feedback_neither_finds_nor_confirms_a_hidden_passage(url: str) -> None:
    answer = everything(url, "member")["ask"].json()
    assert answer["citations"]
    with httpx.Client(base_url=url, timeout=60, headers={"x-asker": "reader"}) as client:
        cited = client.post("/api/v1/feedback", json={"answer": answer, "good": True})
        assert cited.json()["code"] == "citation_unknown"
        bare = json.loads(json.dumps(answer)) | {"citations": [], "passages": []}
        named = {"answer": bare, "good": False, "right_passage": "The merger with Zorbex costs nine million."}
        assert client.post("/api/v1/feedback", json=named).json()["placed"] is None


def test_only_owners_read_the_metrics(url: str) -> None:
    refused = httpx.get(f"{url}/metrics", headers={"x-asker": "member"}, timeout=60)
    assert (refused.status_code, refused.json()["code"]) == (403, "not_owner")
