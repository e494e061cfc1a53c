"""Our own format: a question or a conversation on each line, as `eval/sets/README.md` tells."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from eval.cases import Case, GoldSpan, TestSet, Turn
from eval.formats.reading import Reading, Unusable, required_text, text_of, texts_of
from index.readers.clean import clean
from index.readers.language_codes import language_code

_GOLD_FIELDS = ("article", "quote", "start", "end", "context", "relevance")
_README = "See eval/sets/README.md."


def read(path: Path) -> TestSet:
    """The cases; one without an `id` is named `line-` and its number."""
    reading = Reading("jsonl")
    for where, record in reading.json_lines(path):
        identifier = text_of(record, "id") or f"line-{where.rpartition(' ')[2]}"
        try:
            turns = _turns(reading, record, identifier, where)
            tags = _tags(record)
        except Unusable as fault:
            reading.problem(where, fault.what, fault.next_step)
            continue
        reading.add_case(Case(identifier, turns, where, text_of(record, "split"), tags))
    return reading.finished(path)


def _turns(reading: Reading, record: Mapping[str, Any], identifier: str, where: str) -> tuple[Turn, ...]:
    if "turns" not in record:
        return (_turn(reading, record, identifier, where),)
    listed = record["turns"]
    if not isinstance(listed, list) or not listed or not all(isinstance(turn, dict) for turn in listed):
        raise Unusable("Its 'turns' are no list of objects.", _README)
    return tuple(
        _turn(
            reading, {"language": record.get("language"), **turn}, f"{identifier}/{number}", f"{where}, turn {number}"
        )
        for number, turn in enumerate(listed, start=1)
    )


def _turn(reading: Reading, record: Mapping[str, Any], identifier: str, where: str) -> Turn:
    question = required_text(record, "question")
    listed = record.get("gold") or ()
    gold = tuple(_gold(one) for one in (listed if isinstance(listed, list | tuple) else [listed]))
    answers = texts_of(record.get("answers", record.get("answer")))
    answerable = record.get("answerable")
    if answerable is not None and not isinstance(answerable, bool):
        raise Unusable(f"Its 'answerable' is {str(answerable)[:40]!r}, not true or false.", _README)
    if answerable is None and (gold or answers):
        answerable = True
    if answerable is False and gold:
        reading.problem(
            where,
            "It has no answer, and names gold; that is left out.",
            "Set answerable to true, or remove them.",
        )
        gold = ()
    return Turn(
        id=identifier,
        question=question,
        language=language_code(text_of(record, "language")) or "und",
        answerable=answerable,
        gold=tuple(dict.fromkeys(gold)),
        answers=answers,
        kind=text_of(record, "kind"),
        relation=text_of(record, "relation"),
        standalone=text_of(record, "standalone") or None,
        reply=text_of(record, "reply") or None,
    )


def _gold(value: object) -> GoldSpan:
    """A quote, or an object with `article`, `quote`, `start` and `end`, `context`, `relevance`."""
    if isinstance(value, str) and value.strip():
        return GoldSpan(quote=clean(value).strip())
    if not isinstance(value, dict):
        raise Unusable(f"Its gold {str(value)[:80]!r} is neither a quote nor an object.", _README)
    unknown = [name for name in value if name not in _GOLD_FIELDS]
    if unknown:
        raise Unusable(f"Its gold has the unknown fields {', '.join(map(str, unknown))[:80]!r}.", _README)
    start, end, relevance = value.get("start"), value.get("end"), value.get("relevance", 1)
    if (start is not None or end is not None) and not _is_span(start, end):
        raise Unusable(f"Its gold has the positions {start!r} to {end!r}.", "Give start and end, in characters.")
    if not _is_position(relevance) or relevance == 0:
        raise Unusable(f"Its gold has the relevance {relevance!r}.", "Give a whole number from 1.")
    article = text_of(value, "article") or None
    quote, context = (_piece(value.get(name)) for name in ("quote", "context"))
    if article is None and start is not None:
        raise Unusable("Its gold has positions, and names no article.", _README)
    if article is None and quote is None and context is None:
        raise Unusable("Its gold names neither an article nor a quote.", _README)
    return GoldSpan(article, start, end, quote, context, relevance=relevance)


def _piece(value: object) -> str | None:
    """A piece of an article, with the spaces at its ends; None for nothing."""
    if value is not None and not isinstance(value, str):
        raise Unusable("Its gold has a quote or context that is no text.", _README)
    return clean(value) if value and value.strip() else None


def _is_position(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_span(start: Any, end: Any) -> bool:
    return _is_position(start) and _is_position(end) and bool(start < end)


def _tags(record: Mapping[str, Any]) -> dict[str, str]:
    given = record.get("tags") or {}
    if not isinstance(given, dict):
        raise Unusable("Its 'tags' are no object.", 'Write them as {"name": "value"}.')
    tags = {str(name): text_of(given, name) for name in given}
    if articles := text_of(record, "articles"):
        tags["articles"] = articles
    return tags
