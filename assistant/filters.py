"""What a question is narrowed to: languages, dates, sources; and how that is written in a link and in JSON."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from assistant.errors import FiltersInvalid
from index.conditions import Condition, all_of, dated, from_sources, in_languages
from index.facets import source_of
from index.types import Article

MOST_VALUES = 100
LONGEST_VALUE = 253
"""Characters: the longest name that a host may have (RFC 1035)."""

_NAMES = ("language", "from", "to", "source")


@dataclass(frozen=True, slots=True)
class Filters:
    """An article is let through when it is of one of the `languages` (ISO 639-1, or "und"), of a date from `earliest`
    to `latest` (`YYYY-MM-DD`, both included), and of one of the `sources` (`index.facets.source_of`).

    What is empty or None narrows nothing; an article without a date is of no date. Filters are true when they narrow
    anything. Made with `filters_of`, which checks the values.
    """

    languages: tuple[str, ...] = ()
    earliest: str | None = None
    latest: str | None = None
    sources: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self != EVERYTHING

    def condition(self) -> Condition | None:
        """The same for a search; None where nothing is narrowed."""
        return all_of(in_languages(self.languages), dated(self.earliest, self.latest), from_sources(self.sources))

    def let_through(self, article: Article) -> bool:
        """What `condition` says, of one article."""
        in_time = (self.earliest is None and self.latest is None) or (
            article.date is not None and (self.earliest or "") <= article.date <= (self.latest or "9999-12-31")
        )
        return (
            in_time
            and (not self.languages or article.language in self.languages)
            and (not self.sources or source_of(article.id, article.url) in self.sources)
        )


EVERYTHING = Filters()


def filters_of(
    languages: Iterable[str] = (),
    earliest: str | None = None,
    latest: str | None = None,
    sources: Iterable[str] = (),
) -> Filters:
    """Checked filters; each value once, in order. Raises FiltersInvalid for a date that is none, for dates in the wrong
    order, and for values that are too long or too many."""
    first, last = _date(earliest, "from"), _date(latest, "to")
    if first and last and first > last:
        raise FiltersInvalid(f"No article is both from {first} on and up to {last}. Exchange the two dates.")
    return Filters(_values(languages, "language"), first, last, _values(sources, "source"))


def to_query(filters: Filters) -> tuple[tuple[str, str], ...]:
    """Names and values for the part of a link after `?`, in a fixed order; a name may come several times."""
    dates = (("from", filters.earliest), ("to", filters.latest))
    return (
        *(("language", language) for language in filters.languages),
        *((name, value) for name, value in dates if value),
        *(("source", source) for source in filters.sources),
    )


def from_query(query: Iterable[tuple[str, str]]) -> Filters:
    """The filters of a link; other names are passed over. Raises what `filters_of` raises."""
    found: dict[str, list[str]] = {name: [] for name in _NAMES}
    for name, value in query:
        if name in found and value.strip():
            found[name].append(value)
    for name in ("from", "to"):
        if len(found[name]) > 1:
            raise FiltersInvalid(f"The filter {name!r} is given {len(found[name])} times. Give it once.")
    earliest, latest = (found[name][0] if found[name] else None for name in ("from", "to"))
    return filters_of(found["language"], earliest, latest, found["source"])


def to_json(filters: Filters) -> dict[str, Any]:
    """`{"language": [...], "from": ..., "to": ..., "source": [...]}` with what narrows anything."""
    made = {
        "language": list(filters.languages),
        "from": filters.earliest,
        "to": filters.latest,
        "source": list(filters.sources),
    }
    return {name: value for name, value in made.items() if value}


def from_json(value: object) -> Filters:
    """The filters of the object that `to_json` makes; `language` and `source` may be one text, and None is none.

    Raises FiltersInvalid, also for a name that is not known: a filter that is passed over in silence would let through
    what was to be left out.
    """
    if value is None:
        return EVERYTHING
    if not isinstance(value, Mapping):
        raise FiltersInvalid(f"The filters are not an object, but {value!r:.80}.")
    unknown = [str(name) for name in value if name not in _NAMES]
    if unknown:
        raise FiltersInvalid(f"There is no filter {unknown[0]!r:.80}. The filters are: {', '.join(_NAMES)}.")
    texts = {name: _texts(value.get(name), name) for name in _NAMES}
    return from_query((name, text) for name in _NAMES for text in texts[name])


def _texts(value: object, name: str) -> list[str]:
    values = [] if value is None else [value] if isinstance(value, str) else value
    if not isinstance(values, Sequence) or not all(isinstance(each, str) for each in values):
        raise FiltersInvalid(f"The filter {name!r} is not text or a list of texts, but {value!r:.80}.")
    return list(values)


def _values(values: Iterable[str], name: str) -> tuple[str, ...]:
    kept = tuple(dict.fromkeys(stripped for value in values if (stripped := value.strip())))
    if len(kept) > MOST_VALUES:
        raise FiltersInvalid(f"{len(kept)} values are given for the filter {name!r}; at most {MOST_VALUES} can be.")
    for value in kept:
        if len(value) > LONGEST_VALUE or not value.isprintable():
            raise FiltersInvalid(f"The filter {name!r} cannot be {value!r:.80}.")
    return kept


def _date(value: str | None, name: str) -> str | None:
    if value is None or not value.strip():
        return None
    try:
        return date.fromisoformat(value.strip()).isoformat()
    except ValueError as error:
        raise FiltersInvalid(
            f"The filter {name!r} is {value!r:.80}, and that is no date. Write it as 2025-04-30."
        ) from error
