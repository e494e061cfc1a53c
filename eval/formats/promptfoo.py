"""promptfoo: a CSV file whose columns are the variables of the prompt, with assertions in `__expected...` columns.

Assertions on the answer's words are checked. Those that need a judge, a model or code are named, once for each kind,
and not run; where such a one gives the wording of the right answer, the answer is compared with that.
"""

import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import cast, get_args

from eval.cases import Case, Check, CheckKind, TestSet, Turn
from eval.formats.reading import Reading
from eval.formats.table import read_rows
from index.readers.language_codes import language_code
from index.readers.records import folded

QUESTION_COLUMNS = ("question", "query", "userinput", "userquery", "input", "prompt", "message", "text")
_ANSWER_COLUMNS = ("answer", "expectedanswer", "expected", "reference", "groundtruth", "referenceanswer")
_LANGUAGE_COLUMNS = ("language", "lang", "locale")
_YES, _NO = ("true", "yes", "1"), ("false", "no", "0")

_ON_WORDS = frozenset(get_args(CheckKind))
_WITH_RIGHT_ANSWER = frozenset(
    "similar levenshtein rouge-n bleu gleu meteor factuality model-graded-factuality model-graded-closedqa".split()
)
_OTHERS = frozenset(
    """answer-relevance classifier contains-html contains-json contains-sql contains-xml context-faithfulness
    context-recall context-relevance conversation-relevance cost eval f-score file fn g-eval grade guardrails is-html
    is-json is-refusal is-sql is-xml javascript latency llm-rubric moderation perplexity perplexity-score pi python ruby
    select-best webhook word-count""".split()
)
_ASSERTION = re.compile(r"(?P<negated>not-)?(?P<kind>[a-z][a-z-]*)(?:\(\d+(?:\.\d+)?\))?(?::(?P<value>.*))?", re.DOTALL)


def read(path: Path) -> TestSet:
    """One case a row, named by its column `id`, else `row-` and its number from 1."""
    reading = Reading("promptfoo")
    left_out: Counter[str] = Counter()
    first: dict[str, str] = {}
    for number, (where, row) in enumerate(read_rows(reading, path), start=1):
        values = {folded(name): cell.strip() for name, cell in row.items() if not name.startswith("__")}
        question = _question(values)
        if not question:
            columns = ", ".join(row)[:200]
            reading.problem(
                where, f"It has no question (the columns: {columns}).", "Name the column of the question 'question'."
            )
            continue
        checks: list[Check] = []
        answers = [values[name] for name in _ANSWER_COLUMNS if values.get(name)]
        for name, cell in row.items():
            if not name.startswith("__expected") or not cell.strip():
                continue
            kind, negated, value = _parsed(cell.strip())
            if kind == "regex" and (fault := _fault(value)):
                reading.problem(where, f"Its regular expression {value!r} is none: {fault}.", "Correct it.")
            elif kind in _ON_WORDS:
                checks.append(_check(kind, negated, value))
            if value and not negated and (kind == "equals" or kind in _WITH_RIGHT_ANSWER):
                answers.append(value)
            if kind not in _ON_WORDS:
                left_out[kind] += 1
                first.setdefault(kind, where)
        reading.add_case(_case(number, where, row, values, question, answers, checks))
    for kind, count in left_out.items():
        instead = "the answer is compared with its text instead" if kind in _WITH_RIGHT_ANSWER else "they are not run"
        reading.problem(
            first[kind],
            f"Here and in {count - 1} further rows an assertion is {kind!r}, which needs a judge or code; {instead}.",
            "Give the right answer as contains, icontains, equals or regex, too.",
        )
    return reading.finished(path)


def _question(values: Mapping[str, str]) -> str:
    """The variable that is the question: by its name, else the only one there is."""
    for name in QUESTION_COLUMNS:
        if values.get(name):
            return values[name]
    given = [cell for name, cell in values.items() if cell and name not in ("id", *_ANSWER_COLUMNS, *_LANGUAGE_COLUMNS)]
    return given[0] if len(given) == 1 else ""


def _parsed(text: str) -> tuple[str, bool, str]:
    """The kind of an assertion, whether it is negated, and its value; equality where no known kind is named."""
    match = _ASSERTION.fullmatch(text)
    if match is not None and match["kind"] in _ON_WORDS | _WITH_RIGHT_ANSWER | _OTHERS:
        return match["kind"], bool(match["negated"]), (match["value"] or "").strip()
    return "equals", False, text


def _fault(expression: str) -> str:
    try:
        re.compile(expression)
    except re.error as error:
        return str(error)
    return ""


def _check(kind: str, negated: bool, value: str) -> Check:
    several = kind.endswith(("-any", "-all"))
    values = tuple(part.strip() for part in value.split(",") if part.strip()) if several else (value,)
    return Check(cast(CheckKind, kind), values, negated)


def _case(
    number: int,
    where: str,
    row: Mapping[str, str],
    values: Mapping[str, str],
    question: str,
    answers: list[str],
    checks: list[Check],
) -> Case:
    identifier = values.get("id") or f"row-{number}"
    said = values.get("answerable", "").lower()
    answerable = True if said in _YES or (answers and said not in _NO) else False if said in _NO else None
    turn = Turn(
        id=identifier,
        question=question,
        language=next((code for name in _LANGUAGE_COLUMNS if (code := language_code(values.get(name, "")))), "und"),
        answerable=answerable,
        answers=tuple(dict.fromkeys(answers)) if answerable is not False else (),
        checks=tuple(checks),
    )
    tags = {
        name.partition(":")[2].removesuffix("[]"): cell.strip()
        for name, cell in row.items()
        if name.startswith("__metadata:") and cell.strip()
    }
    return Case(identifier, (turn,), where, tags=tags)
