"""An answer as the object that programs get: from `ask --json`, from the API, and in an exported conversation."""

import dataclasses
from typing import Any

from assistant.types import Answer


def answer_as_json(answer: Answer) -> dict[str, Any]:
    """The answer as plain values, to be written as JSON."""
    return {
        "question": answer.question,
        "searched_for": answer.searched_for,
        "language": answer.language,
        "answer": answer.text,
        "abstained": answer.abstained,
        "citations": [dataclasses.asdict(citation) for citation in answer.citations],
        "passages": [dataclasses.asdict(passage) for passage in answer.passages],
        "mode": answer.mode,
        "index_generation": answer.index_generation,
        "timings_ms": {name: round(value, 3) for name, value in answer.timings_ms.items()},
        "notices": list(answer.notices),
        "statements": [dataclasses.asdict(statement) for statement in answer.statements],
    }
