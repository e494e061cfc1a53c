"""Relevance judgements (qrels): TREC's four columns, or BEIR's three with a header."""

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote

from eval.cases import GoldSpan
from eval.formats.reading import Reading

_SHAPE = "Write: query id, 0, article id, grade (TREC), or query-id, corpus-id, score in a table (BEIR)."


def read_judgements(reading: Reading, path: Path) -> dict[str, list[GoldSpan]]:
    """Gold by query, in the order of the file. Articles that were judged not to be relevant (grade 0 and below) are
    left out; a query that has only such ones has an empty list. Of two judgements of one pair the first counts."""
    found: dict[str, list[GoldSpan]] = {}
    met: set[tuple[str, str]] = set()
    for number, (where, line) in enumerate(reading.lines(path), start=1):
        tabular = "\t" in line
        columns = [column.strip() for column in line.split("\t")] if tabular else line.split()
        if not any(columns) or (number == 1 and columns[0].lower().replace("_", "-") in ("query-id", "qid", "query")):
            continue
        if len(columns) == 4:
            query, _iteration, article, score = columns
        elif len(columns) == 3:
            query, article, score = columns
        else:
            reading.problem(where, f"It has {len(columns)} columns: {line[:80]!r}.", _SHAPE)
            continue
        try:
            grade = int(float(score))
        except (ValueError, OverflowError):
            reading.problem(where, f"Its grade {score[:20]!r} is no number.", _SHAPE)
            continue
        article = _article_id(article)
        if (query, article) in met:
            reading.problem(where, f"{query!r} and {article!r} were judged before.", "Remove one of the two lines.")
            continue
        met.add((query, article))
        judged = found.setdefault(query, [])
        if grade > 0:
            judged.append(GoldSpan(article, relevance=grade))
    return found


def _article_id(written: str) -> str:
    """An id as the index has it: in one that holds white space, that and "%" are percent-encoded in TREC files."""
    decoded = unquote(written)
    return decoded if any(map(str.isspace, decoded)) else written


def report_unknown(
    reading: Reading, path: Path, judged: Mapping[str, list[GoldSpan]], queries: Mapping[str, object]
) -> None:
    """Problems for what is judged and not there: queries, and articles where the set brings its own."""
    for query, gold in judged.items():
        if query not in queries:
            reading.problem(str(path), f"The query {query!r} is judged, and not asked.", "Add it, or remove the lines.")
        for span in gold:
            if reading.articles and span.article not in reading.articles:
                reading.problem(
                    str(path),
                    f"The article {span.article!r}, judged for the query {query!r}, is not among the documents.",
                    "Add it, or remove the line.",
                )
