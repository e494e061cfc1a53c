"""A question gets the object of `assistant ask --json`, whole or at the end of a stream; who leaves stops the work."""

import http.client
import json
import threading
from urllib.parse import urlsplit

import httpx
import pytest

from assistant.answer_object import answer_as_json
from assistant.answering import Assistant
from assistant.server.api.objects import AnswerObject
from assistant.server.api.parts import ApiLimits
from index.types import Article
from tests.assistant.server.api.conftest import QUESTION, QUOTE
from tests.assistant.server.api.served import WorkingEngine, api_over, events_of
from tests.browser.conftest import serving

STREAM = {"accept": "text/event-stream"}
ARTICLES = [Article("a", "The quay", "The quay costs five pounds.", "en")]


def without_times(answer: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in answer.items() if name != "timings_ms"}


def test_the_answer_is_the_object_of_the_command(client: httpx.Client, engine: Assistant) -> None:
    sent = client.post("/api/v1/ask", json={"question": QUESTION})
    assert sent.status_code == 200
    assert sent.headers["content-type"] == "application/json"
    answer = sent.json()
    assert without_times(answer) == without_times(json.loads(json.dumps(answer_as_json(engine.ask(QUESTION)))))
    assert set(answer["timings_ms"]) == {"retrieve", "answer", "total"}
    (cited,) = [cited for cited in answer["citations"] if cited["quote"] == QUOTE]
    article = engine.article(cited["article"])
    assert article is not None
    assert article.text[cited["start"] : cited["end"]] == QUOTE
    assert AnswerObject.model_validate(answer).model_dump(mode="json") == answer


def test_history_and_filters_count(client: httpx.Client) -> None:
    follow_up = {
        "question": "and how much is a ticket?",
        "history": [{"question": "when does the night bus to Marlow run?", "answer": "Every hour."}],
    }
    searched_for = client.post("/api/v1/ask", json=follow_up).json()["searched_for"]
    assert searched_for != follow_up["question"]
    assert "Marlow" in searched_for
    narrowed = client.post("/api/v1/ask", json={"question": QUESTION, "filters": {"language": "fr"}}).json()
    assert {passage["article"].partition("/")[0] for passage in narrowed["passages"]} == {"fr"}


def test_a_stream_tells_what_is_searched_and_ends_with_the_object(client: httpx.Client) -> None:
    sent = client.post("/api/v1/ask", json={"question": QUESTION}, headers=STREAM)
    assert sent.status_code == 200
    assert sent.headers["content-type"].startswith("text/event-stream")
    assert sent.headers["x-accel-buffering"] == "no"
    (searching, query), (last, answer) = events_of(sent.text)
    assert (searching, query) == ("searching", {"searched_for": QUESTION})
    assert last == "answer"
    assert without_times(answer) == without_times(client.post("/api/v1/ask", json={"question": QUESTION}).json())


def test_a_stream_holds_the_text_as_it_grows() -> None:
    engine = WorkingEngine(ARTICLES)
    engine.gate.clear()
    engine.pieces = ["The quay\n", "costs 5 £."]
    with (
        serving(api_over(engine)) as url,
        httpx.stream("POST", f"{url}/api/v1/ask", json={"question": "the quay?"}, headers=STREAM, timeout=60) as sent,
    ):
        text = ""
        for piece in sent.iter_text():
            text += piece
            written = "".join(data["text"] for name, data in events_of(text) if name == "text")
            if written == "The quay\ncosts 5 £.":
                engine.gate.set()  # only now is there an answer: the text was not held back until then
    assert [name for name, _ in events_of(text)][-1] == "answer"


@pytest.mark.parametrize("headers", [STREAM, {}], ids=["streamed", "whole"])
def test_who_goes_away_stops_the_work(headers: dict[str, str]) -> None:
    engine = WorkingEngine(ARTICLES)
    engine.gate.clear()
    with serving(api_over(engine)) as url:
        connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
        body = json.dumps({"question": "the quay?"})
        connection.request("POST", "/api/v1/ask", body, {"content-type": "application/json", **headers})
        assert engine.begun.wait(60)
        connection.close()
        assert engine.stops[0].wait(60)
        assert engine.ended.wait(60)


def test_who_reads_nothing_keeps_nobody_from_an_answer() -> None:
    engine = WorkingEngine(ARTICLES)
    engine.pieces = ["x" * 1_000] * 5_000
    with serving(api_over(engine, limits=ApiLimits(answers_at_once=1))) as url:
        connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
        body = json.dumps({"question": "the quay?"})
        connection.request("POST", "/api/v1/ask", body, {"content-type": "application/json", **STREAM})
        assert engine.ended.wait(60)  # 5 MB were written, and nobody reads them
        engine.pieces = ()
        assert httpx.post(f"{url}/api/v1/ask", json={"question": "quay costs?"}, timeout=60).status_code == 200
        connection.close()


def test_more_questions_than_can_wait_are_refused_until_there_is_room() -> None:
    engine = WorkingEngine(ARTICLES)
    engine.gate.clear()
    with serving(api_over(engine, limits=ApiLimits(answers_at_once=1, waiting=0))) as url:
        got = []
        first = threading.Thread(
            target=lambda: got.append(httpx.post(f"{url}/api/v1/ask", json={"question": "the quay?"}, timeout=60))
        )
        first.start()
        assert engine.begun.wait(60)
        refused = httpx.post(f"{url}/api/v1/ask", json={"question": "the quay?"}, timeout=60)
        assert (refused.status_code, refused.json()["code"]) == (503, "too_busy")
        assert int(refused.headers["retry-after"]) > 0
        engine.gate.set()
        first.join(60)
        assert [sent.status_code for sent in got] == [200]
        assert httpx.post(f"{url}/api/v1/ask", json={"question": "the quay?"}, timeout=60).status_code == 200
