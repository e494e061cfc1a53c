"""Whether a question leaves something out that was said before: told by grammar, in four languages.

A question goes on from an earlier one by what it lacks (no word of its own says what it is about), by how it opens
("and ...?"), or by a word that stands for something else ("he", "this decision", "it too"). A pronoun that stands for
something in the question itself does not count: "does Kyiv say that it will pay?".
"""

import re
from collections.abc import Callable, Sequence
from typing import Literal

from assistant.conversation.question_parts import Word
from assistant.conversation.reference_words import INTERJECTIONS, REFERENCE_WORDS, ReferenceWords
from assistant.locale_names.word_kinds import is_time

LeftOut = Literal["nothing", "contrast", "reference", "topic"]
"""What is missing: nothing; all but what is new ("and France?"); what a word stands for; or only which of the things
that can be asked of is meant ("how many shells?"), which may as well be a new topic."""

_FEW = 2
"""Words up to which a question that opens with "and" cannot be a whole one: who, and what of it."""

_MANY = 5
"""Words from which on a question says itself what it is about, whatever its pronouns stand for."""

_SPANISH_OBJECT = re.compile(r"\w{3,}[aei]r(?:me|se)?l[aoe]s?")
_GERMAN_PARTICIPLE = re.compile(r"\w{4,}(?:t|en)")


def left_out(words: Sequence[Word], language: str) -> LeftOut:
    """What the question leaves out; `language` is one of `REFERENCE_WORDS`."""
    tables = REFERENCE_WORDS[language]
    while words and words[0].folded in INTERJECTIONS and len(words) > 1:
        words = words[1:]
    content = [word for word in words if not word.small]
    if len(content) >= _MANY:
        return "nothing"
    refers = _refers(words, tables, language)
    if not content:
        return "reference" if refers else "contrast"
    if len(content) <= _FEW and (_opens(words, tables) or all(map(_is_setting, content))):
        return "contrast"
    if refers:
        return "reference"
    if any(word.name for word in content) or len(content) > _FEW:
        return "nothing"
    if language == "es" and _lacks_subject(words, tables):
        return "reference"
    if len(content) == 1 and content[0].after in tables.definite:
        return "reference"  # "what did the minister say?"
    fragment = len(content) == 1 and not any(word.folded in tables.auxiliaries for word in words)
    return "contrast" if fragment and words[0].folded in tables.prepositions else "topic"


def _is_setting(word: Word) -> bool:
    """Whether a word names a place, a time or a sort of money: by itself, none of them is a question."""
    return word.place is not None or word.money or word.folded.isdigit() or is_time(word.folded)


def speaks_of_person(words: Sequence[Word], language: str) -> bool:
    """Whether one of its pronouns stands for a person, or may."""
    return any(word.folded in REFERENCE_WORDS[language].persons for word in words)


def _opens(words: Sequence[Word], tables: ReferenceWords) -> bool:
    begun = [word.folded for word in words]
    return any(begun[: len(phrase)] == phrase for phrase in map(str.split, tables.openings))


def _refers(words: Sequence[Word], tables: ReferenceWords, language: str) -> bool:
    text = " ".join(word.folded for word in words)
    impersonal = any(re.search(pattern, text) for pattern in tables.impersonal)
    for place, word in enumerate(words):
        if word.folded in tables.pronouns and not impersonal:
            before = words[:place]
            if not (_bound(before, tables) or _BOUND_BY_GRAMMAR.get(language, _never)(before, tables)):
                return True
        if word.folded in tables.pointing and not impersonal:
            return True
        if word.folded in tables.added and sum(not one.small for one in words) <= _FEW:
            return True
        if word.folded in tables.before_nouns and _points(words, place, tables):
            return True
        if _OWN_GRAMMAR[language](words, place, tables):
            return True
    return False


def _bound(before: Sequence[Word], tables: ReferenceWords) -> bool:
    """Whether one of the words before can be what a pronoun stands for: a name, or a noun that has an article."""
    announced = tables.definite | tables.indefinite
    return any(
        word.folded in tables.indefinite or (not word.small and (word.name or word.after in announced))
        for word in before
    )


def _never(before: Sequence[Word], tables: ReferenceWords) -> bool:
    del before, tables
    return False


def _french_subject(before: Sequence[Word], tables: ReferenceWords) -> bool:
    """Whether a pronoun only repeats the subject before its verb: "hegseth est-il venu"."""
    return any(
        not word.small and word.after not in tables.questions and word.after not in ("de", "d'") for word in before[:-1]
    )


def _german_noun(before: Sequence[Word], tables: ReferenceWords) -> bool:
    """Whether a noun comes before that is not what is asked for: names have no article, but a capital."""
    return any(
        not word.small and word.text[0].isupper() and word.after and word.after not in tables.questions
        for word in before
    )


def _points(words: Sequence[Word], place: int, tables: ReferenceWords) -> bool:
    """Whether a demonstrative stands for something: not "this week", "est-ce que", nor "the systems that it has"."""
    word = words[place]
    after = words[place + 1] if place + 1 < len(words) else None
    if after is None:
        return word.after != "est"
    relative = place > 0 and not words[place - 1].small
    if is_time(after.folded) or after.folded in tables.questions or relative:
        return False
    return word.after != "est" or not after.small


def _lacks_subject(words: Sequence[Word], tables: ReferenceWords) -> bool:
    """Whether a question has no noun that could be its subject: Spanish leaves the pronoun out."""
    return any(word.folded in tables.questions for word in words) and not any(
        not word.small and (word.after in tables.definite or word.after in tables.prepositions) for word in words
    )


def _next(words: Sequence[Word], place: int) -> Word | None:
    return words[place + 1] if place + 1 < len(words) else None


def _english(words: Sequence[Word], place: int, tables: ReferenceWords) -> bool:
    word, after = words[place], _next(words, place)
    if word.folded == "it":
        told = " ".join(one.folded for one in words)
        as_object = after is None or after.folded in tables.prepositions
        return not any(re.search(pattern, told) for pattern in tables.impersonal) and (
            as_object or not _bound(words[:place], tables)
        )
    if word.folded != "one":
        return False
    # "the Polish one", "what would one cost", but not "what does one battery cost"
    return after is None or (word.after in tables.auxiliaries and place + 2 == len(words))


def _french(words: Sequence[Word], place: int, tables: ReferenceWords) -> bool:
    word, after = words[place], _next(words, place)
    if word.folded == "c'":
        return not any(not one.small and (one.name or one.after in tables.definite) for one in words)
    if word.folded in ("l'", "les", "la", "le", "en"):
        return after is not None and after.folded in tables.auxiliaries and word.after != "y"
    if word.folded == "y":
        return after is not None and after.folded not in tables.auxiliaries and word.after not in ("il", "n'")
    return False


def _spanish(words: Sequence[Word], place: int, tables: ReferenceWords) -> bool:
    word, after = words[place], _next(words, place)
    if word.folded == "lo":
        return after is not None and after.folded not in tables.questions
    return word.text.casefold() == "él" or bool(_SPANISH_OBJECT.fullmatch(word.folded))


def _german(words: Sequence[Word], place: int, tables: ReferenceWords) -> bool:
    word, after = words[place], _next(words, place)
    if word.folded != "das":
        return False
    if after is None or after.folded in tables.prepositions or after.folded in tables.auxiliaries:
        return True
    ends = place + 2 == len(words)
    return ends and after.text.islower() and bool(_GERMAN_PARTICIPLE.fullmatch(after.folded))


_BOUND_BY_GRAMMAR: dict[str, Callable[[Sequence[Word], ReferenceWords], bool]] = {
    "fr": _french_subject,
    "de": _german_noun,
}
_OWN_GRAMMAR: dict[str, Callable[[Sequence[Word], int, ReferenceWords], bool]] = {
    "en": _english,
    "fr": _french,
    "es": _spanish,
    "de": _german,
}
