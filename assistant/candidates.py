"""The sentences of the passages that a search brought, and what speaks for each of them being the answer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from assistant.question_types import kind_of, suits
from assistant.word_alignment import QuestionWords, WordVectors
from index.sentences import sentences_within
from index.types import Article, Embedder, Hit, Span


class WordModel(Embedder, WordVectors, Protocol):
    """An embedder by the sum of its words' vectors, whose single words can be compared, too."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One sentence of one article. `before` is the sentence before it in the same passage, or empty; `rank` is the
    rank of the best passage that holds it, from 1."""

    article: Article
    span: Span
    text: str
    before: str
    passage: str
    rank: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for a candidate. Cosines are from -1 to 1, the others from 0 to 1 but for `suits_question`.

    Cosines are taken twice: by the sentence model, and by the sum of the words' vectors, which misses the sense of
    the whole but knows more names and rare words across languages.

    The context is the sentence with the title and the sentence before it: the sentence that answers often does not
    name again what it speaks of ("Berlin will send ..." after "Germany announced ...").
    """

    sentence_cosine: float
    context_cosine: float
    passage_cosine: float
    sentence_words_cosine: float
    context_words_cosine: float
    passage_words_cosine: float
    sentence_coverage: float
    context_coverage: float
    passage_coverage: float
    title_coverage: float
    weakest_word: float
    suits_question: float
    rank: float
    length: float
    heading: float

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
            found.setdefault((article.id, span), Candidate(article, span, text, before, passage.text, rank))
            before = text
    return list(found.values())


def weigh(
    question: str, found: Sequence[Candidate], model: Embedder, word_model: WordModel, language: str = "und"
) -> list[Evidence]:
    """The evidence for each of the candidates, in their order; `language` is the question's."""
    if not found:
        return []
    sentences = [candidate.text for candidate in found]
    contexts = [" ".join((candidate.article.title, candidate.before, candidate.text)) for candidate in found]
    passages = [candidate.passage for candidate in found]
    texts = list(dict.fromkeys([*sentences, *contexts, *passages]))
    cosine = _cosines(question, texts, model)
    alike = model.fingerprint == word_model.fingerprint
    words_cosine = cosine if alike else _cosines(question, texts, word_model)
    titles = [candidate.article.title for candidate in found]
    question_words = QuestionWords(question, word_model, [*texts, *titles], language)
    coverage = {text: question_words.coverage(text) for text in [*texts, *titles]}
    kind = kind_of(question)
    return [
        Evidence(
            sentence_cosine=cosine[sentence],
            context_cosine=cosine[context],
            passage_cosine=cosine[candidate.passage],
            sentence_words_cosine=words_cosine[sentence],
            context_words_cosine=words_cosine[context],
            passage_words_cosine=words_cosine[candidate.passage],
            sentence_coverage=coverage[sentence].mean,
            context_coverage=coverage[context].mean,
            passage_coverage=coverage[candidate.passage].mean,
            title_coverage=coverage[candidate.article.title].mean,
            weakest_word=coverage[context].weakest,
            suits_question=suits(kind, question, sentence),
            rank=1.0 / candidate.rank,
            length=min(1.0, len(sentence.split()) / _FULL_LENGTH),
            heading=float(_is_heading(candidate)),
        )
        for candidate, sentence, context in zip(found, sentences, contexts, strict=True)
    ]


def _cosines(question: str, texts: Sequence[str], model: Embedder) -> dict[str, float]:
    similarities = model.embed_passages(texts) @ model.embed_queries([question])[0]
    return dict(zip(texts, map(float, similarities), strict=True))


def _is_heading(candidate: Candidate) -> bool:
    return candidate.span.start == 0 or not candidate.text.rstrip("»”\"')] \u00a0\u202f").endswith((".", "!", "?", "…"))
