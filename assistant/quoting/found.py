"""What is found for a question, with its quotes as citations that stand in the articles."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from assistant.citations import cite, verified
from assistant.extractive import Selection, part_to_quote
from assistant.language_models.generation import Source
from assistant.quoting.finding import Weighing, find
from assistant.quoting.own_words import bearing_on
from assistant.types import Citation
from assistant.word_alignment import QuestionWords
from index.conditions import Condition
from index.protocols import IndexSnapshot
from index.types import Article, Hit


@dataclass(frozen=True, slots=True)
class Found:
    """What one snapshot of the index has for a question: passages and the sentences that would be quoted. `differing`
    are the numbers of citations that contradict each other; the quotes are given with their dates when `dated`, and
    with `notices`, which are names of frames."""

    hits: tuple[Hit, ...]
    articles: Mapping[str, Article]
    citations: tuple[Citation, ...]
    abstained: bool
    confidence: float
    generation: int
    differing: frozenset[int]
    dated: bool
    notices: tuple[str, ...]

    def sources(self) -> list[Source]:
        """The passages as a language model is shown them."""
        articles = [self.articles[hit.passage.article] for hit in self.hits]
        return [
            Source(hit.passage, article.title, article.date) for hit, article in zip(self.hits, articles, strict=True)
        ]


def look_up(
    question: str,
    language: str,
    snapshot: IndexSnapshot,
    weighing: Weighing,
    count: int,
    allowed: Condition | None,
    own: str | None = None,
) -> Found:
    """What `find` finds, cited. `own` are the words of the question that the user typed, where others were added; no
    passage answers that has nothing to do with them, but one of a time that they ask for. Raises what
    `Snapshot.search` raises."""
    finding = find(question, language, snapshot, weighing, count, allowed)
    if own is not None and not finding.dated:
        finding = replace(finding, selection=bearing_on(own, finding.selection, language, weighing))
    articles = {candidate.article.id: candidate.article for candidate in finding.candidates}
    articles |= {
        hit.passage.article: snapshot.article(hit.passage.article)
        for hit in finding.hits
        if hit.passage.article not in articles
    }
    return Found(
        finding.hits,
        articles,
        tuple(_citations(question, finding.selection, snapshot, weighing)),
        finding.selection.abstained,
        finding.selection.confidence,
        snapshot.generation,
        frozenset(place + 1 for place in finding.selection.differing),
        finding.dated,
        finding.notices,
    )


def _citations(question: str, selection: Selection, snapshot: IndexSnapshot, weighing: Weighing) -> list[Citation]:
    def worth(part: str) -> float:
        return QuestionWords(question, weighing.word_model, [part]).coverage(part).mean

    made = [
        cite(number, quote.article, part_to_quote(quote.article.text, quote.span, worth))
        for number, quote in enumerate(selection.quotes, start=1)
    ]
    return verified(made, snapshot.article)
