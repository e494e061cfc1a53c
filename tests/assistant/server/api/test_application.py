"""The API stands beside the pages, wherever a proxy put the server."""

from fastapi.testclient import TestClient

from index.types import Article
from tests.assistant.server.api.served import api_over
from tests.fakes import WordEngine

ENGINE = WordEngine([Article("a", "The quay", "The quay costs five pounds.", "en")])
QUESTION = {"question": "what does the quay cost?"}


def test_it_is_found_below_the_path_of_a_proxy() -> None:
    client = TestClient(api_over(ENGINE), root_path="/help")
    answer = client.post("/help/api/v1/ask", json=QUESTION)
    assert answer.json()["answer"] == "The quay costs five pounds. [1]"
    assert client.get("/help/v1/models").json()["data"][0]["id"] == "article-assistant"
    assert client.get("/help/metrics").status_code == 200
    assert client.get("/help/api/v1/openapi.json").json()["servers"] == [{"url": "/help"}]


def test_its_page_names_its_files_from_where_it_is() -> None:
    client = TestClient(api_over(ENGINE))
    page = client.get("/api/v1/docs").text
    assert 'src="docs/swagger-ui-bundle.js"' in page
    assert "'openapi.json'" in page
    assert "://" not in page
    # Gradio calls it application/javascript, for the whole process, once it is imported.
    kind = client.get("/api/v1/docs/swagger-ui-bundle.js").headers["content-type"].partition(";")[0]
    assert kind in ("text/javascript", "application/javascript")
    assert client.get("/api/v1/docs/redoc.standalone.js").status_code == 404


def test_every_address_has_a_summary_and_those_that_ask_have_examples() -> None:
    document = TestClient(api_over(ENGINE)).get("/api/v1/openapi.json").json()
    operations = {
        (method, path): told for path, methods in document["paths"].items() for method, told in methods.items()
    }
    assert all(told["summary"] for told in operations.values())
    for path in ("/api/v1/ask", "/api/v1/search", "/v1/chat/completions"):
        assert operations["post", path]["requestBody"]["content"]["application/json"]["examples"], path
    assert all("application/problem+json" in told["responses"]["default"]["content"] for told in operations.values())
