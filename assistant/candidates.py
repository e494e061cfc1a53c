"""The sentences of the passages that a search brought, and what speaks for each of them being the answer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from assistant.question_types import kind_of, suits
from assistant.word_alignment import QuestionWords, WordVectors
from index.sentences import sentences_within
from index.types import Article, Embedder, Hit, Span


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

    The context is the sentence with the title and the sentence before it: the sentence that answers often does not
    name again what it speaks of ("Berlin will send ..." after "Germany announced ...").
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


def weigh(question: str, found: Sequence[Candidate], model: Embedder, word_vectors: WordVectors) -> list[Evidence]:
    """The evidence for each of the candidates, in their order: sentences by the model, words by their vectors."""
    if not found:
        return []
    sentences = [candidate.text for candidate in found]
    contexts = [" ".join((candidate.article.title, candidate.before, candidate.text)) for candidate in found]
    passages = [candidate.passage for candidate in found]
    titles = [candidate.article.title for candidate in found]
    texts = list(dict.fromkeys([*sentences, *contexts, *passages, *titles]))
    similarities = model.embed_passages(texts) @ model.embed_queries([question])[0]
    cosine = dict(zip(texts, map(float, similarities), strict=True))
    question_words = QuestionWords(question, word_vectors, texts)
    coverage = {text: question_words.coverage(text) for text in texts}
    kind = kind_of(question)
    return [
        Evidence(
            sentence_cosine=cosine[sentence],
            context_cosine=cosine[context],
            passage_cosine=cosine[candidate.passage],
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


def _is_heading(candidate: Candidate) -> bool:
    return candidate.span.start == 0 or not candidate.text.rstrip("»”\"')] \u00a0\u202f").endswith((".", "!", "?", "…"))
