"""One number for the articles that somebody may see: another one when any of them changes, and the same whatever
becomes of those that are hidden.

Each article is a number, and articles together are the sum of theirs, so that a change costs one addition for a list of
access groups, and what several lists hold needs no look at the articles.
"""

import json
from collections.abc import Iterable
from hashlib import blake2b

from index.types import Article, Span

BITS = 61
"""Of each number and each total, so that SQLite's integers, of 64 bits and signed, hold them."""

TOLD_BITS = 53
"""Of what is told: every program reads such an integer in JSON without loss (RFC 8259, section 6)."""


def shown(article: Article) -> int:
    """A number for all that readers are shown of an article. Its file and its groups are not among it: from a number
    that depends on them they could be guessed."""
    said = (article.id, article.title, article.text, article.language, article.date, article.author, article.url)
    return _number(json.dumps(said), BITS)


def placed(article_key: int, passages: Span) -> int:
    """A number for where an article and its passages stand in one index; `passages` are their keys."""
    return _number(f"{article_key} {passages.start} {passages.end}", BITS)


def total(numbers: Iterable[int]) -> int:
    """Their sum modulo 2**61; a negative number takes one away."""
    return sum(numbers) & ((1 << BITS) - 1)


def told(of_articles: int) -> int:
    """What somebody is told who may see the articles that `of_articles` is the total of, from 0 to 2**53 - 1."""
    return _number(str(of_articles), TOLD_BITS)


def _number(text: str, bits: int) -> int:
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()) >> (64 - bits)
