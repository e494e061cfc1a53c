"""The API stands beside the pages, wherever a proxy put the server."""

from pathlib import Path

from fastapi.testclient import TestClient

from assistant.server.api import examples
from assistant.server.api.bodies import FeedbackBody
from assistant.server.api.objects import AnswerObject, FoundObject, ProblemObject
from index.types import Article
from tests.assistant.server.api.served import api_over
from tests.fakes import WordEngine

ENGINE = WordEngine([Article("a", "The quay", "The quay costs five pounds.", "en")])
SEEDS = Path(__file__).parents[4] / "seeds"
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


def test_every_address_has_a_summary_and_everything_that_is_sent_an_example() -> None:
    document = TestClient(api_over(ENGINE)).get("/api/v1/openapi.json").json()
    for path, methods in document["paths"].items():
        for method, told in methods.items():
            assert told["summary"], path
            problem = told["responses"]["default"]["content"]["application/problem+json"]
            assert problem["example"]["code"] == "article_unknown"
            sent = told.get("requestBody", {"content": {}})["content"].get("application/json")
            assert sent is None or sent["examples"], (method, path)
            for parameter in told.get("parameters", ()):
                optional = not parameter.get("required", False) and parameter["name"] != "q"
                assert optional or parameter["schema"].get("examples") or parameter.get("examples"), (path, parameter)


def test_the_examples_are_of_the_articles_that_come_with_the_program() -> None:
    text = (SEEDS / examples.ARTICLE).read_text(encoding="utf-8")
    assert text[examples.START : examples.START + len(examples.QUOTE)] == examples.QUOTE
    assert text.startswith(examples.TITLE)
    assert AnswerObject.model_validate(examples.ANSWER).made().citations[0].quote == examples.QUOTE
    assert FeedbackBody.model_validate(examples.FEEDBACK).reason == "incomplete"
    FoundObject.model_validate(examples.FOUND)
    ProblemObject.model_validate(examples.PROBLEM)
