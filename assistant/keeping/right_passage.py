"""Finds in the articles what a user names as the right passage, by its words."""

import re
from collections.abc import Iterable, Iterator, Sequence

from assistant.citations import cite
from assistant.types import Citation
from index.errors import QueryRefused
from index.protocols import IndexSnapshot
from index.snapshot import LONGEST_QUERY
from index.types import Article, Span

FEWEST_CHARACTERS = 8
LONGEST_QUOTE = 2_000

_QUOTE_MARKS = "\"'“”„«»‹›‘’ \u00a0\u202f…"


def find_quote(quote: str, articles: Iterable[Article]) -> tuple[Article, Span] | None:
    """The first place where one of the articles says `quote`, whatever the white space between its words and the
    quotation marks around it; None where none does, and for what is shorter than FEWEST_CHARACTERS."""
    words = quote[:LONGEST_QUOTE].strip().strip(_QUOTE_MARKS).split()
    if len("".join(words)) < FEWEST_CHARACTERS:
        return None
    pattern = re.compile(r"\s+".join(map(re.escape, words)))
    for article in articles:
        if match := pattern.search(article.text):
            return article, Span(match.start(), match.end())
    return None


def locate(quote: str, snapshot: IndexSnapshot, likely: Sequence[str] = ()) -> Citation | None:
    """Where the articles say `quote`, as a citation with the number 0: looked for in the articles whose ids are
    `likely`, and then in those that a search for it finds."""
    if not quote.strip():
        return None
    found = find_quote(quote, _candidates(quote, snapshot, likely))
    return None if found is None else cite(0, *found)


def _candidates(quote: str, snapshot: IndexSnapshot, likely: Sequence[str]) -> Iterator[Article]:
    given = set()
    for article_id in dict.fromkeys(likely):
        if (article := snapshot.find_article(article_id)) is not None:
            given.add(article_id)
            yield article
    try:
        hits = snapshot.search(quote[:LONGEST_QUERY].strip(), keep_near_copies=True)
    except QueryRefused:  # nothing in it that could be searched for
        return
    for hit in hits:
        if hit.passage.article not in given:
            given.add(hit.passage.article)
            yield snapshot.article(hit.passage.article)
