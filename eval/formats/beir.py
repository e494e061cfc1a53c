"""BEIR: `corpus.jsonl`, `queries.jsonl` and judgements in `qrels/*.tsv` (Thakur et al. 2021)."""

from pathlib import Path

from eval.cases import Case, TestSet, Turn
from eval.formats.judgements import read_judgements, report_unknown
from eval.formats.reading import Reading, Unusable, make_article, required_text, text_of

SPLITS = ("test", "dev", "validation", "train")
"""In the order in which they are preferred."""


def read(path: Path) -> TestSet:
    """The judged queries of one split: the one whose file in `qrels` is named, else the first there is of SPLITS.

    `path` is the folder, or one of its files. Without `corpus.jsonl` the set is asked of articles that are elsewhere.
    """
    reading = Reading("beir")
    folder = _folder(path)
    if (corpus := folder / "corpus.jsonl").is_file():
        _read_corpus(reading, corpus)
    queries = _read_queries(reading, folder / "queries.jsonl")
    qrels = path if path.suffix.lower() == ".tsv" else _qrels(folder)
    if qrels is None:
        reading.problem(str(folder / "qrels"), "There are no judgements.", f"Add qrels/{SPLITS[0]}.tsv.")
        judged = {}
    else:
        judged = read_judgements(reading, qrels)
        report_unknown(reading, qrels, judged, queries)
    for identifier, (where, question) in queries.items():
        if qrels is None or identifier in judged:
            gold = tuple(judged.get(identifier, ()))
            turn = Turn(identifier, question, answerable=True if gold else None, gold=gold)
            reading.add_case(Case(identifier, (turn,), where, split=qrels.stem if qrels else ""))
    return reading.finished(folder, folder.name)


def _folder(path: Path) -> Path:
    if path.is_dir():
        return path
    return path.parent.parent if path.parent.name == "qrels" else path.parent


def _qrels(folder: Path) -> Path | None:
    found = {file.stem: file for file in sorted((folder / "qrels").glob("*.tsv"))}
    return next((found[split] for split in (*SPLITS, *found) if split in found), None)


def _read_corpus(reading: Reading, path: Path) -> None:
    for where, record in reading.json_lines(path):
        try:
            identifier = required_text(record, "_id")
            text, title = text_of(record, "text"), text_of(record, "title")
        except Unusable as fault:
            reading.problem(where, fault.what, fault.next_step)
            continue
        whole = text if not title or text.startswith(title) else f"{title}\n\n{text}"
        reading.add_article(make_article(identifier, title, whole, text_of(record, "language")), where)


def _read_queries(reading: Reading, path: Path) -> dict[str, tuple[str, str]]:
    """Where each query stands, and its text, by id."""
    queries: dict[str, tuple[str, str]] = {}
    for where, record in reading.json_lines(path):
        try:
            identifier, question = required_text(record, "_id"), required_text(record, "text")
        except Unusable as fault:
            reading.problem(where, fault.what, fault.next_step)
            continue
        if identifier in queries:
            reading.problem(
                where,
                f"Its id {identifier!r} was already met in {queries[identifier][0]}; this query is not read.",
                "Give one of the two another id, or remove it.",
            )
            continue
        queries[identifier] = where, question
    return queries
