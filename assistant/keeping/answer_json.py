"""A whole answer as JSON and back, for what is kept of it."""

import json
from dataclasses import asdict, fields
from typing import Any, TypeVar

from assistant.types import Answer, Citation, PassageReference, Statement

Shape = TypeVar("Shape", Answer, Citation, PassageReference, Statement)


def to_json(answer: Answer) -> str:
    return json.dumps(asdict(answer), ensure_ascii=True)  # which any text can be written as, lone surrogates, too


def from_json(text: str) -> Answer:
    """What an earlier or a later version of the program wrote may lack or have more fields than this one's.

    Raises ValueError, TypeError or KeyError for what is no answer.
    """
    record = json.loads(text)
    return _made(
        Answer,
        record
        | {
            "citations": tuple(_made(Citation, each) for each in record["citations"]),
            "passages": tuple(_made(PassageReference, each) for each in record["passages"]),
            "statements": tuple(
                _made(Statement, _with_tuples(each, "citations", "unverified")) for each in record.get("statements", ())
            ),
            "notices": tuple(record.get("notices", ())),
        },
    )


def _made(shape: type[Shape], record: dict[str, Any]) -> Shape:
    known = {field.name for field in fields(shape)}
    return shape(**{name: value for name, value in record.items() if name in known})


def _with_tuples(record: dict[str, Any], *names: str) -> dict[str, Any]:
    return record | {name: tuple(record.get(name, ())) for name in names}
