"""The language of a text as an ISO 639-1 code: of a question of a few words at once, of an article from a sample.

Two steps (docs/decisions/0010): small words that only one language has decide most questions within microseconds; for
the rest they are weighed together with py3langid, whose model takes half a second to load and is then kept. A longer
text goes to that model alone.
"""

import math
import re
import threading
import unicodedata
from typing import Any

from index.function_words import FUNCTION_WORDS, LANGUAGES_OF_WORD

UNKNOWN = "und"

LANGUAGES = frozenset(
    (
        *("en", "fr", "es", "de", "it", "pt", "nl", "ca", "gl", "eu", "ga", "cy", "is", "sv", "da", "no", "nn", "fi"),
        *("et", "lv", "lt", "pl", "cs", "sk", "hu", "sl", "hr", "sr", "bs", "mk", "bg", "ro", "sq", "el", "tr", "uk"),
        *("ru", "be", "mt", "lb", "ar", "he", "fa", "hi", "th", "zh", "ja", "ko", "vi"),
    )
)
"""The languages that are told apart: those of Europe, and some that no script confuses with them."""

SHORT_TEXT = 200
"""Up to so many characters a text is a question, and its small words are looked at first."""

SAMPLE = 1_500
"""Of a longer text so many characters of the beginning, and as many from the middle, are looked at."""

_MINIMUM_LETTERS = 3
_CLEAR_MARGIN = 1.0
_SLIGHT_MARGIN = 0.5
_MINIMUM_CONFIDENCE = 0.35

# What the two steps say together is learned from Tatoeba's sentences of two to six words; see decision 0010.
_WEIGHT_OF_SMALL_WORD = 2.0
_MINIMUM_OF_BOTH = 0.45
_USUAL = math.exp(0.5)
"""Times as likely that a question is in one of the four languages than in any other, before it is read."""

_DECIDED_BY_SMALL_WORDS = ("en", "fr", "es", "de")
_THEIR_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzàâäæçéèêëîïôœöùûüÿñáíóúßªº")
_WORD = re.compile(r"t-(?:il|elle|on)s?\b|[^\W\d_]+'?")
_FRENCH_SPACE = re.compile(r"\w[ \u00a0\u202f][?!]")
"""French alone writes a space before these marks."""
_loading = threading.Lock()
_identifier: Any = None


def detect(text: str, fallback: str = UNKNOWN) -> str:
    """The ISO 639-1 code of the language of `text`, or `fallback` where there is too little to tell by."""
    sample = _sample(text)
    if sum(map(str.isalpha, sample)) < _MINIMUM_LETTERS:
        return fallback
    if len(sample) > SHORT_TEXT:
        return _by_model(sample) or fallback
    small_words = _scores(sample)
    return _leading(small_words, _CLEAR_MARGIN) or _by_both(sample, small_words) or fallback


def preload() -> None:
    """Loads the model, for a server or a build that will need it, off the path of the first question."""
    _model()


def _sample(text: str) -> str:
    if len(text) <= 2 * SAMPLE:
        return text
    middle = len(text) // 2
    return text[:SAMPLE] + "\n" + text[middle : middle + SAMPLE]


def _scores(text: str) -> dict[str, float]:
    """What the small words of a text are worth for each language: a word the more, the fewer languages have it, 1 for
    one of one language, 1/2 for one of two. Nothing in a text with letters that none of the four languages uses."""
    scores = dict.fromkeys(FUNCTION_WORDS, 0.0)
    lowered = text.lower().replace("’", "'")
    if any(character.isalpha() and character not in _THEIR_LETTERS for character in lowered):
        return scores
    for word in set(_WORD.findall(_without_accents(lowered))):
        languages = LANGUAGES_OF_WORD.get(word) or LANGUAGES_OF_WORD.get(word.rstrip("'"), ())
        for language in languages:
            scores[language] += 1 / len(languages)
    if "¿" in text or "¡" in text:
        scores["es"] += 2
    if "ß" in text:
        scores["de"] += 2
    return scores


def _leading(scores: dict[str, float], margin: float) -> str | None:
    """The language whose small words lead by `margin`, if it is one of the four."""
    best, second = sorted(scores, key=lambda language: scores[language], reverse=True)[:2]
    return best if best in _DECIDED_BY_SMALL_WORDS and scores[best] - scores[second] >= margin else None


def _without_accents(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


def _by_both(text: str, small_words: dict[str, float]) -> str | None:
    """The likeliest language by the model's probabilities and the small words, taken as independent of each other."""
    try:
        identifier = _model()
    except OSError:  # as in `_by_model`
        return _leading(small_words, _SLIGHT_MARGIN)
    told = dict(small_words)
    if _FRENCH_SPACE.search(text):
        told["fr"] += 0.5
    likely = {
        str(language): float(probability)
        * math.exp(_WEIGHT_OF_SMALL_WORD * told.get(language, 0.0))
        * (_USUAL if language in _DECIDED_BY_SMALL_WORDS else 1.0)
        for language, probability in identifier.rank(text)
    }
    best = max(likely, key=lambda language: likely[language])
    return best if likely[best] >= _MINIMUM_OF_BOTH * sum(likely.values()) else None


def _by_model(text: str) -> str | None:
    try:
        identifier = _model()
    except OSError:  # it unpacks itself into the folder for temporary files, which may be full
        return None
    language, confidence = identifier.classify(text)
    return str(language) if confidence >= _MINIMUM_CONFIDENCE else None


def _model() -> Any:
    """py3langid's identifier, loaded on first use (half a second, 110 MB) and shared by all threads."""
    global _identifier
    with _loading:
        if _identifier is None:
            from py3langid.langid import MODEL_FILE, LanguageIdentifier

            identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
            identifier.set_languages(LANGUAGES)
            _identifier = identifier
    return _identifier
