"""Words of a text as the lexical index holds them: case and accents folded, numbers joined, forms of a word brought
to one stem by the Snowball stemmer of the text's language."""

import re
import threading
import unicodedata
from collections.abc import Callable, Iterable
from functools import lru_cache

from index.function_words import FUNCTION_WORDS

STEMMERS = {
    "da": "danish",
    "de": "german",
    "en": "english",
    "es": "spanish",
    "fi": "finnish",
    "fr": "french",
    "it": "italian",
    "nb": "norwegian",
    "nl": "dutch",
    "pt": "portuguese",
    "ro": "romanian",
    "sv": "swedish",
}
"""ISO 639-1 code -> Snowball algorithm. Words of other languages are folded and not stemmed."""

_WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:\d+)?|\d+", re.UNICODE)
_GROUPED_NUMBER = re.compile(r"(?<![\d.,])\d{1,3}(?:[ \u00a0\u202f\u2009.,'’]\d{3})+(?![\d])")
_NOT_IN_TERMS = re.compile(r"[\x00-\x2d\x2f\x3a-\x60\x7b-\x7f]")
_LONGEST_WORD = 64


def fold(text: str) -> str:
    """The text in compatibility form, lower case and without accents; the length may change."""
    if text.isascii():
        return text.lower()
    # Folded twice: the compatibility form of some letters, as of mathematical ones, is upper case.
    decomposed = unicodedata.normalize("NFKD", text.casefold()).casefold()
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def words(text: str) -> list[str]:
    """The words and numbers of a text in order, lower case, accents kept.

    Single letters are left out: in French they are mostly elisions (l', d'). "21 000", "21.000" and "21,000" all
    become "21000"; "5,2" becomes "5.2".
    """
    joined = _GROUPED_NUMBER.sub(lambda found: re.sub(r"\D", "", found.group()), text)
    found = [word.casefold().replace(",", ".") for word in _WORD.findall(unicodedata.normalize("NFC", joined))]
    return [word[:_LONGEST_WORD] for word in found if len(word) > 1 or word.isdigit()]


def passage_terms(text: str, language: str) -> list[str]:
    """The terms under which a passage is found, one for each of its words, in order.

    A term holds no ASCII character but small letters, digits and the point, so that the lexical index takes it whole.
    """
    return [term for word in words(text) if (term := word_stem(word, language))]


def word_stem(word: str, language: str) -> str:
    """The term under which a word is found in texts of a language."""
    return _term(_stemmer(language)(word))


def _term(stem: str) -> str:
    return _NOT_IN_TERMS.sub("", fold(stem))


def query_terms(text: str, languages: Iterable[str], language: str = "und") -> list[str]:
    """The distinct terms that a query looks for in passages of any of `languages`, sorted.

    `language` is the query's own; its function words ("what", "did", "the") are left out unless there is nothing else.
    A word is stemmed with and without its accents, since people leave them out.
    """
    sought = telling_words(text, language) or words(text)
    terms = set()
    for spoken in {*languages, language, "und"}:
        stem = _stemmer(spoken)
        for word in sought:
            terms.add(_term(stem(word)))
            terms.add(_term(stem(fold(word))))
    return sorted(terms - {""})


def telling_words(text: str, language: str) -> list[str]:
    """The words of a text without the function words of its language ("what", "did", "the")."""
    small = FUNCTION_WORDS.get(language, frozenset())
    return [word for word in words(text) if fold(word) not in small]


def analysis_version() -> str:
    """Changes when the same text may get other terms; a lexical index made with another version is made anew."""
    import Stemmer

    return f"2/snowball-{Stemmer.version()}/unicode-{unicodedata.unidata_version}"


_local = threading.local()


def _stemmer(language: str) -> Callable[[str], str]:
    if language not in STEMMERS:
        return str
    stemmers: dict[str, Callable[[str], str]] = _local.__dict__.setdefault("stemmers", {})
    if language not in stemmers:  # one for each thread: a Snowball stemmer keeps its working memory in itself
        import Stemmer

        stemmers[language] = lru_cache(maxsize=50_000)(Stemmer.Stemmer(STEMMERS[language]).stemWord)
    return stemmers[language]
