"""A follow-up becomes the question that it means, by a language model; the user's own words are never lost."""

import secrets
import threading
from collections.abc import Sequence

from assistant.language_models.generation import rewrite_prompt, without_thinking
from assistant.types import LanguageModel, Turn
from index.analysis import fold, word_stem, words
from index.errors import QueryRefused
from index.function_words import FUNCTION_WORDS
from index.snapshot import checked_query

LONGEST_REWRITING = 400
"""Characters. What is longer is no question but an answer, or an explanation."""


def rewritten(
    model: LanguageModel,
    question: str,
    history: Sequence[Turn],
    language: str,
    stop: threading.Event | None = None,
) -> str | None:
    """What to search for, or None where the model wrote nothing that can be taken for the question.

    Raises LanguageModelFailed.
    """
    written = ""
    pieces = model.stream(rewrite_prompt(question, history, language, secrets.token_hex(8)), stop)
    for piece in without_thinking(pieces):
        written += piece
        if len(written) > LONGEST_REWRITING:
            break
    return with_own_words(written, question, history, language)


def with_own_words(written: str, question: str, history: Sequence[Turn], language: str) -> str | None:
    """The rewriting, with the question before it unless it holds the question's own words; None if it is no rewriting.

    It is none when it is empty, has several lines or is far too long, and when most of its words were said neither in
    the question nor in the conversation: then it answers, explains, or speaks of something else.
    """
    line = written.strip().strip("\"'“”«»„ ").strip()
    if not line or "\n" in line or len(line) > LONGEST_REWRITING:
        return None
    told = _content(line, language)
    asked = _content(question, language)
    said = asked.union(*(_content(f"{turn.question} {turn.answer}", language) for turn in history))
    if not told or 2 * len(told & said) < len(told):
        return None
    query = line if asked <= told else f"{question} {line}"
    try:
        return checked_query(query)
    except QueryRefused:
        return None


def _content(text: str, language: str) -> set[str]:
    """The stems of the words that tell something, without accents, which not everybody types."""
    small = FUNCTION_WORDS.get(language, frozenset())
    return {word_stem(word, language) for word in words(fold(text)) if word not in small}
