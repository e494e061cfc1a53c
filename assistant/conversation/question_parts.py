"""A question as words with what grammar and CLDR tell of each: small word or not, name, place, preceded by what."""

import re
from dataclasses import dataclass

from assistant.conversation.reference_words import REFERENCE_WORDS, SMALL_WORDS
from assistant.locale_names.territory_names import LONGEST_NAME, territory
from assistant.locale_names.word_kinds import is_money
from index.analysis import fold

_INVERTED = re.compile(
    r"(?<=\w)-(?:t-)?(?=(?:il|ils|elle|elles|on|je|tu|nous|vous|ce|le|la|les|lui|leur|y|en)\b)", re.IGNORECASE
)
"""The hyphen before a pronoun that stands behind its verb in French."""
_WORD = re.compile(
    r"aujourd['’]hui|(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu)['’](?=\w)|[^\W_]+(?:[-‑][^\W_]+)*", re.IGNORECASE
)
_ENDS_SENTENCE = re.compile(r"[.!?…:]\s*[«“\"¿¡(]*$|^[\s«“\"¿¡(]*$")


@dataclass(frozen=True, slots=True)
class Word:
    """One word. `folded` is its lower case without accents; `small` when it belongs to grammar; `name` when it is
    written as a name, or a place; `place` the code of the country it stands for; `after` the folded word before it."""

    text: str
    folded: str
    small: bool
    name: bool
    place: str | None
    money: bool
    after: str


def parts(question: str, language: str) -> list[Word]:
    """The words in order; a place of several words is one. `language` is one of `REFERENCE_WORDS`."""
    spaced = _INVERTED.sub(" ", question)
    found = list(_WORD.finditer(spaced))
    words: list[Word] = []
    place = 0
    while place < len(found):
        length, code = _place_at([match.group() for match in found[place : place + LONGEST_NAME]], language)
        first, last = found[place], found[place + length - 1]
        text = spaced[first.start() : last.end()]
        folded = fold(text).replace("’", "'")
        small = code is None and (folded in SMALL_WORDS[language] or _is_rest(folded))
        begins = bool(_ENDS_SENTENCE.search(spaced[: first.start()]))
        inside = text[1:] != text[1:].lower()  # "NATO", "IRIS-T"
        # A capital tells nothing at the beginning of a sentence, and in German, which writes every noun with one.
        written = text[0].isupper() and (inside or not (begins or language == "de"))
        named = code is not None or (written and not small)
        words.append(Word(text, folded, small, named, code, is_money(folded), words[-1].folded if words else ""))
        place += length
    return words


def tells_something(question: str, language: str) -> bool:
    """Whether a word of the question tells what it is about, so far as its language is known: not in "when was it?"."""
    return language in REFERENCE_WORDS and any(not word.small for word in parts(question, language))


def _is_rest(folded: str) -> bool:
    """Whether it is an elided word, or the single letter that an apostrophe left."""
    return folded.endswith("'") or (len(folded) == 1 and not folded.isdigit())


def _place_at(texts: list[str], language: str) -> tuple[int, str | None]:
    """How many words from the first on are one place, and its country's code; 1 and None where they are none."""
    for length in range(len(texts), 0, -1):
        name = fold(" ".join(texts[:length])).replace("’", "'")
        code = territory(name) if length > 1 or name not in SMALL_WORDS[language] else None
        if code is None and length == 1 and texts[0].isupper():
            code = territory(texts[0])
        if code is not None and not (length > 1 and fold(texts[0]) in REFERENCE_WORDS[language].definite):
            return length, code
    return 1, None
