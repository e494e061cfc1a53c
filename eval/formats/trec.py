"""TREC: topics, as tagged text, XML or `id TAB question`, with judgements (qrels) beside them."""

import html
import re
from collections.abc import Iterator
from pathlib import Path

from eval.cases import Case, TestSet, Turn
from eval.formats.judgements import read_judgements, report_unknown
from eval.formats.reading import Reading

_TOPIC = re.compile(
    r"<(?P<tag>top|topic)\b(?P<attributes>[^>]*)>(?P<body>.*?)(?:</(?P=tag)>|(?=<(?P=tag)\b)|\Z)",
    re.DOTALL | re.IGNORECASE,
)
_FIELD = re.compile(r"<(?P<name>\w+)[^>]*>(?P<text>[^<]*)")
_NUMBER = re.compile(r"""\b(?:number|id)\s*=\s*["']([^"']+)["']""", re.IGNORECASE)
_LABEL = re.compile(r"\A\s*(?:number|topic|title|description|narrative)\s*:\s*", re.IGNORECASE)
_QUESTION_FIELDS = ("question", "query", "title", "desc", "description")
"""The first of these that a topic has is asked."""


def read(path: Path) -> TestSet:
    """The topics of a file, or of the one topics file of a folder, with the qrels that lie beside it."""
    reading = Reading("trec")
    topics = _topics_file(reading, path)
    if topics is None:
        return reading.finished(path)
    asked: dict[str, tuple[str, str]] = {}
    for where, identifier, question in _topics(reading, topics):
        if not identifier or not question:
            missing = "number" if not identifier else "question"
            reading.problem(where, f"The topic has no {missing}.", "Give each topic a number and a title or question.")
        elif identifier in asked:
            reading.problem(
                where,
                f"Its number {identifier!r} was already met in {asked[identifier][0]}; this topic is not read.",
                "Give one of the two another number, or remove it.",
            )
        else:
            asked[identifier] = where, question
    qrels = _qrels_file(reading, topics)
    judged = read_judgements(reading, qrels) if qrels else {}
    if qrels:
        report_unknown(reading, qrels, judged, asked)
        unjudged = [identifier for identifier in asked if identifier not in judged]
        if unjudged:
            named = ", ".join(unjudged[:5])
            reading.problem(
                str(qrels),
                f"{len(unjudged)} topics have no judgements ({named}); they are asked, and count in few figures.",
                "Add their judgements, or remove them.",
            )
    for identifier, (where, question) in asked.items():
        gold = tuple(judged.get(identifier, ()))
        turn = Turn(identifier, question, answerable=True if gold else None, gold=gold)
        reading.add_case(Case(identifier, (turn,), where))
    return reading.finished(topics)


def _topics_file(reading: Reading, path: Path) -> Path | None:
    if not path.is_dir():
        return path
    found = [file for file in _files(path) if re.search(r"topic|quer(?:y|ies)\b", file.name, re.IGNORECASE)]
    if len(found) != 1:
        names = ", ".join(file.name for file in found) or "none"
        reading.problem(str(path), f"One file of topics is wanted; there are: {names}.", "Name the file of topics.")
        return None
    return found[0]


def _qrels_file(reading: Reading, topics: Path) -> Path | None:
    found = [file for file in _files(topics.parent) if "qrel" in file.name.lower() and file != topics]
    if len(found) == 1:
        return found[0]
    names = ", ".join(file.name for file in found) or "none"
    reading.problem(
        str(topics.parent),
        f"One file of judgements (qrels) is wanted beside the topics; there are: {names}. None is used.",
        "Put the topics and their qrels into a folder of their own.",
    )
    return None


def _files(folder: Path) -> list[Path]:
    return sorted(file for file in folder.iterdir() if file.is_file() and not file.name.startswith("."))


def _topics(reading: Reading, path: Path) -> Iterator[tuple[str, str, str]]:
    """Where each topic stands, its number, and what it asks."""
    text = reading.text(path)
    if not text.lstrip().startswith("<"):
        yield from _table(reading, path, text)
        return
    found = False
    for topic in _TOPIC.finditer(text):
        found = True
        where = f"{path}, line {text.count(chr(10), 0, topic.start()) + 1}"
        fields: dict[str, str] = {}
        for match in _FIELD.finditer(topic["body"]):
            value = " ".join(html.unescape(_LABEL.sub("", match["text"])).split())
            fields.setdefault(match["name"].lower(), value)
        number = _NUMBER.search(topic["attributes"])
        identifier = number[1] if number else fields.get("num") or fields.get("number") or ""
        question = next((fields[name] for name in _QUESTION_FIELDS if fields.get(name)), "")
        yield where, identifier, question
    if not found:
        reading.problem(str(path), "It holds no <top> and no <topic>.", "Check that it is a file of TREC topics.")


def _table(reading: Reading, path: Path, text: str) -> Iterator[tuple[str, str, str]]:
    for number, line in enumerate(text.split("\n"), start=1):
        identifier, tab, question = line.partition("\t")
        where = f"{path}, line {number}"
        if tab:
            yield where, identifier.strip(), question.strip()
        elif line.strip():
            reading.problem(where, f"It is no topic: {line[:80]!r}.", "Write an id, a tab and the question.")
