"""What one snapshot of the index has for a question: passages, and the quotes chosen from their sentences."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from assistant.calibration import Calibration
from assistant.candidates import Candidate, Evidence, Reader, SentenceModel, WordModel, candidates, weigh
from assistant.extractive import LONGEST_QUOTE, MOST_QUOTES, Quote, Selection, select
from assistant.kept_vectors import KeptVectors
from assistant.question_types import kind_of
from assistant.quoting.dates_asked import AskedDates, Period, asked_dates
from assistant.quoting.enumerations import LIST_FACTOR, asks_for_list, holds_list
from assistant.quoting.joining import joined
from assistant.quoting.reports import Reports, distinct_reports
from assistant.quoting.searching import search
from assistant.quoting.speakers import speaker_sentence
from index.conditions import Condition, all_of, dated
from index.errors import IndexTooOld
from index.protocols import IndexSnapshot
from index.types import Hit

_WIDER = 5
"""Times as many passages are looked through for the newest ones."""


@dataclass(frozen=True, slots=True)
class Weighing:
    """What holds sentences against a question; see `assistant.answering.Assistant`."""

    model: SentenceModel
    word_model: WordModel
    calibration: Calibration
    reader: Reader | None = None
    kept: KeptVectors | None = None

    def weigh(self, question: str, found: Sequence[Candidate], language: str) -> list[Evidence]:
        """The evidence for each of the candidates, in their order; `language` is the question's."""
        return weigh(question, found, self.model, self.word_model, language, self.reader, self.kept)


@dataclass(frozen=True, slots=True)
class Finding:
    """`dated` when the question asked for a time, so that the quotes' dates are told; `notices` are names of frames."""

    hits: tuple[Hit, ...]
    candidates: tuple[Candidate, ...]
    selection: Selection
    dated: bool = False
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Searched:
    """The passages that the question found, and what else is needed to search again for those of a time."""

    hits: Sequence[Hit]
    language: str
    snapshot: IndexSnapshot
    weighing: Weighing
    allowed: Condition | None

    def search(self, query: str, count: int, allowed: Condition | None, *, keep_copies: bool = False) -> list[Hit]:
        return search(self.snapshot, query, count, self.language, allowed, keep_copies=keep_copies)

    def candidates(self, hits: Sequence[Hit]) -> list[Candidate]:
        return candidates(hits, self.snapshot.article)


def find(
    question: str,
    language: str,
    snapshot: IndexSnapshot,
    weighing: Weighing,
    count: int,
    allowed: Condition | None = None,
) -> Finding:
    """The `count` best passages and the quotes; only articles that are `allowed`, where that is given.

    A time that the question asks for is met by an article's date, or by a date that a sentence names. Sentences of
    that time answer, where they do, held against the question without its date; where they do not, it is answered as
    if it asked for no time, and a notice says so. An undated collection is asked as if there were no dates.
    """
    asked = asked_dates(question, language)  # before the search, which waits for a model that is still being read
    hits = search(snapshot, question, count, language, allowed)
    newest = _day(snapshot.facets().latest) if asked else None
    missed = False
    if asked is not None and newest is not None:
        searched = _Searched(hits, language, snapshot, weighing, allowed)
        if asked.newest:
            finding = _newest(asked, searched)
        else:
            period = asked.period(newest)
            finding = _of_time(asked, period, searched)
            missed = period.first is None or period.first <= newest  # of a time to come no article can be
        if finding is not None:
            return finding
    found = candidates(hits, snapshot.article)
    selection = _selected(question, language, found, weighing)
    missed = missed and not selection.abstained
    return Finding(tuple(hits), tuple(found), selection, dated=missed, notices=("not_of_time",) if missed else ())


def _of_time(asked: AskedDates, period: Period, searched: _Searched) -> Finding | None:
    """None where no sentence of that time answers, or the index knows no dates."""
    bounds = dated(*(day.isoformat() if day else None for day in (period.first, period.last)))
    if bounds is None:
        return None
    try:
        count = len(searched.hits)
        then = searched.search(asked.rest, count, all_of(searched.allowed, bounds)) if count else []
    except IndexTooOld:
        return None
    together = _together(then, searched.hits)
    found = [one for one in searched.candidates(together) if _is_of(period, one)]
    selection = _selected(asked.rest, searched.language, found, searched.weighing)
    if selection.abstained:
        return None
    return Finding(tuple(together), tuple(found), selection, dated=True)


def _newest(asked: AskedDates, searched: _Searched) -> Finding | None:
    """The likely answers, the newest first. None where no dated article has one."""
    hits = searched.hits
    wide = searched.search(asked.rest, _WIDER * max(1, len(hits)), searched.allowed, keep_copies=True)
    dates = {hit.passage.article: searched.snapshot.article(hit.passage.article).date for hit in [*hits, *wide]}
    recent = sorted(
        (hit for hit in wide if dates[hit.passage.article]),
        key=lambda hit: dates[hit.passage.article] or "",
        reverse=True,
    )
    together = _together(hits, recent[: len(hits)])
    found = [one for one in searched.candidates(together) if one.article.date]
    selection = _newest_of_each(asked.rest, searched.language, found, searched.weighing)
    if selection.abstained:
        return None
    return Finding(tuple(together), tuple(found), selection, dated=True)


def _newest_of_each(question: str, language: str, found: Sequence[Candidate], weighing: Weighing) -> Selection:
    """The best quote of each article that answers by itself, the newest article first."""
    evidence = weighing.weigh(question, found, language)
    places: dict[str, list[int]] = {}
    for place, candidate in enumerate(found):
        places.setdefault(candidate.article.id, []).append(place)
    own = [
        select([found[place] for place in held], [evidence[place] for place in held], weighing.calibration)
        for held in places.values()
    ]
    answering = sorted(
        (selection for selection in own if not selection.abstained),
        key=lambda selection: selection.quotes[0].article.date or "",
        reverse=True,
    )
    if not answering:
        return Selection((), abstained=True, confidence=0.0)
    reports = _reports(question, language, [selection.quotes[0] for selection in answering], (), weighing)
    confidence = max(selection.confidence for selection in answering)
    return _told_whole(Selection(reports.quotes[:MOST_QUOTES], False, confidence, reports.differing))


def _together(first: Sequence[Hit], then: Sequence[Hit]) -> list[Hit]:
    places = {(hit.passage.article, hit.passage.start) for hit in first}
    return [*first, *(hit for hit in then if (hit.passage.article, hit.passage.start) not in places)]


def _is_of(period: Period, candidate: Candidate) -> bool:
    own = candidate.article.date
    if period.holds(own) or period.first is None or period.last is None:
        return period.holds(own)  # a year to come lies in every time "since May"
    day = _day(own)
    return period.is_told_by(f"{candidate.before} {candidate.text}", day.year if day else None)


def _day(iso: str | None) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(iso or "")
    except ValueError:
        return None


def _selected(question: str, language: str, found: Sequence[Candidate], weighing: Weighing) -> Selection:
    evidence = weighing.weigh(question, found, language)
    factors = None
    if asks_for_list(question, language):
        factors = np.array(
            [LIST_FACTOR if holds_list(candidate.text, candidate.article.language) else 1.0 for candidate in found]
        )

    def arrange(quotes: Sequence[Quote], others: Sequence[Quote]) -> Reports:
        return _reports(question, language, quotes, others, weighing)

    selection = select(found, evidence, weighing.calibration, arrange, factors)
    return selection if selection.abstained else _told_whole(selection)


def _reports(
    question: str, language: str, quotes: Sequence[Quote], others: Sequence[Quote], weighing: Weighing
) -> Reports:
    days_matter = kind_of(question) == "time"
    return distinct_reports(quotes, others, language, weighing.model, weighing.word_model, days_matter=days_matter)


def _told_whole(selection: Selection) -> Selection:
    """With those who speak in the quotes, and quotes of one place as one."""
    return joined(replace(selection, quotes=tuple(map(_with_speaker, selection.quotes))))


def _with_speaker(quote: Quote) -> Quote:
    lead = speaker_sentence(quote.article, quote.span, quote.sentences[0].passage_start, LONGEST_QUOTE)
    return quote if lead is None else replace(quote, lead=lead.start)
