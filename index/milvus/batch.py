"""What one change of an index in Milvus brings, put together before anything of it is written."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from index import access, visible_state
from index.analysis import passage_terms
from index.facets import source_of
from index.milvus import words
from index.milvus.articles import Head, rows_of
from index.milvus.layout import LONGEST_TERMS, date_number, term_number
from index.milvus.server import Row
from index.milvus.states import Section
from index.store import STORED_VECTOR
from index.types import Article, Span


def term_numbers(text: str, language: str) -> list[int]:
    """The terms of a passage as numbers, one for each of its words, in order."""
    return [term_number(term) for term in passage_terms(text, language)][:LONGEST_TERMS]


@dataclass(slots=True)
class Batch:
    """Collects rows, and the sections and counts that change; `generation` is the one that the change will be."""

    generation: int
    sections: dict[int, Section]
    next_version: int
    next_passage: int
    article_rows: list[Row] = field(default_factory=list)
    passage_rows: list[Row] = field(default_factory=list)
    counts: words.Counts = field(default_factory=words.Counts)
    changed_sections: set[int] = field(default_factory=set)
    undated_sections: set[int] = field(default_factory=set)
    gone: list[int] = field(default_factory=list)
    articles: int = 0
    passages: int = 0
    written: int = 0

    def add(self, article: Article, spans: Sequence[Span], vectors: NDArray[np.float32]) -> None:
        """A new version of an article."""
        version, self.next_version = self.next_version, self.next_version + 1
        section = self._section_of(article)
        terms = self.add_passages(article, version, section, spans, vectors)
        self.article_rows += rows_of(article, version, self.generation, section, len(spans), terms)
        self.change_section(section, article, visible_state.shown(article), len(spans), terms, 1)

    def add_passages(
        self, article: Article, version: int, section: int, spans: Sequence[Span], vectors: NDArray[np.float32]
    ) -> int:
        """Only its passages and their words; returns how many terms they have."""
        terms = 0
        stored = vectors.astype(STORED_VECTOR).astype(np.float32).tolist()
        for span, vector in zip(spans, stored, strict=True):
            text = article.text[span.start : span.end]
            numbers = term_numbers(text, article.language)
            self.passage_rows.append(
                {
                    "key": self.next_passage,
                    "version": version,
                    "born": self.generation,
                    "section": section,
                    "language": article.language,
                    "date": date_number(article.date),
                    "article": article.id,
                    "first": span.start,
                    "last": span.end,
                    "text": text,
                    "terms": numbers,
                    "vector": vector,
                    "words": words.weights(numbers),
                }
            )
            self.next_passage += 1
            self.counts.update(words.counts_of([(self.sections[section].names, numbers)]))
            terms += len(numbers)
        return terms

    def remove(self, head: Head, shown: int, terms_of_passages: Iterable[Sequence[int]]) -> None:
        """A version that goes, with its number by `index.visible_state` and the terms of each of its passages."""
        self.gone.append(head.version)
        names = self.sections[head.section].names
        self.counts.update(words.counts_of(((names, terms) for terms in terms_of_passages), -1))
        section = self.sections[head.section]
        self.change_section(head.section, head.article, shown, head.passages, head.terms, -1)
        if head.article.date in (section.earliest, section.latest):
            self.undated_sections.add(head.section)

    def change_section(self, number: int, article: Article, shown: int, passages: int, terms: int, sign: int) -> None:
        changed = self.sections[number].changed(article, shown, passages, terms, sign)
        self.sections[number] = changed
        self.changed_sections.add(number)
        self.articles += sign
        self.passages += sign * passages
        self.written += passages

    def _section_of(self, article: Article) -> int:
        names, source = tuple(access.names_of(article.groups)), source_of(article.id, article.url)
        for section in self.sections.values():
            if (section.names, section.source) == (names, source):
                return section.number
        number = max(self.sections, default=0) + 1
        self.sections[number] = Section(number, names, source)
        return number
