"""OpenAI's own Python client asks the assistant as it would ask any model."""

from collections.abc import Iterator

import httpx
import openai
import pytest

from assistant.answering import Assistant
from assistant.server.api.openai_objects import ChatBody
from assistant.types import Turn
from index.types import Article
from tests.assistant.server.api.conftest import QUESTION, QUOTE
from tests.assistant.server.api.served import api_over, events_of
from tests.browser.conftest import serving
from tests.fakes import WordEngine

MODEL = "article-assistant"


@pytest.fixture(scope="module")
def chat(url: str) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{url}/v1", api_key="none", max_retries=0, timeout=60) as client:
        yield client


def test_a_question_gets_the_text_and_its_citations(chat: openai.OpenAI, engine: Assistant) -> None:
    completion = chat.chat.completions.create(
        model=MODEL,
        temperature=0.2,
        messages=[
            {"role": "system", "content": "You are a pirate."},
            {"role": "user", "content": [{"type": "text", "text": QUESTION}]},
        ],
    )
    answer = engine.ask(QUESTION)
    (choice,) = completion.choices
    assert (choice.message.role, choice.message.content, choice.finish_reason) == ("assistant", answer.text, "stop")
    assert completion.model == MODEL
    beside = completion.model_extra
    assert beside is not None
    assert [cited["quote"] for cited in beside["citations"]] == [cited.quote for cited in answer.citations]
    assert QUOTE in [cited["quote"] for cited in beside["citations"]]
    assert (beside["abstained"], beside["searched_for"]) == (False, QUESTION)


def test_a_stream_holds_the_same_in_pieces(chat: openai.OpenAI, engine: Assistant) -> None:
    chunks = list(
        chat.chat.completions.create(model=MODEL, stream=True, messages=[{"role": "user", "content": QUESTION}])
    )
    pieces = [chunk.choices[0].delta.content or "" for chunk in chunks]
    answer = engine.ask(QUESTION)
    assert "".join(pieces) == answer.text
    assert len([piece for piece in pieces if piece]) > 1
    assert [chunk.choices[0].finish_reason for chunk in chunks] == [None] * (len(chunks) - 1) + ["stop"]
    assert len({chunk.id for chunk in chunks}) == 1
    assert chunks[0].choices[0].delta.role == "assistant"
    beside = chunks[-1].model_extra
    assert beside is not None
    assert [cited["quote"] for cited in beside["citations"]] == [cited.quote for cited in answer.citations]


def test_a_stream_ends_as_the_form_says(url: str) -> None:
    body = {"model": MODEL, "stream": True, "messages": [{"role": "user", "content": QUESTION}]}
    sent = httpx.post(f"{url}/v1/chat/completions", json=body, timeout=60)
    assert sent.headers["content-type"].startswith("text/event-stream")
    assert sent.text.endswith("data: [DONE]\n\n")


def test_what_a_language_model_writes_is_not_passed_on_before_it_is_checked() -> None:
    engine = WordEngine([Article("a", "The quay", "The quay costs five pounds.", "en")])
    engine.pieces = ["The quay is free."]
    body = {"stream": True, "messages": [{"role": "user", "content": "what does the quay cost?"}]}
    with serving(api_over(engine)) as url:
        sent = httpx.post(f"{url}/v1/chat/completions", json=body, timeout=60)
    assert "free" not in sent.text
    chunks = [chunk for _, chunk in events_of(sent.text.replace("data: [DONE]\n\n", ""))]
    text = "".join(choice["delta"].get("content", "") for chunk in chunks for choice in chunk["choices"])
    assert text == "The quay costs five pounds. [1]"


def test_earlier_messages_are_the_conversation(chat: openai.OpenAI) -> None:
    completion = chat.chat.completions.create(
        model=MODEL,
        messages=[
            {"role": "user", "content": "when does the night bus to Marlow run?"},
            {"role": "assistant", "content": "Every hour."},
            {"role": "user", "content": "and how much is a ticket?"},
        ],
    )
    beside = completion.model_extra
    assert beside is not None
    assert "Marlow" in beside["searched_for"]


def test_messages_without_an_answer_and_of_other_roles_are_no_turns() -> None:
    body = ChatBody.model_validate(
        {
            "messages": [
                {"role": "assistant", "content": "Hello! Ask me."},
                {"role": "user", "content": "one?"},
                {"role": "user", "content": "two?"},
                {"role": "tool", "content": "3"},
                {"role": "assistant", "content": None},
                {"role": "user", "content": "three?"},
            ]
        }
    )
    assert body.history() == (Turn("two?", ""),)
    assert body.question() == "three?"


def test_the_models_are_listed(chat: openai.OpenAI) -> None:
    assert [model.id for model in chat.models.list()] == [MODEL]
    assert chat.models.retrieve(MODEL).object == "model"


def test_problems_are_the_errors_of_the_client(chat: openai.OpenAI) -> None:
    with pytest.raises(openai.NotFoundError, match="There is no model 'gpt-4'") as unknown:
        chat.chat.completions.create(model="gpt-4", messages=[{"role": "user", "content": QUESTION}])
    assert unknown.value.code == "model_not_found"
    with pytest.raises(openai.UnprocessableEntityError, match="not the user's"):
        chat.chat.completions.create(model=MODEL, messages=[{"role": "assistant", "content": "Hello."}])
    image: openai.types.chat.ChatCompletionContentPartImageParam = {"type": "image_url", "image_url": {"url": "x"}}
    with pytest.raises(openai.UnprocessableEntityError, match="'image_url'"):
        chat.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": [image]}])
    for question in ("", "x" * 2_001):
        with pytest.raises(openai.UnprocessableEntityError, match="question"):
            chat.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": question}])
