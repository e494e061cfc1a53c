"""A question of a conversation, searched for with what it leaves out: without a language model, by grammar.

"and France?" after "what did Germany pledge?" is searched for as "and France? pledge". The user's own words come
first and whole; behind them stand the words of the earlier question that the new one neither says nor replaces.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assistant.conversation.answer_names import names_of
from assistant.conversation.left_out import LeftOut, left_out, speaks_of_person
from assistant.conversation.question_parts import Word, parts
from assistant.conversation.reference_words import REFERENCE_WORDS
from assistant.types import Turn
from assistant.word_alignment import SAME, WordVectors
from index.analysis import word_stem
from index.language import detect
from index.snapshot import LONGEST_QUERY

REMEMBERED_TURNS = 6
"""How many earlier questions are looked at."""

MOST_CARRIED = 6
"""Words; a long earlier question would drown the new one."""

MOST_NAMES = 2
"""Of an answer, the first ones, that a pronoun may stand for."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """An earlier question as it was searched for: the words that tell what it is about, and the answer."""

    words: tuple[Word, ...]
    answer: str
    language: str


def carried_over(
    question: str, history: Sequence[Turn], language: str = "und", vectors: WordVectors | None = None
) -> str:
    """The question, and behind it the words of earlier turns that it needs; unchanged where it stands alone.

    `language` is the question's, as far as it is known; a short one takes that of the turn before. With `vectors`,
    a short question that nothing but its topic ties to the conversation is recognised by a word of that topic.
    """
    if not history:
        return question
    earlier: list[_Asked] = []
    for turn in history[-REMEMBERED_TURNS:]:
        spoken = _spoken(turn.question, "und", earlier)
        words, _ = _searched(turn.question, spoken, earlier, vectors)
        earlier.append(_Asked(tuple(words), turn.answer, spoken))
    _, carried = _searched(question, _spoken(question, language, earlier), earlier, vectors)
    searched_for = " ".join([question, *carried])
    return searched_for if len(searched_for) <= LONGEST_QUERY else question


def _spoken(question: str, told: str, earlier: Sequence[_Asked]) -> str:
    """The question's language, or that of the turn before where it is too short to tell, or none that we know."""
    language = told if told in REFERENCE_WORDS else detect(question)
    if language not in REFERENCE_WORDS and earlier:
        return earlier[-1].language
    return language


def _searched(
    question: str, language: str, earlier: Sequence[_Asked], vectors: WordVectors | None
) -> tuple[list[Word], list[str]]:
    """The words that tell what is searched for, and which texts were carried over to them."""
    if language not in REFERENCE_WORDS:
        return [], []
    words = parts(question, language)
    content = [word for word in words if not word.small]
    missing = left_out(words, language)
    if not earlier or missing == "nothing":
        return content, []
    before = _meant(content, earlier, language)
    if missing == "topic" and not _shares_topic(content, before, vectors):
        return content, []
    carried = _kept(content, before, language, missing)[:MOST_CARRIED]
    texts = [word.text for word in carried]
    if missing == "reference" and speaks_of_person(words, language) and not any(word.name for word in content):
        said = {word.folded for word in (*content, *carried)}
        texts += names_of(before.answer, said)[:MOST_NAMES]
    return [*content, *carried], texts


def _meant(content: Sequence[Word], earlier: Sequence[_Asked], language: str) -> _Asked:
    """The turn that the question goes on from: the last that has a name of it, else the last one."""
    names = [word for word in content if word.name]
    for turn in reversed(earlier):
        if any(_same(word, other, language, turn.language) for word in names for other in turn.words):
            return turn
    return earlier[-1]


def _same(word: Word, other: Word, language: str, other_language: str) -> bool:
    if word.place is not None and word.place == other.place:
        return True
    return word_stem(word.folded, language) == word_stem(other.folded, other_language)


def _kept(content: Sequence[Word], before: _Asked, language: str, missing: LeftOut) -> list[Word]:
    """The words of the earlier question that the new one neither says nor puts something else in the place of."""
    kept = [
        word
        for word in before.words
        if not any(_same(new, word, language, before.language) or (new.money and word.money) for new in content)
    ]
    if missing != "contrast":
        return kept
    for new in content:
        if new.name:
            replaced = _counterpart(new, kept, language, before.language)
            kept = [word for word in kept if word is not replaced]
    return kept


def _counterpart(new: Word, kept: Sequence[Word], language: str, kept_language: str) -> Word | None:
    """The first name that, like the new one, follows a preposition, or like it does not: "and Poland?" takes the place
    of who pledged, "and to Poland?" that of whom it was pledged to."""
    marked = new.after in REFERENCE_WORDS[language].prepositions
    before_name = REFERENCE_WORDS[kept_language].prepositions
    return next((word for word in kept if word.name and (word.after in before_name) == marked), None)


def _shares_topic(content: Sequence[Word], before: _Asked, vectors: WordVectors | None) -> bool:
    """Whether a word of the question, or its translation, was said in the earlier question or in its answer."""
    if vectors is None:
        return False
    said = [word.folded for word in (*before.words, *parts(before.answer, before.language)) if not word.small]
    asked = [word.folded for word in content]
    if not said or not asked:
        return False
    table = vectors.word_vectors([*asked, *said])
    table = table / np.maximum(np.linalg.norm(table, axis=1), 1e-9)[:, None]
    return bool((table[: len(asked)] @ table[len(asked) :].T).max() >= SAME)
