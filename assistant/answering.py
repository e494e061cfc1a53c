"""A question becomes an answer: search, choose sentences, cite them, put them in a frame."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.calibration import Calibration
from assistant.candidates import WordModel, candidates, weigh
from assistant.citations import cite, verified
from assistant.extractive import Selection, part_to_quote, select
from assistant.prompts import load_frames
from assistant.types import Answer, Citation, PassageReference, Turn
from assistant.word_alignment import QuestionWords
from index.language import detect
from index.local_index import LocalIndex
from index.snapshot import Collection, Snapshot, checked_query
from index.types import Article, Embedder

PASSAGES = 10
"""How many passages are searched for sentences that answer."""


@dataclass(frozen=True, slots=True)
class Assistant:
    """Answers from one index.

    `model` and `word_model` hold sentences and words against a question; they are those that `calibration` was learned
    with, whichever embedder the index has. An assistant holds nothing of any conversation, and may be used by
    several threads at once.
    """

    index: LocalIndex
    model: Embedder
    word_model: WordModel
    calibration: Calibration

    def ask(self, question: str, history: Sequence[Turn] = ()) -> Answer:
        """Raises QueryRefused for a question that is empty or too long, and the errors of the index."""
        del history  # follow-ups are not yet searched for with what they refer to
        started = time.perf_counter()
        searched_for = checked_query(question)
        language = detect(searched_for)
        with self.index.snapshot() as snapshot:
            hits = snapshot.search(searched_for, PASSAGES, language)
            retrieved = time.perf_counter()
            found = candidates(hits, snapshot.article)
            selection = select(
                found, weigh(searched_for, found, self.model, self.word_model, language), self.calibration
            )
            citations = self._citations(searched_for, selection, snapshot)
            generation = snapshot.generation
        abstained = selection.abstained or not citations
        text = _frame(citations, language, abstained=abstained)
        finished = time.perf_counter()
        return Answer(
            question=question,
            searched_for=searched_for,
            language=language,
            text=text,
            abstained=abstained,
            citations=tuple(citations),
            passages=tuple(
                PassageReference(hit.passage.article, hit.passage.start, hit.passage.end, hit.score) for hit in hits
            ),
            mode="extractive",
            index_generation=generation,
            timings_ms={
                "retrieve": 1000 * (retrieved - started),
                "answer": 1000 * (finished - retrieved),
                "total": 1000 * (finished - started),
            },
        )

    def _citations(self, question: str, selection: Selection, snapshot: Snapshot) -> list[Citation]:
        def worth(part: str) -> float:
            return QuestionWords(question, self.word_model, [part]).coverage(part).mean

        made = [
            cite(number, quote.article, part_to_quote(quote.article.text, quote.span, worth))
            for number, quote in enumerate(selection.quotes, start=1)
        ]
        return verified(made, snapshot.article)

    def article(self, article_id: str) -> Article | None:
        """The article as it is stored now, or None where it is not (or no longer) there."""
        with self.index.snapshot() as snapshot:
            return snapshot.find_article(article_id)

    def collection(self) -> Collection:
        with self.index.snapshot() as snapshot:
            return snapshot.collection()

    def sample_articles(self, count: int) -> list[Article]:
        """At most `count` articles, spread over the collection; the same ones until the collection changes."""
        with self.index.snapshot() as snapshot:
            ids = snapshot.article_ids()
            step = max(1, len(ids) // max(1, count))
            return [snapshot.article(article_id) for article_id in ids[::step][:count]]


def _frame(citations: Sequence[Citation], language: str, *, abstained: bool) -> str:
    frames = load_frames(language)
    quotes = [frames.render("quote", quote=_one_line(cited.quote), number=cited.number) for cited in citations]
    if abstained:
        opening = [frames.render("not_told"), *([frames.render("nearest")] if quotes else [])]
    else:
        opening = [frames.render("answer_one" if len(citations) == 1 else "answer_several")]
    return "\n\n".join([*opening, *quotes])


def _one_line(quote: str) -> str:
    return " ".join(quote.split())
