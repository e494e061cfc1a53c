"""Whether the quotes of an answer hold what answers, and how much else they hold."""

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.types import Citation
from eval.gold import FoundGold
from eval.metrics.spans import length, merged, shared
from index.types import Span


@dataclass(frozen=True, slots=True)
class Coverage:
    """Of an answer's quotes: `held` is the largest share of one gold span's characters that they hold, `right` whether
    that is at least half, `surplus` the share of the quoted characters that no gold span holds (0 without quotes).
    A region, in which the answer stands somewhere, need not be held but met: its share is of the shorter of the
    two."""

    held: float
    right: bool
    surplus: float


def coverage(citations: Sequence[Citation], gold: Sequence[FoundGold]) -> Coverage | None:
    """None where the turn has no gold span narrower than an article."""
    narrow = [(one, one.span) for one in gold if one.span is not None]
    if not narrow:
        return None
    articles = {citation.article for citation in citations}
    quoted = {
        article: merged(Span(one.start, one.end) for one in citations if one.article == article) for article in articles
    }
    total = sum(map(length, quoted.values()))
    held = max(_held(quoted.get(one.article, []), span, one.region) for one, span in narrow)
    told = sum(
        shared(spans, merged(span for one, span in narrow if one.article == article))
        for article, spans in quoted.items()
    )
    return Coverage(held, held >= 0.5, 1 - told / total if total else 0.0)


def _held(quoted: Sequence[Span], gold: Span, region: bool) -> float:
    size = gold.end - gold.start
    if region:
        size = min([size, *(span.end - span.start for span in quoted)])
    return min(1.0, shared(quoted, [gold]) / size) if size > 0 else 0.0
