"""A question set of the written passages that no training of a bundled model saw: articles, and what is asked of them.

They are the project's own (`index/training/reading/passages`), two fifths of the questions near misses.
"""

import random
from itertools import accumulate

from eval.question_sets import Gold, Question
from index.training.lessons import garbled
from index.training.reading.written import WrittenPassage, named, read_passages
from index.types import Article, Span

_GARBLED = 0.35
"""Share of the French articles that read like a bad translation, as the user's does."""


def written_set(limit: int | None = None) -> tuple[list[Question], list[Article]]:
    """The questions of at most `limit` passages, and the passages as articles; the same ones every time."""
    held = [passage for passage in read_passages() if passage.is_held_out][:limit]
    questions: list[Question] = []
    articles: list[Article] = []
    for number, passage in enumerate(held):
        asked, article = _of_one(f"written-{number:03}", passage)
        questions += asked
        articles.append(article)
    return questions, articles


def _of_one(name: str, passage: WrittenPassage) -> tuple[list[Question], Article]:
    generator = random.Random(name)
    told = named(passage, generator)
    sentences = list(told.sentences)
    if told.language == "fr" and generator.random() < _GARBLED:
        sentences = [garbled(sentence, generator) for sentence in sentences]
    ends = list(accumulate(len(sentence) + 1 for sentence in sentences))
    spans = [Span(end - 1 - len(sentence), end - 1) for sentence, end in zip(sentences, ends, strict=True)]
    questions = [
        Question(
            id=f"{name}-{place:02}",
            question=question.text,
            language=question.language,
            answerable=bool(question.answers),
            gold=tuple(Gold(name, start=spans[at].start, end=spans[at].end) for at in question.answers),
            answers=(),
            kind="other" if question.answers else "near-miss",
            split="dev",
        )
        for place, question in enumerate(told.questions)
    ]
    return questions, Article(id=name, title=told.title, text=" ".join(sentences), language=told.language)
