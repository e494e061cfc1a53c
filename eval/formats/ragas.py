"""Ragas: samples with `user_input`, `reference` and `reference_contexts`, as CSV, JSON or JSON Lines.

The names of version 0.2 and later, and those before it (`question`, `ground_truth`). `retrieved_contexts` and
`response` are what another system made of the question, and are not read.
"""

import ast
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from eval.cases import Case, GoldSpan, TestSet, Turn
from eval.formats.json_whole import load_json
from eval.formats.reading import Reading, Unusable, text_of, texts_of
from eval.formats.table import read_rows

QUESTION = ("user_input", "question")
REFERENCE = ("reference", "ground_truth", "ground_truths", "reference_answer")
_TAGS = ("persona_name", "query_style", "query_length", "synthesizer_name", "evolution_type")
_TYPES = {"human": "human", "user": "human", "ai": "ai", "assistant": "ai"}


def read(path: Path) -> TestSet:
    """The samples, as cases named by their `id`, else `sample-` and their number from 1. The reference of a
    conversation belongs to its last question."""
    reading = Reading("ragas")
    for number, (where, record) in enumerate(_records(reading, path), start=1):
        try:
            reading.add_case(_case(record, where, number))
        except Unusable as fault:
            reading.problem(where, fault.what, fault.next_step)
    return reading.finished(path)


def _records(reading: Reading, path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    suffix = path.suffix.lower()
    if suffix in (".csv", ".tsv"):
        yield from read_rows(reading, path)
        return
    if suffix in (".jsonl", ".ndjson"):
        yield from reading.json_lines(path)
        return
    value = load_json(reading, path)
    if isinstance(value, dict):
        value = next((part for part in value.values() if isinstance(part, list)), [value])
    for number, record in enumerate(value or ()):
        if isinstance(record, dict):
            yield f"{path}, [{number}]", record
        else:
            reading.problem(f"{path}, [{number}]", "It is no object.", "Write one object for each sample.")


def _case(record: Mapping[str, Any], where: str, number: int) -> Case:
    identifier = text_of(record, "id", "sample_id") or f"sample-{number}"
    said = _said(record)
    answers = tuple(text for name in REFERENCE for text in texts_of(_listed(record.get(name), name.endswith("s"))))
    contexts = texts_of(_listed(record.get("reference_contexts")))
    names = texts_of(_listed(record.get("reference_context_ids")))
    if len(names) == len(contexts):
        gold = tuple(GoldSpan(name, context=context) for name, context in zip(names, contexts, strict=True))
    else:
        gold = tuple(GoldSpan(context=context) for context in contexts) or tuple(GoldSpan(name) for name in names)
    turns = []
    for place, (question, reply) in enumerate(said, start=1):
        last = place == len(said)
        turns.append(
            Turn(
                id=identifier if len(said) == 1 else f"{identifier}/{place}",
                question=question,
                answerable=True if last and (answers or gold) else None,
                gold=gold if last else (),
                answers=answers if last else (),
                reply=reply,
            )
        )
    tags = {name: value for name in _TAGS if (value := text_of(record, name))}
    return Case(identifier, tuple(turns), where, tags=tags)


def _said(record: Mapping[str, Any]) -> list[tuple[str, str | None]]:
    """The questions, each with what was replied to it in a conversation of the set."""
    value = next((record[name] for name in QUESTION if record.get(name)), None)
    if isinstance(value, str) and value.lstrip().startswith("["):
        value = _listed(value)
    if isinstance(value, str) and value.strip():
        return [(value.strip(), None)]
    said: list[tuple[str, str | None]] = []
    for message in value if isinstance(value, list) else ():
        speaker = _TYPES.get(text_of(message, "type", "role")) if isinstance(message, dict) else None
        content = text_of(message, "content") if speaker else ""
        if speaker == "human" and content:
            said.append((content, None))
        elif speaker == "ai" and content and said:
            said[-1] = (said[-1][0], content)
    if not said:
        raise Unusable("It has no question in 'user_input'.", "Give it a text, or a list of messages.")
    return said


def _listed(value: object, plural: bool = True) -> object:
    """A list that a table holds as text, in JSON or as Python writes it; everything else as it is."""
    if not plural or not isinstance(value, str) or not value.strip().startswith("["):
        return value
    try:
        found = json.loads(value)
    except ValueError:
        try:
            found = ast.literal_eval(value.strip())
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            return value
    return found if isinstance(found, list) else value
