"""Exact match and F1 of an answer's words, as the SQuAD evaluation has them, and checks after promptfoo.

English is normalised as SQuAD's script does (Rajpurkar et al. 2016, 2018): lower case, ASCII punctuation, articles and
surplus white space out. Other languages as MLQA's does (Lewis et al. 2020): with their own articles, all punctuation
of Unicode, and characters as words where a script has no spaces. French, which MLQA lacks, loses its elided article
before the apostrophe goes, and other apostrophes part words (docs/decisions/0100).
"""

import re
import string
import unicodedata
from collections import Counter
from collections.abc import Sequence

from eval.cases import Check
from eval.text_finding import UNSPACED

ARTICLES = {
    "en": "a an the",
    "fr": "le la les l' un une des du",
    "es": "un una unos unas el la los las",
    "de": "ein eine einen einem eines einer der die das den dem des",
}
"""Articles that count as no words; other languages keep theirs."""

_ARTICLE = {code: re.compile(rf"\b(?:{'|'.join(words.split())})\b") for code, words in ARTICLES.items() if code != "fr"}
_FRENCH_ARTICLE = re.compile(r"\bl['’]|\b(?:le|la|les|un|une|des|du)\b(?!['’])")
_ASCII_PUNCTUATION = frozenset(string.punctuation)
_APOSTROPHES = re.compile("['’]")
_CHARACTER_AS_WORD = re.compile(rf"([{UNSPACED}])")


def normalised(text: str, language: str = "en") -> str:
    """The words that count, with one space between them. `language` is ISO 639-1; "und" is treated as English."""
    lowered = text.lower()
    if language in ("en", "und"):
        bare = "".join(character for character in lowered if character not in _ASCII_PUNCTUATION)
        return " ".join(_ARTICLE["en"].sub(" ", bare).split())
    if language == "fr":
        lowered = _APOSTROPHES.sub(" ", _FRENCH_ARTICLE.sub(" ", lowered))
    bare = "".join(character for character in lowered if not _is_punctuation(character))
    if language in _ARTICLE:
        bare = _ARTICLE[language].sub(" ", bare)
    return " ".join(_CHARACTER_AS_WORD.sub(r" \1 ", bare).split())


def _is_punctuation(character: str) -> bool:
    return character in _ASCII_PUNCTUATION or unicodedata.category(character).startswith("P")


def exact_match(answer: str, right: Sequence[str], language: str = "en") -> float:
    """1 if the answer is one of the right ones after normalisation, else 0. `right` empty: 1 for an empty answer."""
    said = normalised(answer, language)
    return float(any(said == wanted for wanted in _wanted(right, language)))


def f1(answer: str, right: Sequence[str], language: str = "en") -> float:
    """The harmonic mean of the precision and recall of the answer's words, the best over the right answers. An empty
    answer, or an empty right one, scores 1 only against the other."""
    said = normalised(answer, language).split()
    return max(_f1(said, wanted.split()) for wanted in _wanted(right, language))


def _wanted(right: Sequence[str], language: str) -> list[str]:
    """The right answers that say anything; where none does, silence is right, as in SQuAD 2.0."""
    return [text for text in (normalised(one, language) for one in right) if text] or [""]


def _f1(said: list[str], wanted: list[str]) -> float:
    if not said or not wanted:
        return float(said == wanted)
    same = sum((Counter(said) & Counter(wanted)).values())
    return 2 * same / (len(said) + len(wanted))


def fulfilled(answer: str, check: Check) -> bool:
    """Whether an answer's text passes a check. Raises `re.error` for a regular expression that is none."""
    return _passes(answer, check) != check.negated


def _passes(answer: str, check: Check) -> bool:
    if check.kind == "regex":
        return all(re.search(value, answer) for value in check.values)
    if check.kind == "equals":
        return all(answer.strip() == value.strip() for value in check.values)
    if check.kind == "starts-with":
        return all(answer.startswith(value) for value in check.values)
    blind = check.kind.startswith("i")
    held = [(value.lower() in answer.lower()) if blind else (value in answer) for value in check.values]
    return any(held) if check.kind.endswith("-any") else all(held)
