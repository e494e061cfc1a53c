"""The same report in several articles counts once; reports that contradict each other stand side by side."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from assistant.extractive import Quote
from assistant.quoting.likeness import likenesses
from assistant.quoting.searching import is_copy
from assistant.quoting.told_figures import Told, differ
from assistant.word_alignment import WordVectors
from index.types import Embedder

# The two numbers belong to the models named below them. When one of these changes, a test says so: run
# `python -m benchmarks.same_reports`, and set all three to what it prints.
SAME_REPORT_FROM = 0.55
"""Likeness from which on two likely answers are the same report (docs/decisions/0095)."""

SAME_FIGURE_FROM = 0.40
"""The same for two that share a figure."""

CHOSEN_WITH = "onnx:ace9276b16a129aa static:395de4b117870ef9"
"""Fingerprints of the sentence model and the word vectors that both were chosen with."""


@dataclass(frozen=True, slots=True)
class Reports:
    """Quotes that each tell something of their own, best first; `differing` are the places of those that contradict
    each other, which stand together, the newest first."""

    quotes: tuple[Quote, ...]
    differing: frozenset[int] = frozenset()


@dataclass(slots=True)
class _Report:
    """One report and the quotes that tell it, best first; `told` belongs to the first of them."""

    quotes: list[Quote]
    told: list[Told]
    against: list["_Report"] = field(default_factory=list)


def distinct_reports(
    quotes: Sequence[Quote],
    others: Sequence[Quote],
    language: str,
    model: Embedder,
    word_vectors: WordVectors,
    *,
    days_matter: bool,
) -> Reports:
    """Each report once, by the quote that tells most figures, then in `language`, then the best.

    `quotes` are the likely answers, best first; of `others`, which are less likely, those are taken that contradict one
    of them in another article. `days_matter` when the question asks for a time: most days in a text are those on which
    somebody spoke.
    """
    distinct: list[Quote] = []
    for quote in quotes:
        if not any(is_copy(quote.text, other.text, quote.article.language) for other in distinct):
            distinct.append(quote)
    if not distinct:
        return Reports(())
    told = [Told.of(quote.text, quote.article.language) for quote in distinct]
    reports = _grouped(distinct, told, model, word_vectors)
    for quote in distinct + list(others) if any(one.figures or one.days for one in told) else []:
        _hold_against(quote, reports, model, word_vectors, days_matter=days_matter)
    return _in_order(reports, language)


def _grouped(
    quotes: Sequence[Quote], told: Sequence[Told], model: Embedder, word_vectors: WordVectors
) -> list[_Report]:
    if len(quotes) == 1:
        return [_Report([quotes[0]], [told[0]])]
    alike = likenesses([one.text for one in told], [quote.article.language for quote in quotes], model, word_vectors)
    reports: list[_Report] = []
    leaders: list[int] = []
    for place, (quote, own) in enumerate(zip(quotes, told, strict=True)):
        for report, leader in zip(reports, leaders, strict=True):
            first = report.told[0]
            if quote.article.id == report.quotes[0].article.id:
                continue  # an article seldom tells the same twice, and may use the same words for two things
            enough = SAME_FIGURE_FROM if own.shares_figure(first) else SAME_REPORT_FROM
            if alike[place, leader] >= enough and (own.tells_all_of(first) or first.tells_all_of(own)):
                report.quotes.append(quote)
                report.told.append(own)
                break
        else:
            reports.append(_Report([quote], [own]))
            leaders.append(place)
    return reports


def _hold_against(
    quote: Quote, reports: list[_Report], model: Embedder, word_vectors: WordVectors, *, days_matter: bool
) -> None:
    """Ties the report of the quote, a new one where it has none yet, to those that it contradicts."""
    own = next((report for report in reports if quote in report.quotes), None)
    told = own.told[own.quotes.index(quote)] if own else Told.of(quote.text, quote.article.language)
    if not told.figures and not told.days:
        return
    for report in list(reports):
        if report is own or (own and own in report.against):
            continue
        if any(
            other.article.id != quote.article.id and differ(told, its, model, word_vectors, days_matter=days_matter)
            for other, its in zip(report.quotes, report.told, strict=True)
        ):
            if own is None:
                same = next((one for one in report.against if one.told[0].tells_all_of(told)), None)
                if same is not None:  # another article with the figure that stands against it already
                    same.quotes.append(quote)
                    same.told.append(told)
                    return
                own = _Report([quote], [told])
                reports.append(own)
            own.against.append(report)
            report.against.append(own)


def _in_order(reports: Sequence[_Report], language: str) -> Reports:
    """Best first; where the first report that is contradicted would stand, all those that contradict each other."""
    quotes: list[Quote] = []
    differing: set[int] = set()
    done: set[int] = set()
    for report in reports:
        if id(report) in done:
            continue
        tied = [report, *report.against]
        done |= set(map(id, tied))
        if len(tied) == 1:
            quotes.append(_best(report, language))
            continue
        newest = sorted((_newest(one) for one in tied), key=lambda quote: quote.article.date or "", reverse=True)
        differing |= set(range(len(quotes), len(quotes) + len(newest)))
        quotes += newest
    return Reports(tuple(quotes), frozenset(differing))


def _best(report: _Report, language: str) -> Quote:
    def worth(place: int) -> tuple[int, bool, int]:
        told = report.told[place]
        return -len(told.figures), report.quotes[place].article.language != language, place

    return report.quotes[min(range(len(report.quotes)), key=worth)]


def _newest(report: _Report) -> Quote:
    return max(report.quotes, key=lambda quote: quote.article.date or "")
