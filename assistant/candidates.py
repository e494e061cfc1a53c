"""The sentences of the passages that a search brought, and what speaks for each of them being the answer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from assistant.kept_vectors import KeptVectors, Part
from assistant.question_types import kind_of, suits
from assistant.word_alignment import QuestionWords, WordVectors
from index.embedders.token_states import TokenStates, span_vectors
from index.sentences import sentences_within
from index.types import Article, Embedder, Hit, Span


class SentenceModel(Embedder, Protocol):
    """An embedder that also gives what it makes of each token of a text."""

    def token_states(self, texts: Sequence[str]) -> list[TokenStates]:
        """For each text those of its tokens."""
        ...


class WordModel(Embedder, WordVectors, Protocol):
    """An embedder by the sum of its words' vectors, whose single words can be compared, too."""


class Reader(Protocol):
    """A cross-encoder: reads a question and a passage together."""

    def logits(self, question: str, passages: Sequence[tuple[str, Sequence[Span]]]) -> list[NDArray[np.float32]]:
        """For each passage, given with the places of its sentences, the logit of each sentence's answering the
        question; shape (sentences,)."""
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
    `reads_as_answer`, the logit of the reader, who sees the question together with the passage; 0 where there is none.

    The sentence that answers often does not name again what it speaks of ("Berlin will send ..." after "Germany
    announced ..."). By the sentence model its context is the passage under its title, in which its words are read; by
    words, the title and the sentence before it.
    """

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
    headed = _headed_passages(found)
    in_context, of_passage = _in_context(asked, headed, model, kept)
    titles = [candidate.article.title for candidate in found]
    question_words = QuestionWords(question, word_model, [*texts, *titles], language)
    coverage = {text: question_words.coverage(text) for text in [*texts, *titles]}
    kind = kind_of(question)
    read = _read(question, headed, reader) if reader else {}
    return [
        Evidence(
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
            reads_as_answer=read.get((candidate.article.id, candidate.span), 0.0),
        )
        for candidate, sentence, context in zip(found, sentences, contexts, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class _HeadedPassage:
    """A passage under its article's title, and the candidates that lie in it."""

    text: str
    held: Sequence[Candidate]

    @property
    def spans(self) -> list[Span]:
        return [candidate.headed_span for candidate in self.held]

    @property
    def parts(self) -> list[Span]:
        """The whole, then its candidates."""
        return [Span(0, len(self.text)), *self.spans]

    @property
    def key(self) -> Part:
        return self.held[0].article.id, self.text, tuple((span.start, span.end) for span in self.spans)


def _headed_passages(found: Sequence[Candidate]) -> list[_HeadedPassage]:
    members: dict[str, list[Candidate]] = {}
    for candidate in found:
        members.setdefault(candidate.headed_passage, []).append(candidate)
    return [_HeadedPassage(text, held) for text, held in members.items()]


def _in_context(
    asked: NDArray[np.float32], passages: Sequence[_HeadedPassage], model: SentenceModel, kept: KeptVectors
) -> tuple[dict[tuple[str, Span], float], dict[str, float]]:
    """The question's cosines to each candidate as it is meant in its passage, by article and place, and to each
    headed passage."""

    def make(places: list[int]) -> list[NDArray[np.float32]]:
        states = model.token_states([passages[place].text for place in places])
        return [span_vectors(own, passages[place].parts) for place, own in zip(places, states, strict=True)]

    in_context: dict[tuple[str, Span], float] = {}
    of_passage: dict[str, float] = {}
    for passage, vectors in zip(passages, kept.vectors([one.key for one in passages], make), strict=True):
        of_passage[passage.text], *cosines = map(float, vectors @ asked)
        in_context.update(
            ((one.article.id, one.span), cosine) for one, cosine in zip(passage.held, cosines, strict=True)
        )
    return in_context, of_passage


def _read(question: str, passages: Sequence[_HeadedPassage], reader: Reader) -> dict[tuple[str, Span], float]:
    """The reader's logit of each candidate, by article and place."""
    logits = reader.logits(question, [(passage.text, passage.spans) for passage in passages])
    return {
        (one.article.id, one.span): float(logit)
        for passage, found in zip(passages, logits, strict=True)
        for one, logit in zip(passage.held, found, strict=True)
    }


def _is_heading(candidate: Candidate) -> bool:
    return candidate.span.start == 0 or not candidate.text.rstrip("»”\"')] \u00a0\u202f").endswith((".", "!", "?", "…"))
