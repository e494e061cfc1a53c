"""SQuAD 1.1 and 2.0: questions on paragraphs, with the answers' positions (Rajpurkar et al. 2016, 2018); the form of
FQuAD, PIAF and XQuAD, too.

Two shapes are read: the published JSON (`data` > `paragraphs` > `qas`), and rows with `context`, `question` and
`answers` as lists, one a line or in one array, as data set libraries export it. Each paragraph is a document.
"""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from eval.cases import Case, GoldSpan, TestSet, Turn
from eval.formats.json_whole import load_json
from eval.formats.reading import Reading, Unusable, make_article, required_text, text_of
from index.language import detect
from index.readers.clean import clean
from index.types import Article

_SHAPE = "See the SQuAD files: data > paragraphs > context and qas."


def read(path: Path) -> TestSet:
    """The questions, and the paragraphs as documents `title/number`, numbered from 1 within their title."""
    reading = Reading("squad")
    if path.suffix.lower() in (".jsonl", ".ndjson"):
        _read_rows(reading, list(reading.json_lines(path)))
        return reading.finished(path)
    value = load_json(reading, path)
    if isinstance(value, list):
        rows = [(f"{path}, [{number}]", row) for number, row in enumerate(value)]
        _read_rows(reading, [(where, row if isinstance(row, dict) else {}) for where, row in rows])
    elif isinstance(value, dict) and isinstance(value.get("data"), list):
        _read_data(reading, path, value["data"])
    elif value is not None:
        reading.problem(str(path), "It has no list 'data'.", _SHAPE)
    return reading.finished(path)


def _read_data(reading: Reading, path: Path, data: list[Any]) -> None:
    paragraphs: Counter[str] = Counter()
    for number, entry in enumerate(data):
        where = f"{path}, data[{number}]"
        listed = entry.get("paragraphs") if isinstance(entry, dict) else None
        if not isinstance(listed, list):
            reading.problem(where, "It has no list 'paragraphs'.", _SHAPE)
            continue
        title = text_of(entry, "title") or f"document {number + 1}"
        language, told_in = _language(listed), _language_of_texts(listed)
        for place, paragraph in enumerate(listed):
            paragraphs[title] += 1
            there = f"{where}.paragraphs[{place}]"
            if not isinstance(paragraph, dict) or not text_of(paragraph, "context"):
                reading.problem(there, "It has no 'context'.", _SHAPE)
                continue
            identifier, context = f"{title}/{paragraphs[title]}", str(paragraph["context"])
            article = make_article(identifier, title.replace("_", " "), context, fallback=told_in)
            if reading.add_article(article, there):
                _read_paragraph(reading, there, article, paragraph, language)


def _language(paragraphs: list[Any]) -> str:
    """The language of the questions of a document, told by all of them: a single one often does not show it."""
    questions = [
        str(question.get("question", ""))
        for paragraph in paragraphs
        if isinstance(paragraph, dict) and isinstance(paragraph.get("qas"), list)
        for question in paragraph["qas"]
        if isinstance(question, dict)
    ]
    return detect("\n".join(questions))


def _language_of_texts(paragraphs: list[Any]) -> str:
    return detect("\n".join(str(one.get("context", "")) for one in paragraphs if isinstance(one, dict)))


def _read_paragraph(
    reading: Reading, where: str, article: Article, paragraph: Mapping[str, Any], language: str
) -> None:
    questions = paragraph.get("qas")
    if not isinstance(questions, list):
        reading.problem(where, "It has no list 'qas'.", _SHAPE)
        return
    for place, question in enumerate(questions):
        there = f"{where}.qas[{place}]"
        record = question if isinstance(question, dict) else {}
        _read_question(reading, there, record, article, str(paragraph["context"]), language, place)


def _read_rows(reading: Reading, rows: list[tuple[str, dict[str, Any]]]) -> None:
    articles: dict[str, Article] = {}
    numbers: Counter[str] = Counter()
    for where, row in rows:
        context = row.get("context")
        if not isinstance(context, str) or not context.strip():
            reading.problem(where, "It has no 'context'.", "Give each row context, question and answers.")
            continue
        if context not in articles:
            title = text_of(row, "title") or "document"
            numbers[title] += 1
            articles[context] = make_article(f"{title}/{numbers[title]}", title.replace("_", " "), context)
            reading.add_article(articles[context], where)
        _read_question(reading, where, row, articles[context], context, "und", len(reading.cases))


def _read_question(
    reading: Reading, where: str, record: Mapping[str, Any], article: Article, context: str, language: str, place: int
) -> None:
    try:
        case_id = text_of(record, "id") or f"{article.id}/{place + 1}"
        question = required_text(record, "question")
        given = _answers(record)
    except Unusable as fault:
        reading.problem(where, fault.what, fault.next_step)
        return
    impossible = record.get("is_impossible")
    answerable = None if impossible is None and not given else bool(given) and impossible is not True
    if impossible is False and not given:
        answerable = None
        reading.problem(where, "It is said to have an answer, and gives none.", "Give it one, or set is_impossible.")
    gold, answers = [], []
    for text, start in given if answerable else ():
        answers.append(clean(text))
        gold.append(_gold(reading, where, article, context, text, start))
    turn = Turn(
        id=case_id,
        question=question,
        language=language,
        answerable=answerable,
        gold=tuple(dict.fromkeys(gold)),
        answers=tuple(dict.fromkeys(answers)),
    )
    reading.add_case(Case(case_id, (turn,), where))


def _answers(record: Mapping[str, Any]) -> list[tuple[str, int | None]]:
    """Texts and where they start: from a list of objects, or from an object of lists."""
    given = record.get("answers")
    if given is None:
        return []
    if isinstance(given, dict):
        texts, starts = given.get("text"), given.get("answer_start")
        if isinstance(texts, list) and isinstance(starts, list) and len(texts) == len(starts):
            given = [{"text": text, "answer_start": start} for text, start in zip(texts, starts, strict=True)]
    if not isinstance(given, list) or not all(isinstance(answer, dict) for answer in given):
        raise Unusable("Its 'answers' are no list of objects.", "Write [{'text': ..., 'answer_start': ...}].")
    found = []
    for answer in given:
        text, start = answer.get("text"), answer.get("answer_start")
        if not isinstance(text, str) or not text.strip():
            raise Unusable("One of its answers has no 'text'.", "Write [{'text': ..., 'answer_start': ...}].")
        found.append((text, start if isinstance(start, int) and not isinstance(start, bool) else None))
    return found


def _gold(reading: Reading, where: str, article: Article, context: str, text: str, start: int | None) -> GoldSpan:
    """The answer's place in the document; the nearest one that holds its words where the set's own does not."""
    if start is None or start < 0 or context[start : start + len(text)] != text:
        places = [found for found in range(len(context)) if context.startswith(text, found)]
        if not places:
            reading.problem(
                where,
                f"Its answer {text[:80]!r} does not stand in its paragraph; the whole paragraph counts as gold.",
                "Correct the answer, or the paragraph.",
            )
            return GoldSpan(article.id)
        start = min(places, key=lambda found: abs(found - (start or 0)))
    begin = len(clean(context[:start]))
    end = begin + len(clean(text))
    return GoldSpan(article.id, begin, end, article.text[begin:end], article.text, begin)
