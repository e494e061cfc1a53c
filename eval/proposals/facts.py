"""Sentences of an article that tell a fact by themselves, and the words in them that a question can ask for.

By general signs only, in the four languages whose small words are known, and by fewer of them in all others: a whole
sentence of middling length, no heading and no question, in which nothing points at a sentence before it, and that names
something.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from assistant.checking.date_mentions import date_mentions
from assistant.checking.figures import Figure, figures
from assistant.checking.names import names
from assistant.conversation.reference_words import REFERENCE_WORDS
from assistant.locale_names.languages import LANGUAGES
from assistant.locale_names.territory_names import territory
from assistant.locale_names.word_kinds import is_time
from assistant.quoting.speakers import leaves_speaker_out
from eval.text_finding import words_of
from index.analysis import fold
from index.function_words import FUNCTION_WORDS
from index.sentences import sentences
from index.types import Article, Span

FEWEST_WORDS = 7
MOST_WORDS = 45
"""A sentence of more tells several things, of which one question asks for one."""

Kind = Literal["how many", "when", "who"]
"""As the sets in `eval/sets` call them."""

_ENDS = re.compile(r"[^\W_][^.!?…]{0,3}[.!。！][»”\"’')\]]*\Z")
_BEGINS = re.compile(r"[«“„\"'‘(¿¡]*\s?[^\W_a-zà-öø-ÿ]")
_WORD = re.compile(r"[^\W\d_]+'?")
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")
_PAIRS = ("()", "[]", "«»", "“”")
_MARKUP = re.compile(r"[|{}<>_=#*\\]|https?:|www\.|@")
_OPENING_WORDS = 3

_POINTING = {"fr": re.compile(r"\b(?<!il )y\b|\b[cs]'(?:est|etait|etaient) que\b|^c'|\bl'(?:a|ont|avait|avaient)\b")}
"""What the tables of single words cannot tell: « les alliés y voient », « l'a annoncée »."""

_TIMES = frozenset("annee matin soir morning evening afternoon tarde manana noche morgen abend".split())
"""Times beside those that `is_time` knows: "this morning" points at no sentence."""

_SPEAKING = {
    language: frozenset(words.split())
    for language, words in {
        "en": "i we me us my our ours you your",
        "fr": "je j' nous me moi mon ma mes notre nos vous votre vos tu te ton ta tes",
        "es": "yo nosotros mi mis me nos nuestro nuestra nuestros nuestras usted ustedes tu tus te",
        "de": "ich wir mir mich uns unser unsere unserem unseren unserer mein meine meinen du dich dein",
    }.items()
}
"""Words for who speaks and who is spoken to: nobody knows who without the text around."""


@dataclass(frozen=True, slots=True)
class Blank:
    """Words that a question can ask for, at their place in the sentence; a figure with a unit has `counts` false."""

    span: Span
    text: str
    kind: Kind
    counts: bool = True


@dataclass(frozen=True, slots=True)
class Fact:
    """A sentence of an article. `told` is the sentence on one line, in which the `blanks` lie; `names` are those in it
    that tell nothing of a word behind them, in order."""

    article: Article
    span: Span
    told: str
    blanks: tuple[Blank, ...]
    names: tuple[str, ...]

    @property
    def quote(self) -> str:
        return self.article.text[self.span.start : self.span.end]


def facts_of(article: Article) -> list[Fact]:
    """The sentences of an article that tell a fact by themselves, in order."""
    is_known = _known_names(article)
    found = []
    for span in sentences(article.text):
        told = " ".join(article.text[span.start : span.end].split())
        named = _names(told, article.language, is_known)
        if _is_whole(told) and _stands_alone(told, article.language, named) and _is_anchored(told, named):
            blanks = tuple(_blanks(told, article.language, named))
            alone = [name for name in named if _is_no_attribute(told, name, article.language)]
            found.append(Fact(article, span, told, blanks, tuple(told[name.start : name.end] for name in alone)))
    return found


def _known_names(article: Article) -> Callable[[str], bool]:
    """Whether the first word of a sentence is a name: the article has it elsewhere, too, or it is that of a country."""
    certain = {fold(name.text) for name in names(article.text, article.language) if name.certain}
    return lambda text: " " in text or fold(text) in certain or territory(text) is not None


def _names(told: str, language: str, is_known: Callable[[str], bool]) -> list[Span]:
    taken = [mention.span for mention in date_mentions(told)]
    taken += [figure.span for figure in _figures(told, language, taken)]
    found = [name.span for name in names(told, language, taken) if name.certain or is_known(name.text)]
    return [_without_opening(told, span, language) for span in found]


def _figures(told: str, language: str, without: list[Span]) -> list[Figure]:
    return figures(told, (language,) if language in LANGUAGES else ("und",), without)


def _without_opening(told: str, span: Span, language: str) -> Span:
    """A name without the small word that has a capital because the sentence begins with it: "Neben Deutschland"."""
    first, _, rest = told[span.start : span.end].partition(" ")
    opens = span.start == 0 and rest and fold(first) in _small_words(language)
    return Span(span.end - len(rest), span.end) if opens else span


def _is_whole(told: str) -> bool:
    """Whether it looks like a sentence from its first sign to its last."""
    return bool(
        _ENDS.search(told)
        and _BEGINS.match(told)
        and not _MARKUP.search(told)
        and FEWEST_WORDS <= len(words_of(told).spans) <= MOST_WORDS
        and all(told.count(pair[0]) == told.count(pair[1]) for pair in _PAIRS)
        and told.count('"') % 2 == 0
    )


def _stands_alone(told: str, language: str, named: list[Span]) -> bool:
    """Whether no small word points at something outside of the sentence."""
    if leaves_speaker_out(told, language):
        return False
    tables = REFERENCE_WORDS.get(language)
    if tables is None:
        return True
    if language in _POINTING and _POINTING[language].search(fold(told.replace("’", "'"))):
        return False
    tokens = [
        (match.start(), fold(match.group()))
        for match in _WORD.finditer(told.replace("’", "'"))
        if not (len(match.group()) > 1 and match.group().isupper())  # "US" is no pronoun
    ]
    impersonal = any(re.search(pattern, fold(told).replace("'", "' ")) for pattern in tables.impersonal)
    first_name = named[0].start if named else len(told)
    for place, (start, word) in enumerate(tokens):
        following = tokens[place + 1][1] if place + 1 < len(tokens) else ""
        if word in tables.pointing | _SPEAKING[language] and not impersonal:
            return False
        if word in tables.pronouns and start < first_name and not impersonal:
            return False
        if word in tables.before_nouns - {"that"} and not (is_time(following) or following in _TIMES):
            return False
        if place < _OPENING_WORDS and word in tables.added:
            return False
    return not tokens or tokens[0][1] not in tables.openings | {"however", "therefore", "cependant", "toutefois"}


def _is_anchored(told: str, named: list[Span]) -> bool:
    """Whether it names something; in scripts without capitals nobody can tell."""
    return bool(named) or not any(map(str.isupper, told))


def _blanks(told: str, language: str, named: list[Span]) -> list[Blank]:
    """What can be asked for so that a name is left to ask with, and that stands in the sentence just once."""
    dates = date_mentions(told)
    taken = [mention.span for mention in dates]
    counted = _figures(told, language, taken)
    found = [Blank(date.span, date.text, "when") for date in dates if date.day or (date.month and date.year)]
    for figure in counted:
        is_year = _YEAR.fullmatch(figure.text) and not figure.unit
        found.append(Blank(figure.span, figure.text, "when" if is_year else "how many", counts=not figure.unit))
    found += [
        Blank(span, told[span.start : span.end], "who") for span in named if _is_no_attribute(told, span, language)
    ]
    once = [blank for blank in found if told.casefold().count(blank.text.casefold()) == 1]
    return sorted((blank for blank in once if any(span != blank.span for span in named)), key=lambda blank: blank.span)


def _is_no_attribute(told: str, name: Span, language: str) -> bool:
    """Whether no ordinary word follows, which a name mostly tells something of: "Ukrainian soldiers"."""
    after = _WORD.match(told.replace("’", "'"), name.end + 1)
    return after is None or fold(after.group()) in _small_words(language)


def _small_words(language: str) -> frozenset[str]:
    tables = REFERENCE_WORDS.get(language)
    return FUNCTION_WORDS.get(language, frozenset()) | (tables.small if tables else frozenset())
