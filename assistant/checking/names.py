"""Names in a text: capitalised words that are not just the first of a sentence; and whether another text holds them."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from assistant.checking.spans import overlaps
from assistant.locale_names.territory_names import territory_keys, territory_keys_of_name
from index.analysis import fold
from index.function_words import FUNCTION_WORDS
from index.types import Span

SAME_NAME = 0.6
"""Cosine of two words from which on one name is the other in another language."""

RELATED = 0.4
"""Cosine up to which a word that may be a name or an ordinary one is related to nothing in a text."""

ALIKE = 0.75
"""Share of common letters (2 m / n, Ratcliff and Obershelp) from which on two spellings are of one name."""

WordCosines = Callable[[str, Sequence[str]], Sequence[float]]
"""Cosines of one word to several others, whatever the languages."""

_TOKEN = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_BETWEEN = re.compile(r"[ \u00a0\u202f]|[ ](?:of|de|du|des|del|von|van|der|la)[ ]")
_OPENS = re.compile(r"(?:\A|[.!?…:;\n«“„\"‘(\[|>]|(?:\A|\n)\s*(?:[-–—•*#]+|\d{1,3}[.)]))[\s*_«“„\"‘(>]*\Z")
_SHORTEST = 5  # letters of names whose spellings are compared


@dataclass(frozen=True, slots=True)
class Name:
    """A name at its place. A word that has a capital for another reason, too (the first of a sentence, a German noun)
    is not `certain` to be one."""

    text: str
    span: Span
    certain: bool


def names(text: str, language: str, without: Iterable[Span] = ()) -> list[Name]:
    """The names of a text in order; words that stand together with capitals are one. Those that overlap with one of
    `without`, as months and numbers do, are left out."""
    taken = list(without)
    found: list[Name] = []
    for match in _TOKEN.finditer(text):
        span = Span(match.start(), match.end())
        word = match.group()
        if overlaps(span, taken) or not _has_capital(word):
            continue
        opens = _OPENS.search(text[max(0, span.start - 40) : span.start]) is not None
        if opens and _is_small(word, text[span.end : span.end + 1], language):
            continue
        last = found[-1] if found else None
        if last is not None and _BETWEEN.fullmatch(text[last.span.end : span.start]):
            joined = Span(last.span.start, span.end)
            found[-1] = Name(text[joined.start : joined.end], joined, language != "de" or _is_marked(word))
        elif len(word) > 1:
            certain = _is_marked(word) or not (opens or language == "de")
            if certain or text[span.end : span.end + 1] != ",":  # "However, ..."
                found.append(Name(word, span, certain))
    return [name for name in found if language != "de" or _is_name_in_german(name)]


def _is_small(word: str, after: str, language: str) -> bool:
    small = FUNCTION_WORDS.get(language, frozenset())
    return fold(word) in small or (after in ("'", "’") and fold(word) + "'" in small)


def _is_name_in_german(name: Name) -> bool:
    """German gives every noun a capital: one alone is taken for a name only by its form, or as that of a country."""
    return name.certain or " " in name.text or bool(territory_keys_of_name(name.text))


def _has_capital(word: str) -> bool:
    return word[0].isupper() or (word[0].isdigit() and any(map(str.isupper, word)))


def _is_marked(word: str) -> bool:
    """Whether the word's form alone shows a name: "NATO", "IRIS-T", "F-16", "McKay"."""
    return sum(map(str.isupper, word)) > 1 or any(map(str.isdigit, word))


class NamesOf:
    """The names and words of one text, to ask whether it holds a name. `cosines` compares words across languages."""

    def __init__(self, text: str, cosines: WordCosines) -> None:
        tokens = [match.group() for match in _TOKEN.finditer(text)]
        parts = [part for token in tokens for part in token.split("-")]
        self._words = {fold(token) for token in (*tokens, *parts)}
        self._capitalised = sorted({fold(part) for part in parts if _has_capital(part)})
        self._acronyms = {tuple(sorted(token)) for token in tokens if token.isupper() and len(token) <= 5}
        self._vocabulary = sorted({part.casefold() for part in (*tokens, *parts) if len(part) > 1})
        capitals = [token for token in tokens if _has_capital(token)]
        self._keys = territory_keys(text).union(*map(territory_keys_of_name, capitals))
        self._sequences = {_letters(name.text) for name in names(text, "und")}
        self._cosines = cosines
        self._known: dict[str, float] = {}
        self._held: dict[tuple[str, bool], bool] = {}

    def hold(self, name: Name) -> bool:
        """Whether the text holds the name: every word of it, or the country or city that it stands for."""
        asked = (name.text, name.certain)
        if asked not in self._held:
            self._held[asked] = self._holds(name)
        return self._held[asked]

    def _holds(self, name: Name) -> bool:
        if territory_keys_of_name(name.text) & self._keys:
            return True
        words = [match.group() for match in _TOKEN.finditer(name.text) if _has_capital(match.group())]
        held = [self._holds_word(word, SAME_NAME if name.certain and len(words) == 1 else RELATED) for word in words]
        if all(held) or (not name.certain and any(held)):
            return True
        return (" " in name.text or "-" in name.text) and self._holds_spelling(_letters(name.text), self._sequences)

    def _holds_word(self, word: str, related: float) -> bool:
        folded = fold(word)
        if folded in self._words or folded.removesuffix("s") in self._words:
            return True
        keys = territory_keys_of_name(word)
        if keys:  # two countries are never one, however alike their names: Austria and Australia
            return bool(keys & self._keys)
        if word.isupper() and len(word) <= 5:
            # Romance languages put the words of an acronym in another order: NATO and OTAN, EU and UE.
            return tuple(sorted(word)) in self._acronyms
        if self._holds_spelling(folded, self._capitalised):
            return True
        return self._nearest(word.casefold()) >= related

    def _nearest(self, word: str) -> float:
        """The cosine of the word of the text that is nearest."""
        if word not in self._known:
            self._known[word] = max(self._cosines(word, self._vocabulary), default=-1.0)
        return self._known[word]

    @staticmethod
    def _holds_spelling(name: str, others: Iterable[str]) -> bool:
        return len(name) >= _SHORTEST and any(
            len(other) >= _SHORTEST
            and 2 * min(len(name), len(other)) >= ALIKE * (len(name) + len(other))
            and SequenceMatcher(None, name, other).ratio() >= ALIKE
            and not territory_keys(other)
            for other in others
        )


def _letters(name: str) -> str:
    return "".join(_TOKEN.findall(fold(name))).replace("-", "")
