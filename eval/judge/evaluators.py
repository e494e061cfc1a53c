"""LlamaIndex's evaluators, which ask a language model what it thinks of an answer, over the one that is set.

The only file of `eval` that knows LlamaIndex, which is imported when a judge is opened. The prompts are LlamaIndex's.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.language_models.generation import without_thinking
from assistant.types import LanguageModel, Message

FAITHFUL = "judged faithful"
RELEVANT = "judged relevant"
CORRECT = "judged correct"

_VERDICT = re.compile(r"\W*(?:answer\W+)?(?P<verdict>yes|no)\b", re.IGNORECASE)
_SCORE = re.compile(r"\W*(?:score\W*)?(?P<score>[1-5](?:\.\d+)?)(?![\d/])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Material:
    """What is judged: `contexts` are the passages that were found, `reference` a right answer, None where the set has
    none."""

    question: str
    answer: str
    contexts: tuple[str, ...]
    reference: str | None


Evaluator = Callable[[Material], float | None]
"""A score from 0 to 1; None where the model gave no verdict. Raises LanguageModelFailed, and ValueError for material
that does not fit into the model."""


def open_evaluators(model: LanguageModel) -> Mapping[str, Evaluator]:
    """By the names of their figures."""
    from llama_index.core.evaluation import CorrectnessEvaluator, FaithfulnessEvaluator, RelevancyEvaluator

    llm = _llm(model)
    faithful, relevant = FaithfulnessEvaluator(llm=llm), RelevancyEvaluator(llm=llm)
    correct = CorrectnessEvaluator(llm=llm, parser_function=_parsed)

    def judge_faithful(material: Material) -> float | None:
        result = faithful.evaluate(response=material.answer, contexts=material.contexts)
        return _verdict(result.feedback)

    def judge_relevant(material: Material) -> float | None:
        result = relevant.evaluate(query=material.question, response=material.answer, contexts=material.contexts)
        return _verdict(result.feedback)

    def judge_correct(material: Material) -> float | None:
        result = correct.evaluate(query=material.question, response=material.answer, reference=material.reference)
        return None if result.score is None else (result.score - 1) / 4

    return {FAITHFUL: judge_faithful, RELEVANT: judge_relevant, CORRECT: judge_correct}


def _verdict(written: str | None) -> float | None:
    """LlamaIndex takes any text with "yes" in it for one, and every other for a no; here it must begin with either."""
    found = _VERDICT.match(written or "")
    return None if found is None else float(found["verdict"].lower() == "yes")


def _parsed(written: str) -> tuple[float | None, str | None]:
    """The score from 1 to 5 that a judgement begins with; LlamaIndex's own parser fails without a second line."""
    found = _SCORE.match(written)
    score = float(found["score"]) if found else None
    return (score if score is not None and score <= 5 else None), written


def _llm(model: LanguageModel) -> Any:
    """The model as one of LlamaIndex's, so that its time-outs, retries and limits are those of the settings."""
    from llama_index.core.base.llms.types import ChatMessage, ChatResponse, CompletionResponse, LLMMetadata, MessageRole
    from llama_index.core.llms import CustomLLM

    def written(messages: Sequence[Message]) -> str:
        return "".join(without_thinking(model.stream(messages)))

    class Judge(CustomLLM):
        @property
        def metadata(self) -> LLMMetadata:
            return LLMMetadata(
                context_window=model.context_tokens(),
                num_output=model.answer_tokens,
                is_chat_model=True,
                model_name="judge",
            )

        def chat(self, messages: Sequence[ChatMessage], **_: Any) -> ChatResponse:
            # One message of the user, since some models know no other.
            asked = "\n\n".join(message.content or "" for message in messages)
            text = written((Message("user", asked),))
            return ChatResponse(message=ChatMessage(role=MessageRole.ASSISTANT, content=text))

        def complete(self, prompt: str, formatted: bool = False, **_: Any) -> CompletionResponse:
            del formatted
            return CompletionResponse(text=written((Message("user", prompt),)))

        def stream_complete(self, prompt: str, formatted: bool = False, **_: Any) -> Any:
            raise NotImplementedError("Evaluators wait for whole texts.")

    return Judge()
