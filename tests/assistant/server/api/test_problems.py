"""Whatever goes wrong is told as RFC 9457 says: status, type, words, and nothing of the inside of the program."""

import json
from collections.abc import Iterator

import httpx
import pytest
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from assistant.errors import FiltersInvalid, KeepingFailed, LanguageModelFailed
from assistant.server.api.parts import ApiLimits
from assistant.server.api.problems import problem_document, problem_of
from index import errors
from index.types import Article
from tests.assistant.server.api.served import api_over, events_of
from tests.browser.conftest import serving
from tests.fakes import WordEngine

JSON = {"content-type": "application/json"}
ENGINE = WordEngine([Article("a", "The quay", "The quay costs five pounds.", "en")])


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    limits = ApiLimits(body_bytes=10_000)
    with serving(api_over(ENGINE, limits=limits)) as url, httpx.Client(base_url=url, timeout=60) as opened:
        yield opened


def told(sent: httpx.Response) -> tuple[int, str]:
    """Status and code of a problem, which must be whole."""
    assert sent.headers["content-type"] == "application/problem+json"
    document = sent.json()
    assert document["status"] == sent.status_code
    assert document["title"]
    assert document["detail"].endswith((".", "?"))
    assert document["error"]["message"] == document["detail"]
    assert "Traceback" not in sent.text
    return sent.status_code, document["code"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("{", (400, "json_invalid")),
        ("", (422, "request_invalid")),
        ("[" * 9_000, (400, "bad_request")),
        ('{"question": 7}', (422, "request_invalid")),
        ('{"question": null}', (422, "request_invalid")),
        ("[]", (422, "request_invalid")),
        ('{"question": "quay?", "topic": "x"}', (422, "request_invalid")),
        ('{"question": "quay?", "history": [{"question": "a"}]}', (422, "request_invalid")),
        (json.dumps({"question": "x" * 2_001}), (422, "request_invalid")),
        ('{"question": "quay?", "filters": {"colour": "red"}}', (422, "request_invalid")),
        ('{"question": "quay?", "filters": {"from": "yesterday"}}', (422, "filters_invalid")),
        ('{"question": "quay?", "\\ud800": 1}', (422, "request_invalid")),
        ('{"question": "%s"}' % ("x" * 10_000), (413, "body_too_large")),
    ],
)
def test_a_body_that_cannot_be_used(client: httpx.Client, body: str, expected: tuple[int, str]) -> None:
    assert told(client.post("/api/v1/ask", content=body, headers=JSON)) == expected


def test_a_body_that_grows_too_large_without_telling_its_length(client: httpx.Client) -> None:
    pieces = (b"x" * 1_000 for _ in range(100))
    assert told(client.post("/api/v1/ask", content=pieces, headers=JSON)) == (413, "body_too_large")


def test_each_fault_of_a_body_is_pointed_at(client: httpx.Client) -> None:
    body = {"question": "quay?", "history": [{"question": "a"}], "a/b": 1}
    errors_told = client.post("/api/v1/ask", json=body).json()["errors"]
    assert {each["pointer"] for each in errors_told} == {"#/history/0/answer", "#/a~1b"}


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/api/v1/nowhere", (404, "not_found")),
        ("GET", "/v1/nowhere", (404, "not_found")),
        ("GET", "/api/v1/ask/", (404, "not_found")),
        ("GET", "/api/v2/ask", (404, "not_found")),
        ("GET", "/api/v1/ask", (405, "method_not_allowed")),
        ("PUT", "/api/v1/articles", (405, "method_not_allowed")),
        ("POST", "/api/v1/ask", (415, "not_json")),
        ("POST", "/v1/chat/completions", (415, "not_json")),
        ("GET", "/api/v1/search", (422, "request_invalid")),
        ("GET", "/api/v1/search?q=x&colour=red", (422, "request_invalid")),
        ("GET", "/api/v1/articles?first=-1", (422, "request_invalid")),
        ("DELETE", "/api/v1/feedback/api-xxxxxxxxxxxxxxxxxxxxxx", (403, "nothing_kept")),
        ("DELETE", "/api/v1/articles/a", (403, "collection_fixed")),
        ("POST", "/api/v1/articles", (403, "collection_fixed")),
        ("GET", "/v1/models/gpt-4", (404, "model_not_found")),
    ],
)
def test_an_address_that_cannot_be_used(
    client: httpx.Client, method: str, path: str, expected: tuple[int, str]
) -> None:
    assert told(client.request(method, path)) == expected


def test_a_wrong_method_is_told_with_those_that_are_right(client: httpx.Client) -> None:
    assert client.get("/api/v1/ask").headers["allow"] == "POST"


@pytest.mark.parametrize("stream", [{}, {"accept": "text/event-stream"}], ids=["whole", "streamed"])
def test_no_index_is_told_with_what_to_do(stream: dict[str, str]) -> None:
    with serving(api_over(None, problem="No index in x. Build it.")) as url:
        sent = httpx.post(f"{url}/api/v1/ask", json={"question": "quay?"}, headers=stream, timeout=60)
        assert told(sent) == (503, "index_missing")
        assert sent.json()["detail"] == "No index in x. Build it."
        assert told(httpx.get(f"{url}/api/v1/articles", timeout=60)) == (503, "index_missing")


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (errors.IndexMissing("Gone."), 503, "index_missing"),
        (errors.IndexBusy("Busy."), 503, "index_busy"),
        (errors.IndexDamaged("Damaged."), 503, "index_unusable"),
        (errors.IndexFull("Full."), 507, "index_full"),
        (errors.ArticleUnknown("None."), 404, "article_unknown"),
        (errors.QueryRefused("Empty."), 422, "question_refused"),
        (FiltersInvalid("Wrong."), 422, "filters_invalid"),
        (KeepingFailed("Not kept."), 503, "keeping_failed"),
        (LanguageModelFailed("Silent."), 503, "unavailable"),
        (HTTPException(400, "Bad form."), 400, "bad_request"),
        (RequestValidationError([{"type": "missing", "loc": ("query", "q"), "msg": "Needed"}]), 422, "request_invalid"),
    ],
)
def test_each_error_has_its_status_and_its_words(error: Exception, status: int, code: str) -> None:
    document = problem_document(problem_of(error))
    assert (document["status"], document["code"]) == (status, code)
    assert document["detail"] in (str(error), "Bad form.", "q: Needed.")
    assert problem_of(error).headers == ({"retry-after": "5"} if code == "index_busy" else problem_of(error).headers)


def test_an_error_that_nobody_foresaw_tells_nothing_of_the_inside(client: httpx.Client) -> None:
    ENGINE.error = ZeroDivisionError("secret")
    try:
        whole = client.post("/api/v1/ask", json={"question": "quay?"})
        streamed = client.post("/api/v1/ask", json={"question": "quay?"}, headers={"accept": "text/event-stream"})
    finally:
        ENGINE.error = None
    assert told(whole) == (500, "failed")
    assert "secret" not in whole.text + streamed.text
    name, document = events_of(streamed.text)[-1]
    assert (streamed.status_code, name, document["code"]) == (200, "problem", "failed")
