"""A test set while it is read: the cases and documents so far, what is wrong, and texts with their encodings."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

from eval.cases import Case, TestSet, Turn
from index.language import UNKNOWN, detect
from index.readers.clean import BYTE_ORDER_MARK, REPLACEMENT, clean, one_line
from index.readers.encoding import decode
from index.readers.language_codes import language_code
from index.readers.problems import Unreadable, from_os_error
from index.types import Article, ReadProblem

_SAMPLE_QUESTIONS = 50
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_LINE_END = re.compile(r"\r\n?|\n")


class Reader(Protocol):
    """A module of this package that reads one format."""

    def read(self, path: Path) -> TestSet:
        """The set in a file or folder. Whatever is wrong in it becomes a problem of the set."""
        ...


class Unusable(Exception):
    """A record cannot be a part of the set. It never leaves `eval.formats`: it becomes a problem there."""

    def __init__(self, what: str, next_step: str) -> None:
        super().__init__(f"{what} {next_step}")
        self.what = what
        self.next_step = next_step


@dataclass(slots=True)
class Reading:
    """What was read so far; `turns` are the ids of the turns. Ids are unique: of two cases, turns or documents with the
    same id the first is kept."""

    format: str
    cases: dict[str, Case] = field(default_factory=dict)
    articles: dict[str, Article] = field(default_factory=dict)
    problems: list[ReadProblem] = field(default_factory=list)
    turns: set[str] = field(default_factory=set)

    def problem(self, where: str, what: str, next_step: str) -> None:
        self.problems.append(ReadProblem(one_line(where), one_line(what), next_step))

    def add_case(self, case: Case) -> None:
        if (met := self.cases.get(case.id)) is not None:
            self.problem(
                case.where,
                f"Its id {case.id!r} was already met in {met.where}; this question is not read.",
                "Give one of the two another id, or remove it.",
            )
            return
        taken = [turn.id for turn in case.turns if turn.id in self.turns]
        if taken:
            self.problem(
                case.where,
                f"Its turn {taken[0]!r} has the id of another question; this conversation is not read.",
                "Give the conversation another id.",
            )
            return
        self.turns.update(turn.id for turn in case.turns)
        self.cases[case.id] = case

    def add_article(self, article: Article, where: str) -> bool:
        """Whether it is a new one and holds text."""
        if article.id in self.articles:
            self.problem(
                where,
                f"A document with the id {article.id!r} was met before; this one is not read.",
                "Give one of the two another id, or remove it.",
            )
            return False
        if not article.text.strip():
            self.problem(where, f"The document {article.id!r} holds no text.", "Put its text into it, or remove it.")
            return False
        self.articles[article.id] = article
        return True

    def text(self, path: Path) -> str:
        """The whole text of a file, "" with a problem where it cannot be read; line ends are as they are."""
        try:
            decoded = decode(path.read_bytes())
        except Unreadable as problem:
            self.problems.append(problem.at(str(path)))
            return ""
        except OSError as error:
            self.problems.append(from_os_error(str(path), error))
            return ""
        if decoded.undecodable:
            self.problem(
                str(path),
                f"{decoded.undecodable} of its bytes are no {decoded.encoding}; U+FFFD stands for each.",
                "Save the file as UTF-8.",
            )
        text = _SURROGATE.sub(REPLACEMENT, decoded.text.removeprefix(BYTE_ORDER_MARK))
        if not text.strip():
            self.problem(str(path), "It is empty.", "Put the questions into it, or name another file.")
        return text

    def lines(self, path: Path) -> Iterator[tuple[str, str]]:
        """Where each line of a file stands, and the line. Only what ends lines in files ends one: U+2028 and its like
        may stand within JSON."""
        for number, line in enumerate(_LINE_END.split(self.text(path)), start=1):
            yield f"{path}, line {number}", line

    def json_lines(self, path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
        """Where each record stands, and the record; a line that is no JSON object is a problem."""
        for where, line in self.lines(path):
            if not line.strip():
                continue
            try:
                record = json.loads(line)
            except (ValueError, RecursionError) as error:
                reason = error.msg if isinstance(error, json.JSONDecodeError) else "it is nested too deeply"
                self.problem(where, f"The line is not JSON: {reason}.", "Write one whole JSON object on each line.")
                continue
            if isinstance(record, dict):
                yield where, record
            else:
                self.problem(where, "The line is JSON, but not an object.", "Write one JSON object on each line.")

    def finished(self, path: Path, name: str = "") -> TestSet:
        """The set; questions whose language it does not say get the one that they are in."""
        if not self.cases and not self.problems:
            self.problem(str(path), "It holds no questions.", "Put questions into it, or name another file.")
        cases = tuple(self.cases.values())
        return TestSet(
            name=name or path.stem,
            format=self.format,
            cases=tuple(_with_languages(cases)),
            articles=tuple(self.articles.values()),
            problems=tuple(self.problems),
        )


def _with_languages(cases: Sequence[Case]) -> Iterator[Case]:
    """Cases whose turns all have a language if it can be told: by the question, else by the set's questions together,
    since a few words often show none."""
    unknown = [turn.question for case in cases for turn in case.turns if turn.language == UNKNOWN]
    common = detect("\n".join(unknown[:_SAMPLE_QUESTIONS])) if unknown else UNKNOWN
    for case in cases:
        if any(turn.language == UNKNOWN for turn in case.turns):
            yield replace(case, turns=tuple(_with_language(turn, common) for turn in case.turns))
        else:
            yield case


def _with_language(turn: Turn, common: str) -> Turn:
    return turn if turn.language != UNKNOWN else replace(turn, language=detect(turn.question, common))


def make_article(article_id: str, title: str, text: str, language: str = "", fallback: str = UNKNOWN) -> Article:
    """A document of a set as it is indexed: cleaned, its language told by its text unless `language` gives it;
    `fallback` where neither does."""
    cleaned = clean(text)
    return Article(
        id=article_id,
        title=one_line(title),
        text=cleaned,
        language=language_code(language) or detect(cleaned, fallback),
    )


def text_of(record: Mapping[str, Any], *names: str) -> str:
    """The text of the first of these fields that holds any, as it would be stored, numbers as text; "" where none
    does."""
    for name in names:
        value = record.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool):
            value = str(value)
        if isinstance(value, str) and (text := clean(value).strip()):
            return text
    return ""


def required_text(record: Mapping[str, Any], *names: str) -> str:
    """As `text_of`, and raises Unusable where there is none."""
    if text := text_of(record, *names):
        return text
    seen = ", ".join(map(str, record))[:200] or "none"
    raise Unusable(
        f"It has no text in {' or '.join(repr(name) for name in names)} (its fields: {seen}).",
        f"Give it the field {names[0]!r}.",
    )


def texts_of(value: object) -> tuple[str, ...]:
    """One text or a list of them, each once; raises Unusable for anything else. None and "" are no text."""
    values = value if isinstance(value, list | tuple) else [value]
    found = []
    for one in values:
        if isinstance(one, int | float) and not isinstance(one, bool):
            one = str(one)
        if one is not None and not isinstance(one, str):
            raise Unusable(f"{str(one)[:80]!r} is no text.", "Give a text, or a list of texts.")
        if one and (text := clean(one).strip()):
            found.append(text)
    return tuple(dict.fromkeys(found))
