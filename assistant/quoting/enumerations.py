"""Lists in a sentence ("France, Italy and Norway"), and questions that ask for one, in four languages."""

import re
from collections.abc import Iterable, Sequence

from assistant.conversation.reference_words import REFERENCE_WORDS, SMALL_WORDS
from index.analysis import fold
from index.types import Span

MOST_WORDS = 7
"""Of one item; what is longer between two commas is a clause."""

FEWEST_ITEMS = 3

LIST_FACTOR = 5.0
"""How much likelier a sentence that holds a list answers a question that asks for one; below the 7.9 that was measured,
since on few questions (docs/decisions/0095)."""

_SEPARATOR = re.compile(r"[,;]\s+")
_STOP = re.compile(r"[:.!?()–—]\s+|[()–—]")
_AND = re.compile(r"(?:^|\s)(?:and|or|as well as|et|ou|ainsi que|y|e|o|u|así como|und|oder|sowie)\s+", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*['’]?")
_OPENING = re.compile(r"\b[^\W_]['’]|[^\W_]+")
_PREPOSITIONS = frozenset().union(*(words.prepositions for words in REFERENCE_WORDS.values()))
_SMALL = {
    language: SMALL_WORDS[language] - words.definite - words.indefinite for language, words in REFERENCE_WORDS.items()
}


def enumerations(text: str) -> list[Span]:
    """Where the lists of three and more short items stand in a sentence, each without what leads it in.

    A list begins with the word before its first comma and ends with its last item, at the next mark. A list has a
    word such as "and" before its last item, or stands behind a colon.
    """
    found: list[Span] = []
    start = 0
    for stop in [*_STOP.finditer(text), None]:
        end = len(text) if stop is None else stop.start()
        behind_colon = start > 0 and text[:start].rstrip().endswith(":")
        found += _in_clause(text, Span(start, end), behind_colon=behind_colon)
        start = end if stop is None else stop.end()
    return found


def _in_clause(text: str, clause: Span, *, behind_colon: bool) -> Iterable[Span]:
    borders = [(match.start(), match.end()) for match in _SEPARATOR.finditer(text, clause.start, clause.end)]
    starts = [clause.start, *(end for _, end in borders)]
    ends = [*(start for start, _ in borders), clause.end]
    items = [text[start:end] for start, end in zip(starts, ends, strict=True)]
    first = 0
    while first < len(items) - 1:
        last = first + 1
        while last < len(items) and _is_item(items[last]) and not _AND.search(items[last]):
            last += 1
        closed = last < len(items) and _closing(items[last])
        count = last - first + (closed or 0)
        if closed and count >= FEWEST_ITEMS and not (first == 0 and last == 1 and _is_adverbial(items[0], items[1])):
            yield Span(_last_word(text, starts[first], ends[first]), ends[last])
        elif behind_colon and first == 0 and last == len(items) >= FEWEST_ITEMS and _is_item(items[0]):
            yield clause
        first = last


def _is_item(text: str) -> bool:
    return 0 < len(_WORD.findall(text)) <= MOST_WORDS


def _is_adverbial(first: str, second: str) -> bool:
    """Whether what stands before the only comma tells when or where: "On Friday, France and Italy ..."."""
    words, following = (_OPENING.findall(part.casefold())[:1] for part in (first, second))
    return words != following and any(fold(word).replace("’", "'") in _PREPOSITIONS for word in words)


def _closing(text: str) -> int:
    """How many items the last part of a list holds: "and Norway" one, "Italy and Norway" two; 0 where it is none."""
    parts = _AND.split(text, maxsplit=1)
    if len(parts) == 1 or not parts[1].strip() or len(_WORD.findall(parts[0])) > MOST_WORDS:
        return 0
    return 2 if _WORD.search(parts[0]) else 1


def _last_word(text: str, start: int, end: int) -> int:
    return max((match.start() for match in _WORD.finditer(text, start, end)), default=start)


def holds_list(text: str, language: str) -> bool:
    """Whether a sentence lists things, not clauses: no item but the first begins with a small word of its own, and of
    three items the last is no clause ("X, she said, and Y went on to ...").

    Articles may begin an item, and any word that begins several of them ("de radars, de mines et de drones").
    """
    small = _SMALL.get(language, frozenset())
    for span in enumerations(text):
        parts = [piece for part in _SEPARATOR.split(text[span.start : span.end]) for piece in _AND.split(part)]
        items = [words for part in parts if (words := _WORD.findall(part))]
        openings = [fold(item[0]) for item in items[1:]]
        own = any(opening in small and openings.count(opening) < len(openings) for opening in openings)
        if not own and (len(items) > FEWEST_ITEMS or (len(items) == FEWEST_ITEMS and len(items[-1]) <= MOST_WORDS)):
            return True
    return False


def asks_for_list(question: str, language: str) -> bool:
    """Whether a question asks which things, in the plural; False in languages other than the four."""
    words = [fold(word) for word in _WORD.findall(question)]
    small = SMALL_WORDS.get(language, frozenset())
    match language:
        case "fr":
            return not {"quels", "quelles", "lesquels", "lesquelles"}.isdisjoint(words)
        case "es":
            return "cuales" in words or _plural_follows(words, {"que"}, small)
        case "en":
            return _plural_follows(words, {"which", "what"}, small)
        case "de":
            return any(
                word == "welche" and _is_german_plural(words[place + 1 : place + 4], small)
                for place, word in enumerate(words)
            )
    return False


def _plural_follows(words: Sequence[str], questions: set[str], small: frozenset[str]) -> bool:
    for place, word in enumerate(words):
        if word not in questions:
            continue
        for noun in words[place + 1 : place + 4]:
            if noun in small:
                break
            if noun == "people" or (noun.endswith("s") and not noun.endswith(("ss", "us", "is"))):
                return True
    return False


def _is_german_plural(following: Sequence[str], small: frozenset[str]) -> bool:
    """Whether "welche" asks for several: by the verb's ending, or by a noun's that no feminine singular has."""
    if not following:
        return False
    verb = following[1] if len(following) > 1 else ""
    return (
        verb in ("sind", "haben", "werden")
        or (verb.endswith("en") and verb not in small)
        or (following[0].endswith(("en", "ern", "s", "lander", "er")) and following[0] not in small)
    )
