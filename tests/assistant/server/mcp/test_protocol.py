"""The official client finds the tools, gets what the API gives, and is told in words what goes wrong."""

import httpx
import pytest
from mcp import Client
from mcp.shared.exceptions import MCPError
from mcp.types import CallToolResult

from assistant.answering import Assistant
from assistant.identity.asker import Asker
from assistant.server.api.objects import AnswerObject
from assistant.server.api.parts import ApiLimits
from assistant.types import Answer
from assistant.version import __version__
from index.errors import IndexDamaged
from index.types import Article
from tests.assistant.server.api.served import AskedBy, api_over
from tests.assistant.server.mcp.clients import NEW, OLD, called, talk, words_of
from tests.browser.conftest import serving
from tests.fakes import WordEngine

QUESTION = "when does the library of Ashby open?"
QUOTE = "The library of Ashby opens on Sundays from May on."
QUAY = Article("a", "The quay", "The quay costs five pounds.", "en")


def answer_in(result: CallToolResult) -> Answer:
    return AnswerObject.model_validate(result.structured_content).made()


@pytest.mark.parametrize(("mode", "version"), [(NEW, "2026-07-28"), (OLD, "2025-11-25")])
def test_clients_of_either_generation_get_the_cited_answer_and_hear_of_its_progress(
    url: str, engine: Assistant, mode: str, version: str
) -> None:
    heard: list[tuple[float, str | None]] = []

    async def ask(client: Client) -> tuple[str, CallToolResult]:
        async def hear(progress: float, total: float | None, message: str | None) -> None:
            assert total is None
            heard.append((progress, message))

        result = await client.call_tool("ask", {"question": QUESTION}, progress_callback=hear)
        return client.protocol_version, result

    spoken, result = talk(url, ask, mode=mode)
    assert spoken == version
    assert result.is_error is False
    expected = engine.ask(QUESTION)
    found = answer_in(result)
    assert (found.text, found.citations, found.abstained) == (expected.text, expected.citations, False)
    assert f"[1] The library (article en/library.txt, characters 20 to 70)\n“{QUOTE}”" in words_of(result)
    assert heard == [(1.0, f"Searching for: {QUESTION}")]


def test_the_tools_say_what_they_take_and_give_and_that_they_change_nothing(url: str) -> None:
    async def listed(client: Client) -> tuple[object, ...]:
        assert client.server_info is not None
        return client.server_info.name, client.server_info.version, client.instructions, await client.list_tools()

    name, version, instructions, found = talk(url, listed)
    assert (name, version) == ("article-assistant", __version__)
    assert "Cite" in str(instructions)
    tools = {tool.name: tool for tool in found.tools}  # type: ignore[attr-defined]
    assert list(tools) == ["ask", "search", "read_article"]
    for tool in tools.values():
        assert (tool.annotations.read_only_hint, tool.annotations.open_world_hint) == (True, False)
        assert tool.title
        assert len(tool.description) > 100
    assert tools["ask"].input_schema["required"] == ["question"]
    assert set(tools["ask"].input_schema["properties"]) == {"question", "history", "filters"}
    assert {"answer", "citations", "abstained"} <= set(tools["ask"].output_schema["properties"])
    assert set(tools["search"].input_schema["properties"]) == {"query", "k", "filters"}
    assert set(tools["read_article"].input_schema["properties"]) == {"article", "start", "length"}


def test_a_search_gives_the_object_of_the_api(url: str) -> None:
    body = {"query": "library", "k": 2}
    result = called(url, "search", body)
    assert result.structured_content == httpx.post(f"{url}/api/v1/search", json=body, timeout=60).json()
    assert words_of(result).startswith("1. The library (article en/library.txt, characters 0 to 112)\n")


def test_an_article_is_read_in_parts_that_make_the_whole(url: str, engine: Assistant) -> None:
    article = engine.article("en/library.txt")
    assert article is not None
    text, start = "", 0
    while True:
        part = called(url, "read_article", {"article": "en/library.txt", "start": start, "length": 40})
        found = part.structured_content
        assert found is not None
        text += found["text"]
        if found["next_start"] is None:
            break
        start = found["next_start"]
        assert f"read it with start={start}." in words_of(part)
    assert text == article.text
    assert found["characters"] == len(article.text)


def test_a_follow_up_and_filters_are_those_of_the_api(url: str) -> None:
    turn = {"question": "what about the night bus?", "answer": "The night bus to Marlow runs every hour."}
    follow_up = answer_in(called(url, "ask", {"question": "how much is a ticket?", "history": [turn]}))
    assert "three pounds" in follow_up.text
    french = answer_in(called(url, "ask", {"question": QUESTION, "filters": {"language": ["fr"]}}))
    assert {cited.language for cited in french.citations} <= {"fr"}


@pytest.mark.parametrize(
    ("tool", "arguments", "words"),
    [
        ("ask", {}, "question: Field required."),
        ("ask", {"question": " "}, "The question is empty. Ask something in a few words."),
        ("ask", {"question": "x" * 2_001}, "question: String should have at most 2000 characters."),
        ("ask", {"question": "a", "mood": "b"}, "mood: Extra inputs are not permitted."),
        (
            "ask",
            {"question": "a", "filters": {"from": "today"}},
            "The filter 'from' is 'today', and that is no date. Write it as 2025-04-30.",
        ),
        ("search", {"query": "a", "k": 0}, "k: Input should be greater than or equal to 1."),
        (
            "read_article",
            {"article": "no\x00where"},
            "There is no article 'no where'. Give an id as `ask` and `search` name it.",
        ),
        (
            "read_article",
            {"article": "a", "length": "many"},
            "length: Input should be a valid integer, unable to parse string as an integer.",
        ),
    ],
)
def test_what_is_wrong_with_a_call_is_told_as_an_error_of_the_tool(
    url: str, tool: str, arguments: dict[str, object], words: str
) -> None:
    result = called(url, tool, arguments)
    assert (result.is_error, words_of(result), result.structured_content) == (True, words, None)


@pytest.mark.parametrize("version", ["2025-11-25", "2026-07-28"])
def test_half_a_character_makes_nothing_fail(url: str, version: str) -> None:
    arguments = '{"article": "no\\ud800where", "\\udfff": 1}'  # no client can send it but by hand
    meta = '{"io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {}}'
    params = f'{{"name": "read_article", "arguments": {arguments}, "_meta": {meta}}}'
    headers = {
        "content-type": "application/json",
        "accept": "application/json, text/event-stream",
        "mcp-protocol-version": version,
        "mcp-method": "tools/call",
        "mcp-name": "read_article",
    }
    body = f'{{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {params}}}'
    sent = httpx.post(f"{url}/mcp", content=body, headers=headers, timeout=60)
    assert sent.status_code in (200, 400), sent.text
    assert "Traceback" not in sent.text


def test_an_unknown_tool_is_an_error_of_the_protocol_that_names_the_others(url: str) -> None:
    async def call(client: Client) -> None:
        with pytest.raises(MCPError, match=r"There is no tool 'delete'. The tools are: ask, search, read_article\."):
            await client.call_tool("delete", {})

    talk(url, call)


def test_what_a_language_model_writes_is_told_of_and_passed_on_only_when_it_is_checked() -> None:
    engine = WordEngine([QUAY])
    engine.pieces = ["The quay ", "is free."]
    heard: list[str | None] = []

    async def ask(client: Client) -> CallToolResult:
        async def hear(progress: float, total: float | None, message: str | None) -> None:
            assert (progress, total) == (len(heard) + 1, None)
            heard.append(message)

        return await client.call_tool("ask", {"question": "quay costs?"}, progress_callback=hear)

    with serving(api_over(engine)) as url:
        result = talk(url, ask)
    assert heard[0] == "Searching for: quay costs?"
    assert heard[-1] == "Writing the answer: 17 characters so far, not checked yet"
    assert "free" not in str(heard) + words_of(result)
    assert answer_in(result).text == "The quay costs five pounds. [1]"


def test_who_asks_too_often_is_told_when_to_go_on() -> None:
    app = api_over(WordEngine([QUAY]), limits=ApiLimits(rate="2/day"))
    app.add_middleware(AskedBy, askers={"one": Asker("one", None, is_owner=False)})
    with serving(app) as url:
        one = {"x-asker": "one"}
        results = [called(url, "ask", {"question": "quay costs?"}, headers=one) for _ in range(3)]
        assert [result.is_error for result in results] == [False, False, True]
        assert words_of(results[2]).startswith("More than 2 per 1 day were sent. Send the next one in ")
        assert httpx.post(f"{url}/api/v1/ask", json={"question": "a"}, headers=one, timeout=60).status_code == 429


def test_an_index_that_is_missing_or_broken_is_told_in_words() -> None:
    with serving(api_over(None, problem="There is no index in x.")) as url:
        result = called(url, "search", {"query": "quay"})
        assert (result.is_error, words_of(result)) == (True, "There is no index in x.")
    engine = WordEngine([QUAY])
    engine.error = IndexDamaged("The index is damaged.")
    with serving(api_over(engine)) as url:
        result = called(url, "ask", {"question": "quay costs?"})
        assert (result.is_error, words_of(result)) == (True, "The index is damaged.")


def test_what_nobody_foresaw_is_in_the_log_and_not_in_the_answer(caplog: pytest.LogCaptureFixture) -> None:
    engine = WordEngine([QUAY])
    engine.error = RuntimeError("secret path")
    with serving(api_over(engine)) as url:
        result = called(url, "ask", {"question": "quay costs?"})
    assert words_of(result) == "The server failed. Its log says why; the request may be sent again."
    assert "secret path" in caplog.text
