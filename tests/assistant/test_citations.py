"""A citation that does not stand in the stored article at its place is never kept."""

from dataclasses import replace

from assistant.citations import cite, verified
from index.errors import ArticleUnknown
from index.types import Article, Span

ARTICLE = Article(id="a.txt", title="Harbour", text="The harbour opens. It is deep.", language="en", date="2024-05-01")


def read(article_id: str) -> Article:
    if article_id != ARTICLE.id:
        raise ArticleUnknown(article_id)
    return ARTICLE


def test_a_citation_quotes_its_place() -> None:
    citation = cite(1, ARTICLE, Span(19, 30))
    assert (citation.number, citation.quote) == (1, "It is deep.")
    assert (citation.start, citation.end) == (19, 30)
    assert (citation.title, citation.date, citation.language) == ("Harbour", "2024-05-01", "en")


def test_only_citations_that_stand_there_are_kept() -> None:
    right = cite(1, ARTICLE, Span(0, 18))
    moved = replace(right, start=1, end=19)
    invented = replace(right, quote="The harbour shuts.")
    empty = replace(right, start=3, end=3, quote="")
    gone = replace(right, article="b.txt")
    assert verified([moved, right, invented, empty, gone], read) == [right]
