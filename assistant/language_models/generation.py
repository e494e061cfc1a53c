"""What a language model is given to read, and what is made of what it writes; pure functions.

Articles are material that anybody may have written. In a prompt, each passage stands between lines that hold a marker
made by chance for this one request, so that no article can end its own block; and characters that mean something to a
prompt are replaced (see `as_material`).
"""

import math
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from assistant.errors import LanguageModelFailed
from assistant.prompts import fill_prompt
from assistant.types import Message, Turn
from index.language import UNKNOWN
from index.sentences import sentences
from index.types import Passage

NOT_TOLD = "NOT_TOLD"
"""What a model must write, alone, where the passages do not tell."""

BYTES_PER_TOKEN = 2.0
"""Fewer than any usual tokeniser puts into a token of running text: English has about 4 bytes in one, other European
languages 3 to 4, texts in other scripts 2 to 4. So a text is rather taken for longer than it is."""

FRAME_TOKENS = 32
"""What a server's chat template puts around a message."""

LONGEST_REMEMBERED = 600
"""Characters of an earlier answer that a rewriting is shown."""

TURNS_REMEMBERED = 3

_REPLACED = str.maketrans({"<": "‹", ">": "›", "[": "(", "]": ")", "【": "(", "】": ")"})


@dataclass(frozen=True, slots=True)
class Source:
    """A passage with what a reader must know about its article."""

    passage: Passage
    title: str
    date: str | None = None


@dataclass(frozen=True, slots=True)
class Prompt:
    """`shown` are the passages that found room, in the order of their numbers in the prompt, from 1."""

    messages: tuple[Message, ...]
    shown: tuple[Source, ...]


def answer_prompt(
    question: str, standalone: str, sources: Sequence[Source], language: str, marker: str, most_tokens: int
) -> Prompt:
    """The rules, the question, and as many passages as fit into `most_tokens`, the best first.

    A passage that does not fit is left out, and shorter ones after it may still be in. Raises LanguageModelFailed
    where there is not even room for the first one.
    """

    def filled(shown: Sequence[Source]) -> str:
        return fill_prompt(
            "answer",
            language=language_name(language),
            marker=marker,
            not_told=NOT_TOLD,
            question=as_material(question),
            standalone=as_material(standalone),
            passages="\n\n".join(_block(number, source, marker) for number, source in enumerate(shown, start=1)),
        )

    room = most_tokens - FRAME_TOKENS - tokens(filled(()))
    shown: list[Source] = []
    for source in sources:
        needed = tokens(_block(len(shown) + 1, source, marker)) + 1
        if needed <= room:
            shown.append(source)
            room -= needed
    if not shown:
        raise LanguageModelFailed(
            f"A prompt of {most_tokens} tokens has no room for a passage. Raise ASSISTANT_LLM_CONTEXT_TOKENS, or lower "
            "ASSISTANT_LLM_ANSWER_TOKENS."
        )
    return Prompt((Message("user", filled(shown)),), tuple(shown))


def rewrite_prompt(question: str, history: Sequence[Turn], language: str, marker: str) -> tuple[Message, ...]:
    """Asks for the question as it would be asked without the conversation."""
    lines = []
    for turn in history[-TURNS_REMEMBERED:]:
        lines.append(f"Asked: {as_material(turn.question)}")
        lines.append(f"Answered: {as_material(turn.answer[:LONGEST_REMEMBERED])}")
    conversation = "\n".join([f"--- conversation {marker} ---", *lines, f"--- end {marker} ---"])
    text = fill_prompt(
        "rewrite_question",
        language=language_name(language),
        marker=marker,
        conversation=conversation,
        question=as_material(question),
    )
    return (Message("user", text),)


def _block(number: int, source: Source, marker: str) -> str:
    about = ", ".join(as_material(part) for part in (source.title, source.date or "") if part)
    text = as_material(source.passage.text, keep_lines=True)
    return f"--- passage [{number}] {marker} ---\n{about}\n{text}\n--- end [{number}] {marker} ---"


def as_material(text: str, *, keep_lines: bool = False) -> str:
    """The text without what could be taken for a part of the prompt: what can be read is the same.

    Square brackets, which cite, become round ones; angle brackets, of which the control words of chat templates and
    HTML are made, become quotation marks that look alike. Characters that cannot be seen, and could hide words from
    people and not from a model, are left out, but for the joiners that some scripts are written with.
    """
    kept = (
        character
        for character in text
        if character in "\n\u200c\u200d" or unicodedata.category(character) not in ("Cc", "Cf", "Co", "Cs", "Cn")
    )
    plain = "".join(" " if character == "\n" and not keep_lines else character for character in kept)
    return plain.translate(_REPLACED).strip()


def tokens(text: str) -> int:
    """About how many tokens a text has, rather too many than too few: models count differently, and not all say how."""
    return math.ceil(len(text.encode("utf-8", "replace")) / BYTES_PER_TOKEN)


def language_name(code: str) -> str:
    """The English name of a language, "French" for "fr", as prompts use it."""
    from babel import Locale, UnknownLocaleError

    unknown = "the language of the question"
    base = code.partition("-")[0]
    try:
        return unknown if base == UNKNOWN else Locale.parse(base).get_display_name("en") or unknown
    except (UnknownLocaleError, ValueError):
        return unknown


def without_thinking(deltas: Iterable[str]) -> Iterator[str]:
    """The pieces without what stands between `<think>` and `</think>` at the beginning, as some servers leave it."""

    def begun(held: str) -> str | None:
        text = held.lstrip()
        if not text.startswith("<think>"):
            return None if "<think>".startswith(text) else held
        _, closing, rest = text.partition("</think>")
        return rest.lstrip() if closing else None

    return _held_back(deltas, begun, lambda held: not held.lstrip().startswith("<think>"))


def until_not_told(deltas: Iterable[str]) -> Iterator[str]:
    """The pieces, the first of them held back while they may become NOT_TOLD, which nobody should see."""

    def begun(held: str) -> str | None:
        return None if NOT_TOLD.startswith(held.strip()[: len(NOT_TOLD)]) else held

    return _held_back(deltas, begun, lambda _: False)


def _held_back(
    deltas: Iterable[str], begun: Callable[[str], str | None], is_text: Callable[[str], bool]
) -> Iterator[str]:
    """The pieces, the first of them as soon as `begun` makes a text of them; if it never does, and `is_text`, all."""
    held = ""
    pieces = iter(deltas)
    for delta in pieces:
        held += delta
        if (text := begun(held)) is not None:
            yield text
            yield from pieces
            return
    if is_text(held):
        yield held


def says_not_told(text: str) -> bool:
    """Whether a model's whole text says that the passages do not tell, with a full stop or quotation marks or not."""
    return text.strip().strip(".!*`\"'“”«» \n") == NOT_TOLD or text.lstrip(" *`\"'“«\n").startswith(NOT_TOLD)


def whole_sentences(text: str) -> str:
    """A text that was cut off, without its last sentence, which may be half of one; empty where it has only that."""
    spans = sentences(text)
    return text[: spans[-1].start].rstrip() if spans else ""
