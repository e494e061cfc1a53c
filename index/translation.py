"""What the terms of a question are in another language, by tables that were learned from parallel texts.

Words name what vectors blur: figures' units, offices, kinds of things. A term is replaced by the terms that stand for
it (Pirkola 1998, "The Effects of Query Structure and Dictionary Setups in Dictionary-Based Cross-Language Information
Retrieval"; Darwish and Oard 2003, "Probabilistic Structured Query Methods").
"""

import gzip
from collections.abc import Mapping
from functools import cache
from pathlib import Path

TABLES = Path(__file__).parent / "translation_tables"
PIVOT = "en"
"""The language that all tables lead to or from; others are joined through it."""


def table_file(source: str, target: str) -> str:
    return f"{source}-{target}.tsv.gz"


def meanings(term: str, source: str, target: str) -> dict[str, float]:
    """The target language's terms for a term of the source language, with their shares of at most 1 together; none
    where no table knows it, or where there is no table."""
    if source == target:
        return {}
    if PIVOT in (source, target):
        return _looked_up(term, source, target)
    joined: dict[str, float] = {}
    for between, share in _looked_up(term, source, PIVOT).items():
        for to, part in _looked_up(between, PIVOT, target).items():
            joined[to] = joined.get(to, 0.0) + share * part
    return joined


def best_meanings(term: str, source: str, target: str, most: int = 3, least: float = 0.15) -> list[str]:
    """At most `most` of the meanings, those with a share of `least` or more, best first."""
    found = meanings(term, source, target)
    return sorted((to for to, share in found.items() if share >= least), key=lambda to: (-found[to], to))[:most]


def _looked_up(term: str, source: str, target: str) -> dict[str, float]:
    shares = (one.rpartition(":") for one in _table(source, target).get(term, "").split())
    return {to: int(share) / 100 for to, _, share in shares}


@cache
def _table(source: str, target: str) -> Mapping[str, str]:
    """Each term's meanings as the file writes them: few of the lines are ever asked for."""
    try:
        lines = gzip.decompress((TABLES / table_file(source, target)).read_bytes()).decode()
    except FileNotFoundError:
        return {}
    return dict(line.split("\t", 1) for line in lines.splitlines())
