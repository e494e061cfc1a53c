"""Citations that cannot be wrong: a quote is read from the stored article, and read again before it is shown."""

from collections.abc import Callable, Iterable

from assistant.types import Citation
from index.errors import ArticleUnknown
from index.types import Article, Span


def cite(number: int, article: Article, span: Span) -> Citation:
    """The citation of `article.text[start:end]`."""
    return Citation(
        number=number,
        article=article.id,
        title=article.title,
        date=article.date,
        url=article.url,
        start=span.start,
        end=span.end,
        quote=article.text[span.start : span.end],
        language=article.language,
    )


def verified(citations: Iterable[Citation], read: Callable[[str], Article]) -> list[Citation]:
    """Those of the citations whose quote stands in the article as it is stored now, at just that place.

    `read` gives an article by its id, or raises ArticleUnknown.
    """
    kept = []
    for citation in citations:
        try:
            text = read(citation.article).text
        except ArticleUnknown:
            continue
        if citation.quote and text[citation.start : citation.end] == citation.quote:
            kept.append(citation)
    return kept
