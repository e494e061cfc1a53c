"""A question becomes an answer: search, choose sentences, cite them, put them in a frame; or ask a language model."""

import logging
import math
import threading
import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.answer_text import quoted_text, stated_text
from assistant.calibration import Calibration
from assistant.candidates import Reader, SentenceModel, WordModel
from assistant.checking.statements import check
from assistant.checking.support import CitedPassage, ModelLikeness
from assistant.citations import verified
from assistant.conversation.follow_ups import carried_over
from assistant.conversation.question_parts import tells_something
from assistant.conversation.rewriting import rewritten
from assistant.errors import LanguageModelFailed
from assistant.filters import EVERYTHING, Filters
from assistant.keeping.right_passage import locate
from assistant.kept_vectors import KeptVectors
from assistant.language_models.model_answer import Written, write_answer
from assistant.library import Library
from assistant.prompts import load_frames
from assistant.quoting.finding import Weighing
from assistant.quoting.found import Found, look_up
from assistant.types import (
    Answer,
    Citation,
    Event,
    Finished,
    LanguageModel,
    Mode,
    PassageReference,
    Searching,
    Statement,
    TextDelta,
    Turn,
)
from index.facets import Facets
from index.language import UNKNOWN, detect
from index.protocols import PassageIndex
from index.snapshot import Collection, checked_query
from index.types import Article, Span

PASSAGES = 10
"""How many passages are searched for sentences that answer."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Told:
    """What is said, by quotes or by a language model."""

    text: str
    citations: tuple[Citation, ...]
    abstained: bool
    mode: Mode
    statements: tuple[Statement, ...] = ()
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Assistant:
    """Answers from one index.

    `model` and `word_model` hold sentences and words against a question; they are those that `calibration` was learned
    with, whichever embedder the index has; so is `reader`, without which nothing reads the question together with a
    passage. `kept` are vectors that `model` made for earlier questions. `language_model` writes the answers, if there
    is one. `groups` are the access groups of whoever asks, None where no access rules apply; who has some is told how
    long an answer took in whole steps of `told_step_ms`, unless that is 0. An assistant holds nothing of any
    conversation, and may be used by several threads at once.
    """

    index: PassageIndex
    model: SentenceModel
    word_model: WordModel
    calibration: Calibration
    language_model: LanguageModel | None = None
    groups: frozenset[str] | None = None
    reader: Reader | None = None
    kept: KeptVectors | None = None
    told_step_ms: float = 0.0

    @property
    def weighing(self) -> Weighing:
        return Weighing(self.model, self.word_model, self.calibration, self.reader, self.kept)

    def seen_by(self, groups: frozenset[str] | None) -> "Assistant":
        """The same for somebody in these access groups: whatever they may not see does not exist for it. None is the
        right to see everything."""
        return replace(self, groups=groups)

    def ask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        search_for: str | None = None,
        filters: Filters = EVERYTHING,
    ) -> Answer:
        """The answer of the last event of `stream`; raises what that raises."""
        events = self.stream(question, history, search_for=search_for, filters=filters)
        return next(event.answer for event in events if isinstance(event, Finished))

    def stream(
        self,
        question: str,
        history: Sequence[Turn] = (),
        stop: threading.Event | None = None,
        search_for: str | None = None,
        filters: Filters = EVERYTHING,
    ) -> Iterator[Event]:
        """What is searched for, what a language model writes, and at last the answer, exactly once.

        `search_for` is searched instead of what the question means in its conversation, and only in the articles that
        `filters` let through. When `stop` is set, the
        language model is left, and the answer quotes sentences. Raises QueryRefused for a question that is empty or
        too long, and the errors of the index; a language model that fails becomes a notice.
        """
        started = time.perf_counter()
        stop = stop or threading.Event()
        asked = checked_query(question)
        language = _language(asked, history)
        notices: list[str] = []
        own = None
        if search_for is None:
            searched_for, carried = self._meant(asked, history, language, stop, notices)
            own = asked if carried and tells_something(asked, language) else None
        else:
            searched_for = checked_query(search_for)
        yield Searching(searched_for)
        searching = time.perf_counter()
        found = self._found(searched_for, language, filters, own)
        retrieved = time.perf_counter()
        told = yield from self._told(asked, searched_for, found, language, stop, notices)
        finished = time.perf_counter()
        yield Finished(
            Answer(
                question=question,
                searched_for=searched_for,
                language=language,
                text=told.text,
                abstained=told.abstained,
                citations=told.citations,
                passages=tuple(
                    PassageReference(hit.passage.article, hit.passage.start, hit.passage.end, hit.score)
                    for hit in found.hits
                ),
                mode=told.mode,
                index_generation=found.generation,
                timings_ms={
                    "retrieve": self._told_ms(retrieved - searching),
                    "answer": self._told_ms(searching - started + finished - retrieved),
                    "total": self._told_ms(finished - started),
                },
                notices=tuple(load_frames(language).render(notice) for notice in (*notices, *told.notices)),
                statements=told.statements,
                confidence=found.confidence,
            )
        )

    def _told_ms(self, seconds: float) -> float:
        if self.groups is None or not self.told_step_ms:
            return 1000 * seconds
        return self.told_step_ms * max(1, math.ceil(1000 * seconds / self.told_step_ms))

    def _meant(
        self, asked: str, history: Sequence[Turn], language: str, stop: threading.Event, notices: list[str]
    ) -> tuple[str, bool]:
        """What to search for: with the user's own words, always, and with what they leave out; and whether that was
        carried over by grammar, word by word.

        A model that fails is not asked again for this question: whoever waits has waited once.
        """
        if not history:
            return asked, False
        query = None
        if self.language_model is not None:
            try:
                query = rewritten(self.language_model, asked, history, language, stop)
            except LanguageModelFailed as error:
                _log.warning("%s", error)
                notices.append("model_failed")
        if query is not None:
            return query, False
        query = checked_query(carried_over(asked, history, language, self.word_model))
        return query, query != asked

    def _found(self, searched_for: str, language: str, filters: Filters = EVERYTHING, own: str | None = None) -> Found:
        with self.index.snapshot(self.groups) as snapshot:
            return look_up(searched_for, language, snapshot, self.weighing, PASSAGES, filters.condition(), own)

    def _told(
        self,
        asked: str,
        searched_for: str,
        found: Found,
        language: str,
        stop: threading.Event,
        notices: list[str],
    ) -> Generator[TextDelta, None, _Told]:
        """By the language model if there is one, anything was found, and what it writes holds; else by quotes."""
        if self.language_model is None or not found.hits or notices:
            return self._quoted(found, language)
        if stop.is_set():
            notices.append("model_stopped")
            return self._quoted(found, language)
        try:
            written = yield from write_answer(self.language_model, asked, searched_for, found.sources(), language, stop)
        except LanguageModelFailed as error:
            _log.warning("%s", error)
            notices.append("model_failed")
            return self._quoted(found, language)
        if stop.is_set():
            notices.append("model_stopped")
            return self._quoted(found, language)
        if written.not_told:
            return self._quoted(found, language, not_told=True)
        told = self._checked(written, found, language)
        if told is None:
            notices.append("model_unusable")
            return self._quoted(found, language)
        if written.cut_off:
            notices.append("model_cut_off")
        return told

    def _checked(self, written: Written, found: Found, language: str) -> _Told | None:
        """The model's statements with checked citations, or None where nothing that it says is supported."""
        passages = [
            CitedPassage(found.articles[source.passage.article], Span(source.passage.start, source.passage.end))
            for source in written.shown
        ]
        with self.index.snapshot(self.groups) as snapshot:  # a new one: articles may have changed while the model wrote
            checked = check(written.text, passages, ModelLikeness(self.model, self.word_model), snapshot.article)
        if not any(statement.supported and statement.citations for statement in checked.statements):
            return None
        text = stated_text(checked.text, checked.statements, language)
        return _Told(text, checked.citations, False, "llm", checked.statements)

    def _quoted(self, found: Found, language: str, *, not_told: bool = False) -> _Told:
        """The sentences that answer; as the nearest passages where a model was asked and found them not to tell."""
        citations = found.citations
        if self.language_model is not None:  # which may have taken minutes, in which articles change
            citations = tuple(self._verified(citations))
        abstained = not_told or found.abstained or not citations
        text = quoted_text(citations, language, abstained=abstained, differing=found.differing, dated=found.dated)
        notices = () if abstained else found.notices
        return _Told(text, citations, abstained, "llm" if not_told else "extractive", notices=notices)

    def _verified(self, citations: Sequence[Citation]) -> list[Citation]:
        with self.index.snapshot(self.groups) as snapshot:
            return verified(citations, snapshot.article)

    def can_answer(self, question: str) -> bool:
        """Whether there are sentences to quote; asks no language model. Raises what `stream` raises."""
        asked = checked_query(question)
        found = self._found(asked, _language(asked, ()))
        return bool(found.citations) and not found.abstained

    def article(self, article_id: str) -> Article | None:
        """The article as it is stored now, or None where it is not (or no longer) there."""
        with self.index.snapshot(self.groups) as snapshot:
            return snapshot.find_article(article_id)

    def collection(self) -> Collection:
        with self.index.snapshot(self.groups) as snapshot:
            return snapshot.collection()

    def locate(self, quote: str, likely: Sequence[str] = ()) -> Citation | None:
        """Where the articles say `quote`; see `assistant.keeping.right_passage`."""
        with self.index.snapshot(self.groups) as snapshot:
            return locate(quote, snapshot, likely)

    def facets(self) -> Facets:
        """What searches can be narrowed by."""
        with self.index.snapshot(self.groups) as snapshot:
            return snapshot.facets()

    def library(self) -> Library:
        """The articles as programs read them."""
        return Library(self.index, self.groups)

    def sample_articles(self, count: int) -> list[Article]:
        """At most `count` articles, spread over the collection; the same ones until the collection changes."""
        with self.index.snapshot(self.groups) as snapshot:
            ids = snapshot.article_ids()
            step = max(1, len(ids) // max(1, count))
            return [snapshot.article(article_id) for article_id in ids[::step][:count]]


def _language(asked: str, history: Sequence[Turn]) -> str:
    """The question's language; that of an earlier one where a few words do not show it."""
    for question in (asked, *(turn.question for turn in reversed(history))):
        if (language := detect(question)) != UNKNOWN:
            return language
    return UNKNOWN
