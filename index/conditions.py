"""Which articles a search may find: what a user chose, and what a user may see.

Every place that reads articles for somebody takes one `Condition`; several become one with `all_of`. It says the same
twice: as SQL over `article_facets`, and in parts, for an index that is not kept in SQLite.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Value = str | int


@dataclass(frozen=True, slots=True)
class OneOf:
    """The article's language or source is one of the values."""

    what: Literal["language", "source"]
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Dated:
    """The article has a date, not before `earliest` and not after `latest`."""

    earliest: str | None
    latest: str | None


@dataclass(frozen=True, slots=True)
class OpenTo:
    """The article is for everybody, or for one of the groups."""

    groups: frozenset[str]


Part = OneOf | Dated | OpenTo


@dataclass(frozen=True, slots=True)
class Condition:
    """`sql` is true for the rows of `article_facets` that may be found; `parameters` fill its question marks. `parts`
    say the same: all of them hold for what may be found.

    Two equal conditions select the same articles of one generation, so that what they select can be kept.
    """

    sql: str
    parameters: tuple[Value, ...] = ()
    parts: tuple[Part, ...] = ()


def in_languages(languages: Sequence[str]) -> Condition | None:
    """Articles in one of the languages; None, which is any article, for no language."""
    return _one_of("language", languages)


def from_sources(sources: Sequence[str]) -> Condition | None:
    """Articles of one of the sources (`index.facets.source_of`); None for no source."""
    return _one_of("source", sources)


def dated(earliest: str | None, latest: str | None) -> Condition | None:
    """Articles of a date, `YYYY-MM-DD`, from `earliest` to `latest`, both included; one without a date is not
    among them. None without either."""
    bounds = [("date >= ?", earliest), ("date <= ?", latest)]
    given = [(sql, bound) for sql, bound in bounds if bound is not None]
    if not given:
        return None
    sql, parameters = " AND ".join(sql for sql, _ in given), tuple(bound for _, bound in given)
    return Condition(sql, parameters, (Dated(earliest, latest),))


def all_of(*conditions: Condition | None) -> Condition | None:
    """The articles that every one of the conditions selects; None is no condition."""
    given = [condition for condition in conditions if condition is not None]
    if len(given) <= 1:
        return given[0] if given else None
    return Condition(
        " AND ".join(f"({condition.sql})" for condition in given),
        tuple(parameter for condition in given for parameter in condition.parameters),
        tuple(part for condition in given for part in condition.parts),
    )


def readers(condition: Condition | None) -> frozenset[str] | None:
    """The access groups to whose articles a condition narrows; None where it narrows to nobody's."""
    named = [part.groups for part in condition.parts if isinstance(part, OpenTo)] if condition else []
    return frozenset.intersection(*named) if named else None


def _one_of(column: Literal["language", "source"], values: Sequence[str]) -> Condition | None:
    chosen = tuple(sorted(set(values)))
    if not chosen:
        return None
    return Condition(f"{column} IN ({', '.join('?' * len(chosen))})", chosen, (OneOf(column, chosen),))
