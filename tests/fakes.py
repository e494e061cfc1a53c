"""Small real implementations of the protocols, for tests."""

import re
import threading
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from copy import copy

import numpy as np
from numpy.typing import NDArray

from assistant.citations import cite as cite_place
from assistant.filters import EVERYTHING, Filters
from assistant.keeping.right_passage import find_quote
from assistant.library import Library
from assistant.types import (
    Answer,
    Citation,
    Event,
    Finished,
    LanguageModel,
    Message,
    PassageReference,
    Searching,
    TextDelta,
    Turn,
)
from assistant.web.engine import Collection
from index import access
from index.facets import Facets, source_of
from index.types import Article, Progress, Span


def cite(article: Article, quote: str, number: int = 1) -> Citation:
    """A citation of the first place where `article` says `quote`."""
    start = article.text.index(quote)
    return cite_place(number, article, Span(start, start + len(quote)))


def answer_of(
    question: str,
    text: str,
    citations: Sequence[Citation] = (),
    *,
    language: str = "en",
    abstained: bool = False,
    searched_for: str | None = None,
) -> Answer:
    return Answer(
        question=question,
        searched_for=question if searched_for is None else searched_for,
        language=language,
        text=text,
        abstained=abstained,
        citations=tuple(citations),
        passages=tuple(PassageReference(each.article, each.start, each.end, 1.0) for each in citations),
        mode="extractive",
        index_generation=1,
        timings_ms={"retrieve": 1.0, "answer": 1.0, "total": 2.0},
    )


class WordEngine:
    """Answers with the sentences that share most words with the question; prepared answers go first.

    It writes `pieces` first. While `gate` is cleared, it then waits, unless it is stopped; `error` is raised instead of
    answering. `asked` records what was asked, with the history, `searched` what was searched for, `filtered` what it
    was narrowed to, `stops` the events that stop each question, and `tried` what `can_answer` was asked.
    """

    def __init__(self, articles: Sequence[Article], prepared: Mapping[str, Answer] | None = None) -> None:
        self.articles = {article.id: article for article in articles}
        self.prepared = dict(prepared or {})
        self.generation = 1
        self.error: Exception | None = None
        self.gate = threading.Event()
        self.gate.set()
        self.pieces: Sequence[str] = ()
        self.asked: list[tuple[str, tuple[Turn, ...]]] = []
        self.searched: list[str] = []
        self.filtered: list[Filters] = []
        self.stops: list[threading.Event] = []
        self.tried: list[str] = []
        self.language_model: LanguageModel | None = None

    def seen_by(self, groups: frozenset[str] | None) -> "WordEngine":
        """Another engine over the visible articles, which shares everything else, what it records, too."""
        if groups is None:
            return self
        seen = copy(self)
        seen.articles = {name: each for name, each in self.articles.items() if access.may_see(groups, each.groups)}
        return seen

    def stream(
        self,
        question: str,
        history: Sequence[Turn] = (),
        stop: threading.Event | None = None,
        search_for: str | None = None,
        filters: Filters = EVERYTHING,
    ) -> Iterator[Event]:
        stop = stop or threading.Event()
        prepared = None if search_for or filters else self.prepared.get(question)
        query = search_for or (prepared.searched_for if prepared else question)
        self.asked.append((question, tuple(history)))
        self.searched.append(query)
        self.filtered.append(filters)
        self.stops.append(stop)
        yield Searching(query)
        for piece in self.pieces:
            yield TextDelta(piece)
        for _ in range(3_000):
            if self.gate.wait(0.01) or stop.is_set():
                break
        else:
            raise AssertionError("the test never opened the gate")
        if self.error is not None:
            raise self.error
        yield Finished(prepared or self._answer(question, query, filters))

    def can_answer(self, question: str) -> bool:
        self.tried.append(question)
        return not self._answer(question, question).abstained

    def _answer(self, question: str, query: str, filters: Filters = EVERYTHING) -> Answer:
        words = set(_words(query))
        scored = []
        for article in self.articles.values():
            if not filters.let_through(article):
                continue
            for match in re.finditer(r"[^\s.][^.\n]*\.?", article.text):
                shared = len(words & set(_words(match.group())))
                scored.append((-shared, article.id, match.start(), match.group().strip()))
        best = sorted(scored)[:2]
        citations = [
            cite(self.articles[article], quote, number) for number, (_, article, _, quote) in enumerate(best, 1)
        ]
        if not best or best[0][0] == 0:
            return answer_of(question, "The articles do not tell.", citations, abstained=True, searched_for=query)
        text = " ".join(f"{citation.quote} [{citation.number}]" for citation in citations)
        return answer_of(question, text, citations, searched_for=query)

    def article(self, article_id: str) -> Article | None:
        return self.articles.get(article_id)

    def collection(self) -> Collection:
        if self.error is not None:
            raise self.error
        languages = Counter(article.language for article in self.articles.values())
        return Collection(len(self.articles), 3 * len(self.articles), dict(languages), self.generation)

    def locate(self, quote: str, likely: Sequence[str] = ()) -> Citation | None:
        del likely
        found = find_quote(quote, self.articles.values())
        return None if found is None else cite(found[0], found[0].text[slice(*found[1])], 0)

    def facets(self) -> Facets:
        articles = self.articles.values()
        dates = sorted(article.date for article in articles if article.date)
        languages = Counter(article.language for article in articles)
        sources = Counter(source for article in articles if (source := source_of(article.id, article.url)))
        return Facets(
            dict(languages.most_common()),
            dict(sources.most_common()),
            dates[0] if dates else None,
            dates[-1] if dates else None,
        )

    def library(self) -> Library:
        raise AssertionError("the articles of a test are in no index")

    def sample_articles(self, count: int) -> list[Article]:
        return list(self.articles.values())[:count]


def _words(text: str) -> list[str]:
    return [word.casefold() for word in re.findall(r"\w{3,}", text)]


class WordEmbedder:
    """An embedder without weights: each word of a text has its place in the vector, so that texts that share words are
    near each other. `texts` records what was embedded as passages."""

    def __init__(self, dimension: int = 64, name: str = "words") -> None:
        self.name = name
        self.dimension = dimension
        self.texts: list[str] = []

    @property
    def fingerprint(self) -> str:
        return f"{self.name}:{self.dimension}"

    def embed_passages(self, texts: Sequence[str], progress: Progress | None = None) -> NDArray[np.float32]:
        self.texts += texts
        if progress is not None:
            progress(len(texts), len(texts))
        return self.embed_queries(texts)

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in re.findall(r"\w+", text.casefold()):
                vectors[row, zlib.crc32(word.encode("utf-8", "replace")) % self.dimension] += 1
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        normalised: NDArray[np.float32] = vectors / np.maximum(lengths, 1e-12)
        return normalised


class ScriptedLanguageModel:
    """Writes prepared pieces: one script for each request, the last one again and again.

    A script that holds an exception raises it at that place; one that holds `HANGS` writes nothing more until it is
    stopped, and ends then. `asked` records the messages.
    """

    HANGS = object()

    def __init__(self, *scripts: Sequence[object], context_tokens: int = 8192, answer_tokens: int = 600) -> None:
        self._scripts = scripts
        self._context_tokens = context_tokens
        self.answer_tokens = answer_tokens
        self.asked: list[tuple[Message, ...]] = []
        self.hanging = threading.Event()

    def context_tokens(self, stop: threading.Event | None = None) -> int:
        del stop
        return self._context_tokens

    def stream(self, messages: Sequence[Message], stop: threading.Event | None = None) -> Iterator[str]:
        script = self._scripts[min(len(self.asked), len(self._scripts) - 1)]
        self.asked.append(tuple(messages))
        for piece in script:
            if stop is not None and stop.is_set():
                return
            if isinstance(piece, Exception):
                raise piece
            if piece is self.HANGS:
                self.hanging.set()
                assert stop is not None, "nobody could stop this"
                assert stop.wait(30), "nobody stopped this"
                return
            yield str(piece)
