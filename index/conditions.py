"""Which articles a search may find, as SQL over `article_facets`: what a user chose, and what a user may see.

Every place that reads articles for somebody takes one `Condition`; several become one with `all_of`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

Value = str | int


@dataclass(frozen=True, slots=True)
class Condition:
    """`sql` is true for the rows of `article_facets` that may be found; `parameters` fill its question marks.

    Two equal conditions select the same articles of one generation, so that what they select can be kept.
    """

    sql: str
    parameters: tuple[Value, ...] = ()


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
    return Condition(" AND ".join(sql for sql, _ in given), tuple(bound for _, bound in given)) if given else None


def all_of(*conditions: Condition | None) -> Condition | None:
    """The articles that every one of the conditions selects; None is no condition."""
    given = [condition for condition in conditions if condition is not None]
    if len(given) <= 1:
        return given[0] if given else None
    return Condition(
        " AND ".join(f"({condition.sql})" for condition in given),
        tuple(parameter for condition in given for parameter in condition.parameters),
    )


def _one_of(column: str, values: Sequence[str]) -> Condition | None:
    chosen = tuple(sorted(set(values)))
    return Condition(f"{column} IN ({', '.join('?' * len(chosen))})", chosen) if chosen else None
