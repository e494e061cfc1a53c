"""Where, among the hits of a search, the first one stands that holds what a question's gold says."""

from collections.abc import Sequence

from eval.question_sets import Question
from index.snapshot import Snapshot
from index.types import Hit


def first_right(question: Question, hits: Sequence[Hit], snapshot: Snapshot) -> int:
    """The rank, from 1, of the first hit that holds a gold sentence; 0 when none does."""
    for rank, hit in enumerate(hits, start=1):
        for gold in question.gold:
            article = snapshot.find_article(gold.article)
            span = article and gold.span(article.text)
            passage = hit.passage
            if span and passage.article == gold.article and passage.start <= span.start and span.end <= passage.end:
                return rank
    return 0
