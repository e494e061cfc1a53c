"""A file that is one JSON value: read as a whole, or, where it is broken, as far as it can be read."""

import json
import re
from pathlib import Path
from typing import Any

from eval.formats.reading import Reading

_ARRAY = re.compile(r'\A\s*(?:\{(?:[^\[\]{}"]|"(?:[^"\\]|\\.)*")*?"(?P<key>\w+)"\s*:\s*)?\[', re.DOTALL)
_BETWEEN = re.compile(r"\s*,?\s*")


def load_json(reading: Reading, path: Path) -> Any:
    """The value in a file. Of broken JSON whose outermost array begins well, the elements before the fault are given,
    under the array's name if it has one; None where nothing can be read. The fault is a problem, with its line."""
    text = reading.text(path)
    if not text.strip():
        return None
    try:
        return json.loads(text)
    except RecursionError:
        reading.problem(str(path), "The JSON is nested too deeply.", "Check that it is a test set.")
        return None
    except json.JSONDecodeError as error:
        kept, key = _elements_before_fault(text)
        saved = f"; {len(kept)} whole entries before it are read" if kept else ""
        reading.problem(
            f"{path}, line {error.lineno}, column {error.colno}",
            f"It is not JSON: {error.msg}{saved}.",
            "Correct it there, or download it again if it was cut off.",
        )
        if not kept:
            return None
        return {key: kept} if key else kept


def _elements_before_fault(text: str) -> tuple[list[Any], str | None]:
    """The elements of the array that opens the text, or the object in it, up to the first that is no JSON."""
    opening = _ARRAY.match(text)
    if opening is None:
        return [], None
    decoder, position = json.JSONDecoder(), opening.end()
    found: list[Any] = []
    while True:
        begin = _BETWEEN.match(text, position)
        try:
            element, position = decoder.raw_decode(text, begin.end() if begin else position)
        except (json.JSONDecodeError, RecursionError):
            return found, opening["key"]
        found.append(element)
