"""One article and one question for the tests of language models' servers."""

import dataclasses
from pathlib import Path
from typing import Any

from assistant.answering import Assistant
from assistant.language_models.language_model import open_language_model
from assistant.settings import load_settings
from assistant.types import Answer, LanguageModel
from assistant.wiring import open_assistant, open_writer
from index.types import Article

TEXT = "Germany will send four IRIS-T systems and 10,000 artillery rounds to Ukraine this year."
QUESTION = "what will Germany send to Ukraine?"
FAILED = "The language model did not answer; quoted sentences are shown instead."


def open_quoting(folder: Path) -> Assistant:
    """Over the article, without a language model."""
    settings = load_settings(index=folder, embedder="fast")
    with open_writer(settings) as writer:
        list(writer.add([Article("germany.txt", "Germany pledges", f"Germany pledges\n\n{TEXT}", "en")]))
    return open_assistant(settings)


def model_at(address: str, **settings: Any) -> LanguageModel:
    given = {"llm": "openai-like", "llm_base_url": address, "llm_model": "m", "llm_timeout_seconds": 20} | settings
    model = open_language_model(load_settings(**given))
    assert model is not None
    return model


def with_model(quoting: Assistant, address: str, **settings: Any) -> Assistant:
    return dataclasses.replace(quoting, language_model=model_at(address, **settings))


def assert_quoted(answer: Answer, *notices: str) -> None:
    """The answer without a language model, and why."""
    assert answer.mode == "extractive"
    assert not answer.abstained
    assert answer.citations[0].quote == TEXT
    assert answer.notices == notices
