"""The figures and days that a quote tells, and whether two quotes about the same thing tell different ones."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from assistant.checking.date_mentions import DateMention, date_mentions
from assistant.checking.figures import Figure, figures
from assistant.locale_names.languages import LANGUAGES
from assistant.quoting.likeness import likenesses
from assistant.word_alignment import QuestionWords, WordVectors
from index.analysis import telling_words
from index.types import Embedder

ABOUT_THE_SAME_FROM = 0.63
"""Likeness, without their figures, from which on two sentences count the same thing (docs/decisions/0095)."""

_SAME_NOUN_FROM = 0.5
_YEARS = (Decimal(1900), Decimal(2100))
_EXACT_BELOW = 100
_COUNTED_WORDS = 2
_CLAUSE_ENDS = ",.;:()"


@dataclass(frozen=True, slots=True)
class Told:
    """One text with the figures and the whole days (with a month and a day) that it tells; `figures` holds no years
    and no "one", which is an article in most languages."""

    text: str
    language: str
    figures: tuple[Figure, ...]
    days: tuple[DateMention, ...]

    @classmethod
    def of(cls, text: str, language: str) -> "Told":
        mentions = date_mentions(text)
        spoken = (language,) if language in LANGUAGES else LANGUAGES
        counted = figures(text, spoken, [mention.span for mention in mentions])
        return cls(
            text,
            language,
            tuple(figure for figure in counted if not _is_year(figure) and figure.values != {Decimal(1)}),
            tuple(mention for mention in mentions if mention.month and mention.day),
        )

    @property
    def without_figures(self) -> str:
        """The text without its figures and days, which leaves what they are about."""
        text = self.text
        spans = [*(figure.span for figure in self.figures), *(day.span for day in self.days)]
        for span in sorted(spans, reverse=True):
            text = text[: span.start] + text[span.end :]
        return " ".join(text.split())

    def tells(self, figure: Figure) -> bool:
        return any(agree(figure, other) for other in self.figures)

    def tells_all_of(self, other: "Told") -> bool:
        """Whether it tells every figure and day of the other."""
        return all(map(self.tells, other.figures)) and all(
            any(day.agrees(own) or own.agrees(day) for own in self.days) for day in other.days
        )

    def shares_figure(self, other: "Told") -> bool:
        return any(map(self.tells, other.figures))


def agree(one: Figure, other: Figure) -> bool:
    """Whether two figures are the same, or one is the other rounded ("21 billion", "21.4 billion")."""
    if one.is_same(other):
        return True
    units = not one.unit or not other.unit or bool(one.unit & other.unit)
    return units and any(_rounds(mine, its) for mine in one.values for its in other.values)


def _rounds(one: Decimal, other: Decimal) -> bool:
    if min(one, other) < _EXACT_BELOW:
        return False
    digits = max(2, min(len(value.normalize().as_tuple().digits) for value in (one, other)))
    return _rounded(one, digits) == _rounded(other, digits)


def _rounded(value: Decimal, digits: int) -> Decimal:
    return round(value, digits - value.adjusted() - 1)


def _is_year(figure: Figure) -> bool:
    return not figure.unit and figure.text.isdigit() and any(_YEARS[0] <= value < _YEARS[1] for value in figure.values)


def differ(one: Told, other: Told, model: Embedder, word_vectors: WordVectors, *, days_matter: bool) -> bool:
    """Whether two texts about the same thing tell different figures of it, or different days if `days_matter`.

    Each must tell a figure that the other does not tell; both in the same unit or, where they have none, counting the
    same noun. They are about the same thing where they are alike without their figures.
    """
    new_days = days_matter and _missing_days(one, other) and _missing_days(other, one)
    pairs = [
        (mine, its)
        for mine in one.figures
        for its in other.figures
        if not other.tells(mine) and not one.tells(its) and _count_the_same(one, mine, other, its, word_vectors)
    ]
    if not pairs and not new_days:
        return False
    bare = [one.without_figures, other.without_figures]
    alike = likenesses(bare, [one.language, other.language], model, word_vectors)[0, 1]
    return bool(alike >= ABOUT_THE_SAME_FROM)


def _missing_days(one: Told, other: Told) -> bool:
    return any(not any(day.agrees(its) or its.agrees(day) for its in other.days) for day in one.days)


def _count_the_same(one: Told, mine: Figure, other: Told, its: Figure, word_vectors: WordVectors) -> bool:
    if mine.unit or its.unit:
        return bool(mine.unit & its.unit)
    return _is_met(_counted(one, mine), other, word_vectors) and _is_met(_counted(other, its), one, word_vectors)


def _counted(told: Told, figure: Figure) -> Sequence[str]:
    """The first telling words behind a figure in its clause: "people, died" of "Twelve people died in the flood."."""
    rest = told.text[figure.span.end :]
    end = min((place for mark in _CLAUSE_ENDS if (place := rest.find(mark)) >= 0), default=len(rest))
    return telling_words(rest[:end], told.language)[:_COUNTED_WORDS]


def _is_met(nouns: Iterable[str], told: Told, word_vectors: WordVectors) -> bool:
    asked = " ".join(nouns)
    if not asked:
        return False
    return bool(
        QuestionWords(asked, word_vectors, [told.text], told.language).related(told.text).max() >= _SAME_NOUN_FROM
    )
