"""The sentences of the passages that a search brought, and what speaks for each of them being the answer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from assistant.kept_vectors import KeptVectors, Part
from assistant.question_types import kind_of, suits
from assistant.word_alignment import QuestionWords, WordVectors
from index.sentences import sentences_within
from index.types import Article, Embedder, Hit, Span


class SentenceModel(Embedder, Protocol):
    """An embedder that also gives the vectors of sentences as they are meant in their passage."""

    def embed_spans(self, texts: Sequence[str], spans: Sequence[Sequence[Span]]) -> list[NDArray[np.float32]]:
        """For each text the vectors of its spans, of shape (len(spans), d) and length 1 or 0."""
        ...


class WordModel(Embedder, WordVectors, Protocol):
    """An embedder by the sum of its words' vectors, whose single words can be compared, too."""


class Reader(Protocol):
    """A cross-encoder: reads a question and a sentence together."""

    def scores(self, question: str, sentences: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        """For each sentence, given with the one before it or with an empty text, the logit of its answering the
        question; shape (len(sentences),)."""
        ...


@dataclass(frozen=True, slots=True)
class Candidate:
    """One sentence of one article. `before` is the sentence before it in the same passage, or empty; `passage` is the
    best passage that holds it, `passage_start` its position in the article and `rank` its rank, from 1."""

    article: Article
    span: Span
    text: str
    before: str
    passage: str
    passage_start: int
    rank: int

    @property
    def headed_passage(self) -> str:
        """The passage under its article's title."""
        return f"{self.article.title}\n{self.passage}"

    @property
    def headed_span(self) -> Span:
        """The sentence's place in `headed_passage`."""
        moved = len(self.article.title) + 1 - self.passage_start
        return Span(self.span.start + moved, self.span.end + moved)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for a candidate. Cosines are from -1 to 1, the others from 0 to 1 but for `suits_question` and for
    `reads_as_answer`, the logit of whoever reads question and sentence together, 0 where nobody does.

    The sentence that answers often does not name again what it speaks of ("Berlin will send ..." after "Germany
    announced ..."). By the sentence model its context is the passage under its title, in which its words are read; by
    words, the title and the sentence before it.
    """

    sentence_cosine: float
    context_cosine: float
    passage_cosine: float
    sentence_coverage: float
    context_coverage: float
    passage_coverage: float
    title_coverage: float
    weakest_word: float
    suits_question: float
    rank: float
    length: float
    heading: float
    reads_as_answer: float = 0.0

    def values(self) -> NDArray[np.float64]:
        """Shape (number of fields,), in the order of the fields."""
        return np.array([getattr(self, field.name) for field in fields(self)])


EVIDENCE_NAMES = tuple(field.name for field in fields(Evidence))
_FULL_LENGTH = 8
"""Words from which on a sentence is not short."""


def candidates(hits: Sequence[Hit], read: Callable[[str], Article]) -> list[Candidate]:
    """Every sentence of the passages once, in the order of the passages. `read` gives an article by its id."""
    articles: dict[str, Article] = {}
    found: dict[tuple[str, Span], Candidate] = {}
    for rank, hit in enumerate(hits, start=1):
        passage = hit.passage
        article = articles.get(passage.article) or articles.setdefault(passage.article, read(passage.article))
        before = ""
        for span in sentences_within(article.text, Span(passage.start, passage.end)):
            text = article.text[span.start : span.end]
            found.setdefault(
                (article.id, span), Candidate(article, span, text, before, passage.text, passage.start, rank)
            )
            before = text
    return list(found.values())


def weigh(
    question: str,
    found: Sequence[Candidate],
    model: SentenceModel,
    word_model: WordModel,
    language: str = "und",
    reader: Reader | None = None,
    kept: KeptVectors | None = None,
) -> list[Evidence]:
    """The evidence for each of the candidates, in their order; `language` is the question's. `kept` are vectors of
    earlier questions by the same `model`."""
    if not found:
        return []
    kept = kept or KeptVectors(0)
    sentences = [candidate.text for candidate in found]
    contexts = [" ".join((candidate.article.title, candidate.before, candidate.text)) for candidate in found]
    passages = [candidate.passage for candidate in found]
    texts = list(dict.fromkeys([*sentences, *contexts, *passages]))
    asked = model.embed_queries([question])[0]
    alone = dict(zip(sentences, map(float, _alone(found, model, kept) @ asked), strict=True))
    in_context, of_passage = _in_context(asked, found, model, kept)
    titles = [candidate.article.title for candidate in found]
    question_words = QuestionWords(question, word_model, [*texts, *titles], language)
    coverage = {text: question_words.coverage(text) for text in [*texts, *titles]}
    kind = kind_of(question)
    read = reader.scores(question, [(one.text, one.before) for one in found]) if reader else np.zeros(len(found))
    return [
        Evidence(
            sentence_cosine=alone[sentence],
            context_cosine=in_context[candidate.article.id, candidate.span],
            passage_cosine=of_passage[candidate.headed_passage],
            sentence_coverage=coverage[sentence].mean,
            context_coverage=coverage[context].mean,
            passage_coverage=coverage[candidate.passage].mean,
            title_coverage=coverage[candidate.article.title].mean,
            weakest_word=coverage[context].weakest,
            suits_question=suits(kind, question, sentence),
            rank=1.0 / candidate.rank,
            length=min(1.0, len(sentence.split()) / _FULL_LENGTH),
            heading=float(_is_heading(candidate)),
            reads_as_answer=float(logit),
        )
        for candidate, sentence, context, logit in zip(found, sentences, contexts, read, strict=True)
    ]


def _alone(found: Sequence[Candidate], model: SentenceModel, kept: KeptVectors) -> NDArray[np.float32]:
    """The vectors of the candidates by themselves, shape (len(found), d)."""
    parts: list[Part] = [(candidate.article.id, candidate.text, "alone") for candidate in found]
    return np.array(kept.vectors(parts, lambda places: list(model.embed_passages([parts[at][1] for at in places]))))


def _in_context(
    asked: NDArray[np.float32], found: Sequence[Candidate], model: SentenceModel, kept: KeptVectors
) -> tuple[dict[tuple[str, Span], float], dict[str, float]]:
    """The question's cosines to each candidate as it is meant in its passage, by article and place, and to each
    headed passage."""
    members: dict[str, list[Candidate]] = {}
    for candidate in found:
        members.setdefault(candidate.headed_passage, []).append(candidate)
    spans = [[Span(0, len(text)), *(one.headed_span for one in held)] for text, held in members.items()]
    texts = list(members)
    parts: list[Part] = [
        (held[0].article.id, text, tuple((span.start, span.end) for span in own))
        for (text, held), own in zip(members.items(), spans, strict=True)
    ]
    found_vectors = kept.vectors(
        parts, lambda places: model.embed_spans([texts[at] for at in places], [spans[at] for at in places])
    )
    in_context: dict[tuple[str, Span], float] = {}
    of_passage: dict[str, float] = {}
    for (text, held), vectors in zip(members.items(), found_vectors, strict=True):
        of_passage[text], *cosines = map(float, vectors @ asked)
        in_context.update(((one.article.id, one.span), cosine) for one, cosine in zip(held, cosines, strict=True))
    return in_context, of_passage


def _is_heading(candidate: Candidate) -> bool:
    return candidate.span.start == 0 or not candidate.text.rstrip("»”\"')] \u00a0\u202f").endswith((".", "!", "?", "…"))
