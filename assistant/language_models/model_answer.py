"""A language model writes an answer from passages: asked, streamed, and taken apart into what can be used."""

import secrets
import threading
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass

from assistant.errors import AnswerCutOff
from assistant.language_models.generation import (
    Source,
    answer_prompt,
    says_not_told,
    until_not_told,
    whole_sentences,
    without_thinking,
)
from assistant.types import LanguageModel, TextDelta


@dataclass(frozen=True, slots=True)
class Written:
    """What a model wrote, unchecked: `text` cites the `shown` passages by their places, from 1.

    `not_told` is true where the model says that they do not tell; `cut_off` where its last sentence was left out
    because it had reached its limit.
    """

    text: str
    shown: tuple[Source, ...]
    not_told: bool = False
    cut_off: bool = False


def write_answer(
    model: LanguageModel,
    question: str,
    standalone: str,
    sources: Sequence[Source],
    language: str,
    stop: threading.Event | None = None,
) -> Generator[TextDelta, None, Written]:
    """The pieces as they come, and then the whole. `standalone` is what the question means in its conversation.

    Raises LanguageModelFailed. Ends early after `stop` is set, with what there is.
    """
    room = model.context_tokens(stop) - model.answer_tokens
    prompt = answer_prompt(question, standalone, sources, language, secrets.token_hex(8), room)
    kept: list[str] = []
    cut_off = False
    try:
        for piece in until_not_told(_collected(without_thinking(model.stream(prompt.messages, stop)), kept)):
            yield TextDelta(piece)
    except AnswerCutOff:
        cut_off = True
    text = "".join(kept)
    if says_not_told(text):
        return Written("", prompt.shown, not_told=True)
    return Written(whole_sentences(text) if cut_off else text, prompt.shown, cut_off=cut_off)


def _collected(pieces: Iterable[str], kept: list[str]) -> Iterator[str]:
    """The pieces without control characters, which could steer a terminal; all of them are put into `kept`, too."""
    for piece in pieces:
        readable = "".join(character for character in piece if character.isprintable() or character in "\n\t")
        kept.append(readable)
        yield readable
