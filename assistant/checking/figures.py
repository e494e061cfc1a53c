"""Figures of a text, in digits and in words, as values that can be compared across four languages."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from assistant.checking.number_words import magnitude, word_numbers
from assistant.checking.spans import overlaps
from assistant.locale_names.languages import LANGUAGES
from assistant.locale_names.units import NO_UNIT, Unit, unit_after, unit_before
from index.types import Span

_SPACES = " \u00a0\u202f\u2009"
# Digits that hang on letters by a hyphen belong to a name: "F-16", "Covid-19".
_DIGITS = re.compile(rf"(?<![\w.,])(?<!\w-)(?:\d{{1,3}}(?:[{_SPACES}.,'’]\d{{3}})+(?!\d)(?:[.,]\d+)?|\d+(?:[.,]\d+)*)")
_LONGEST = 40  # digits; more are no figure that anybody reads


@dataclass(frozen=True, slots=True)
class Figure:
    """A number as it is written, at its place; `values` are all that it may mean ("billion" in a text of unknown
    language is two numbers), `unit` what it counts, where that is a currency or a measure."""

    text: str
    span: Span
    values: frozenset[Decimal]
    unit: Unit

    def is_same(self, other: "Figure") -> bool:
        """Whether both may mean the same: values that meet, and units that do not exclude each other."""
        return bool(self.values & other.values) and (not self.unit or not other.unit or bool(self.unit & other.unit))


def figures(text: str, languages: Iterable[str] = LANGUAGES, without: Iterable[Span] = ()) -> list[Figure]:
    """The figures of a text that may be in any of `languages`, in order; those that lie in `without` are left out."""
    languages = tuple(languages)
    taken = list(without)
    found = []
    for match in _DIGITS.finditer(text):
        span = Span(match.start(), match.end())
        if len(match.group()) <= _LONGEST and not overlaps(span, taken):
            figure = _of_digits(text, span, languages)
            found.append(figure)
            taken.append(figure.span)
    words: dict[Span, set[Decimal]] = {}
    for language in languages:
        for span, value in word_numbers(text, language):
            words.setdefault(span, set()).add(value)
    for span, values in words.items():
        if not overlaps(span, taken):
            found.append(Figure(text[span.start : span.end], span, frozenset(values), unit_after(text, span.end)))
    return sorted(found, key=lambda figure: figure.span)


def _of_digits(text: str, span: Span, languages: tuple[str, ...]) -> Figure:
    written = text[span.start : span.end]
    end = span.end
    values: set[Decimal] = set()
    for language in languages:
        factor = magnitude(text, span.end, language)
        if factor is not None:
            values |= {value * factor[0] for value in _values(written, is_exact=True)}
            end = max(end, factor[1])
    if not values:
        values = _values(written, is_exact=text[span.end : span.end + 2].strip().startswith("%"))
    unit = unit_before(text, span.start) or unit_after(text, end) or NO_UNIT
    return Figure(text[span.start : end], Span(span.start, end), frozenset(values), unit)


def _values(written: str, *, is_exact: bool) -> set[Decimal]:
    """What digits may mean. A single separator before three digits parts thousands in one language and decimals in
    another; unless `is_exact` (a factor or a percent sign follows) nobody writes three decimals."""
    digits = re.sub(rf"[{_SPACES}'’]", "", written)
    marks = [character for character in digits if character in ".,"]
    if not marks:
        return {Decimal(digits)}
    last = digits.rfind(marks[-1])
    decimal = Decimal(re.sub("[.,]", "", digits[:last]) + "." + digits[last + 1 :])
    whole = Decimal(re.sub("[.,]", "", digits))
    if len(set(marks)) == 2:
        return {decimal}
    if len(marks) > 1:
        return {whole}
    if len(digits) - last - 1 == 3 and not digits.startswith("0"):
        return {whole, decimal} if is_exact else {whole}
    return {decimal}
