"""Servers of language models that fail in every way: each question ends in an answer, with a notice where it is not the
one that was wished for, and never in an error or a wait without end."""

import socket
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from assistant.answering import Assistant
from assistant.types import Finished, TextDelta, Turn
from tests.faults.model_questions import FAILED, QUESTION, TEXT, assert_quoted, model_at, open_quoting, with_model
from tests.faults.scripted_server import DONE, FULL, HANG, Refusal, Script, ScriptedServer, chunk, line

GOOD = ["Germany will send four ", "IRIS-T systems to Ukraine [1]."]
UNUSABLE = "The language model wrote nothing that the articles support; quoted sentences are shown instead."
FRENCH_FAILED = "Le modèle de langue n'a pas répondu\u00a0; des phrases citées sont affichées à la place."


@pytest.fixture(scope="module")
def quoting(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    return open_quoting(tmp_path_factory.mktemp("index"))


def test_a_good_answer_is_given_as_the_model_wrote_it(quoting: Assistant) -> None:
    with ScriptedServer([[*GOOD, DONE]], {"data": [{"id": "m", "max_model_len": 3000}]}).running() as server:
        answer = with_model(quoting, server.address, llm_api_key="secret-1").ask(QUESTION)
        model = model_at(server.address)
        assert model.context_tokens() == 3000
    assert (answer.mode, answer.notices) == ("llm", ())
    assert answer.statements[0].citations == (1,)
    assert server.keys == ["Bearer secret-1"]
    assert {key: server.bodies[0][key] for key in ("model", "stream", "max_tokens")} == {
        "model": "m",
        "stream": True,
        "max_tokens": 600,
    }
    assert TEXT in server.bodies[0]["messages"][0]["content"]


@pytest.mark.parametrize(
    ("first", "status"),
    [
        (Refusal(429, {"Retry-After": "0"}), 429),
        (Refusal(500, body="<html>oops</html>"), 500),
        (Refusal(503), 503),
        ([b"data: {not json\n\n"], 200),
    ],
)
def test_what_passes_is_tried_again_before_the_first_word(quoting: Assistant, first: Script, status: int) -> None:
    with ScriptedServer([first, [*GOOD, DONE]]).running() as server:
        answer = with_model(quoting, server.address).ask(QUESTION)
    if status == 200:  # nonsense is no passing fault
        assert_quoted(answer, FAILED)
        assert len(server.bodies) == 1
    else:
        assert (answer.mode, answer.notices) == ("llm", ())
        assert len(server.bodies) == 2


@pytest.mark.parametrize(
    ("script", "requests", "notice"),
    [
        pytest.param(Refusal(429, {"Retry-After": "0"}), 3, FAILED, id="429 for ever"),
        pytest.param(Refusal(429, {"Retry-After": "3600"}), 1, FAILED, id="429 for an hour"),
        pytest.param(Refusal(500), 3, FAILED, id="500 for ever"),
        pytest.param(Refusal(401), 1, FAILED, id="wrong key"),
        pytest.param(Refusal(404), 1, FAILED, id="wrong address"),
        pytest.param(Refusal(200, body="<html>Welcome</html>"), 1, FAILED, id="a page instead of a stream"),
        pytest.param(["Germany will", b"data: {broken\n\n", DONE], 1, FAILED, id="broken chunk in the middle"),
        pytest.param([b'data: {"choices": "many"}\n\n', DONE], 1, FAILED, id="choices that are a text"),
        pytest.param([b'data: {"choices": [null]}\n\n', DONE], 1, FAILED, id="a choice that is nothing"),
        pytest.param([b"data: []\n\n", DONE], 1, FAILED, id="a list as a chunk"),
        pytest.param([chunk({"content": 7}), DONE], 1, FAILED, id="a number as a text"),
        pytest.param([b'data: {"error": {"message": "out of memory"}}\n\n'], 1, FAILED, id="an error in the stream"),
        pytest.param([*GOOD], 1, FAILED, id="an end without its reason"),
        pytest.param([*GOOD, chunk({}, "content_filter")], 1, FAILED, id="a filter"),
        pytest.param([b": nothing\n\n"], 1, FAILED, id="comments alone"),
        pytest.param([DONE], 1, FAILED, id="an end without words"),
        pytest.param([" ", "\n", DONE], 1, UNUSABLE, id="an answer of blanks"),
        pytest.param(["Bananas are yellow [1].", DONE], 1, UNUSABLE, id="an answer without support"),
    ],
)
def test_what_does_not_pass_ends_in_quotes_and_a_notice(
    quoting: Assistant, script: Script, requests: int, notice: str
) -> None:
    with ScriptedServer([script]).running() as server:
        answer = with_model(quoting, server.address).ask(QUESTION)
    assert_quoted(answer, notice)
    assert len(server.bodies) == requests


@pytest.mark.parametrize("script", [[HANG], ["Germany will ", HANG], [b": still there\n\n", HANG]])
def test_a_server_that_hangs_is_left_after_the_time_that_is_set(quoting: Assistant, script: Script) -> None:
    with ScriptedServer([script]).running() as server:
        answer = with_model(quoting, server.address, llm_timeout_seconds=1).ask(QUESTION)
        assert server.left.wait(10), "the connection was not closed"
    assert_quoted(answer, FAILED)
    assert len(server.bodies) == 1


@pytest.mark.parametrize("script", [[HANG], ["Germany will send ", HANG]])
def test_a_silent_server_is_left_when_the_user_stops_it(quoting: Assistant, script: Script) -> None:
    stop = threading.Event()
    with ScriptedServer([script]).running() as server:
        asked = with_model(quoting, server.address, llm_timeout_seconds=100)
        threading.Thread(target=_set_when, args=(stop, lambda: bool(server.bodies))).start()
        *_, last = asked.stream(QUESTION, stop=stop)
        assert server.left.wait(10), "the connection was not closed"
    assert isinstance(last, Finished)
    assert_quoted(last.answer, "The language model was stopped; quoted sentences are shown instead.")


def test_a_reader_who_goes_away_closes_the_connection(quoting: Assistant) -> None:
    with ScriptedServer([["Germany will send ", HANG]]).running() as server:
        events = with_model(quoting, server.address, llm_timeout_seconds=100).stream(QUESTION)
        assert any(isinstance(event, TextDelta) for event in events)
        events.close()  # type: ignore[attr-defined]
        assert server.left.wait(10), "the connection was not closed"


def test_an_answer_that_reaches_its_limit_is_given_up_to_its_last_whole_sentence(quoting: Assistant) -> None:
    with ScriptedServer(
        [["Germany will send four IRIS-T systems to Ukraine [1]. It will al", FULL]]
    ).running() as server:
        answer = with_model(quoting, server.address).ask(QUESTION)
    assert answer.mode == "llm"
    assert "It will al" not in answer.text
    assert answer.notices == ("The answer reached its length limit and is shown up to its last whole sentence.",)


def test_a_server_without_end_is_left_at_its_limit(quoting: Assistant) -> None:
    with ScriptedServer([["Bananas are yellow. "] * 5000]).running() as server:
        answer = with_model(quoting, server.address, llm_answer_tokens=16).ask(QUESTION)
    assert_quoted(answer, UNUSABLE)


def test_a_server_that_is_not_there_ends_in_quotes_and_a_notice_in_the_language_of_the_question(
    quoting: Assistant, caplog: pytest.LogCaptureFixture
) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{closed.getsockname()[1]}/v1"
        asked = with_model(quoting, address, llm_api_key="secret-2")
        assert_quoted(asked.ask(QUESTION), FAILED)
        answer = asked.ask("Que va envoyer l'Allemagne à l'Ukraine ?")
    assert answer.notices == (FRENCH_FAILED,)
    assert "Start its server, or correct ASSISTANT_LLM_BASE_URL." in caplog.text
    assert "secret-2" not in caplog.text


def test_the_log_says_what_the_server_said_without_the_key(
    quoting: Assistant, caplog: pytest.LogCaptureFixture
) -> None:
    told = '{"error": {"message": "the key secret-3 is \\u001b[31mnot known"}}'
    with ScriptedServer([Refusal(401, body=told)]).running() as server:
        with_model(quoting, server.address, llm_api_key="secret-3").ask(QUESTION)
    assert "answered with status 401: the key *** is  [31mnot known" in caplog.text.replace("is [", "is  [")
    assert "ASSISTANT_LLM_API_KEY" in caplog.text
    assert "secret-3" not in caplog.text


def test_a_rewriting_that_fails_loses_no_question_and_is_waited_for_once(quoting: Assistant) -> None:
    history = [Turn("what will France send to Ukraine?", "The articles do not tell.")]
    with ScriptedServer([[HANG], [*GOOD, DONE]]).running() as server:
        answer = with_model(quoting, server.address, llm_timeout_seconds=1).ask("and Germany?", history)
    assert len(server.bodies) == 1
    assert "Germany" in answer.searched_for
    assert_quoted(answer, FAILED)


def _set_when(stop: threading.Event, happened: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not happened() and time.monotonic() < end:
        time.sleep(0.01)
    stop.set()


def ollama_at(quoting: Assistant, server: ScriptedServer, **settings: Any) -> Assistant:
    return with_model(quoting, server.address.removesuffix("/v1"), llm="ollama", **settings)


@pytest.mark.parametrize(("length", "tokens"), [(131_072, 8192), (2048, 2048)])
def test_ollama_writes_with_as_much_context_as_is_sensible(quoting: Assistant, length: int, tokens: int) -> None:
    shown = {"model_info": {"llama.context_length": length}}
    with ScriptedServer([[*map(line, GOOD), line("", "stop")]], shown).running() as server:
        answer = ollama_at(quoting, server).ask(QUESTION)
    assert (answer.mode, answer.notices) == ("llm", ())
    assert answer.statements[0].citations == (1,)
    assert server.bodies[0]["options"] == {"temperature": 0.0, "num_ctx": tokens, "num_predict": 600}


@pytest.mark.parametrize(
    ("script", "requests"),
    [
        pytest.param(Refusal(503, body='{"error": "server busy"}'), 3, id="busy for ever"),
        pytest.param(Refusal(404, body='{"error": "model not found"}'), 1, id="no such model"),
        pytest.param([line("Germany "), b'{"error": "out of memory"}\n'], 1, id="an error in the stream"),
        pytest.param([line("Germany "), b"{broken\n"], 1, id="a broken line"),
        pytest.param([line("Germany "), b'{"message": 7}\n'], 1, id="a number as a message"),
        pytest.param([*map(line, GOOD)], 1, id="an end without its reason"),
    ],
)
def test_ollama_that_fails_ends_in_quotes_and_a_notice(quoting: Assistant, script: Script, requests: int) -> None:
    with ScriptedServer([script]).running() as server:
        answer = ollama_at(quoting, server).ask(QUESTION)
    assert_quoted(answer, FAILED)
    assert len(server.bodies) == requests


def test_ollama_that_hangs_is_left(quoting: Assistant) -> None:
    with ScriptedServer([[line("Germany "), HANG]]).running() as server:
        answer = ollama_at(quoting, server, llm_timeout_seconds=1).ask(QUESTION)
        assert server.left.wait(10), "the connection was not closed"
    assert_quoted(answer, FAILED)
