"""`assistant search`: the passages that a query finds, one query or a file of them."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from assistant.cli.options import (
    EmbedderOption,
    FromOption,
    IndexOption,
    JsonOption,
    LanguageOption,
    SourceOption,
    ToOption,
)
from assistant.cli.output import Exit, note, progress_bar
from assistant.errors import UsageInvalid
from assistant.filters import filters_of
from assistant.search_object import found_as_json
from assistant.settings import Settings, load_settings
from assistant.wiring import indexed_embedder, open_index
from index.conditions import Condition
from index.errors import QueryRefused
from index.language import detect
from index.protocols import IndexSnapshot

RUN_NAME = "assistant"


@dataclass(frozen=True, slots=True)
class Query:
    """One line of a queries file."""

    id: str
    text: str


def search(
    query: Annotated[str | None, typer.Argument(metavar="QUERY", help="What to search for.")] = None,
    index: IndexOption = None,
    embedder: EmbedderOption = None,
    k: Annotated[int, typer.Option("--k", min=1, max=1000, help="How many results.")] = 10,
    as_json: JsonOption = False,
    queries: Annotated[
        Path | None, typer.Option("--queries", metavar="FILE.tsv", help="Many queries, one a line: id TAB text.")
    ] = None,
    run: Annotated[
        Path | None, typer.Option("--run", metavar="FILE.trec", help="Where their TREC run of article ids goes.")
    ] = None,
    language: LanguageOption = None,
    from_date: FromOption = None,
    to_date: ToOption = None,
    source: SourceOption = None,
) -> None:
    """Search the passages, for one query or for a file of them."""
    settings = load_settings(index=index, embedder=embedder)
    allowed = filters_of(language or (), from_date, to_date, source or ()).condition()
    if queries is not None and run is not None and query is None:
        _search_file(settings, queries, run, k, allowed)
    elif query is not None and queries is None and run is None:
        _search_one(settings, query, k, allowed, as_json=as_json)
    else:
        raise UsageInvalid("Give either one QUERY, or --queries FILE.tsv together with --run FILE.trec.")


def _search_one(settings: Settings, query: str, k: int, allowed: Condition | None, *, as_json: bool) -> None:
    with open_index(indexed_embedder(settings)).snapshot() as snapshot:
        hits = snapshot.search(query, k, detect(query), allowed=allowed)
        titles = {hit.passage.article: snapshot.article(hit.passage.article).title for hit in hits}
    if as_json:
        typer.echo(json.dumps(found_as_json(query, hits, titles), ensure_ascii=False))
        return
    if not hits:
        note("assistant: no passage found.")
    for number, hit in enumerate(hits, start=1):
        passage = hit.passage
        typer.echo(f"{number}. {titles[passage.article]} [{passage.article}, {passage.start}-{passage.end}]")
        typer.echo(f"   {' '.join(passage.text.split())}\n")


def _search_file(settings: Settings, queries_file: Path, run_file: Path, k: int, allowed: Condition | None) -> None:
    queries, problems = _read_queries(queries_file)
    lines = []
    with (
        open_index(indexed_embedder(settings)).snapshot() as snapshot,
        progress_bar("Searching", "query", len(queries)) as bar,
    ):
        for query in queries:
            try:
                ranked = rank_articles(snapshot, query.text, k, allowed)
            except QueryRefused as error:
                problems.append(f"{queries_file}: query {query.id!r}: {error}")
                ranked = []
            lines += [
                f"{query.id} Q0 {trec_id(article)} {rank} {score:.6f} {RUN_NAME}\n"
                for rank, (article, score) in enumerate(ranked, start=1)
            ]
            bar.update(1)
    try:
        run_file.write_text("".join(lines), encoding="utf-8")
    except OSError as error:
        raise UsageInvalid(f"{run_file} cannot be written: {error.strerror}. Name another file with --run.") from error
    for problem in problems:
        note(f"assistant: {problem}")
    typer.echo(f"{run_file}: {len(queries)} queries, {len(lines)} results")
    if problems:
        raise typer.Exit(Exit.PARTLY)


def _read_queries(file: Path) -> tuple[list[Query], list[str]]:
    try:
        lines = file.read_text(encoding="utf-8-sig").split("\n")  # splitlines() would also split at U+2028
    except (OSError, UnicodeDecodeError) as error:
        raise UsageInvalid(
            f"{file} cannot be read: {error}. It must be UTF-8 text, id TAB text on each line."
        ) from error
    queries: dict[str, Query] = {}
    problems = []
    for number, line in enumerate(lines, start=1):
        identifier, _, text = (part.strip() for part in line.partition("\t"))
        if identifier and text and not any(map(str.isspace, identifier)) and identifier not in queries:
            queries[identifier] = Query(identifier, text)
        elif line.strip():
            fault = (
                f"the id {identifier!r} was there before"
                if identifier in queries
                else "not an id without white space, a tab and a text"
            )
            problems.append(f"{file}, line {number}: {fault}: {line[:80]!r}")
    return list(queries.values()), problems


def rank_articles(
    snapshot: IndexSnapshot, query: str, k: int, allowed: Condition | None = None
) -> list[tuple[str, float]]:
    """The `k` best articles with the scores of their best passages, best first; near-copies are kept apart."""
    best: dict[str, float] = {}
    for hit in snapshot.search(query, 5 * k, detect(query), keep_near_copies=True, allowed=allowed):
        best.setdefault(hit.passage.article, hit.score)
    return list(best.items())[:k]


def trec_id(article: str) -> str:
    """The id as a TREC file can hold it: in one that has white space, that and "%" are percent-encoded."""
    if not any(character.isspace() for character in article):
        return article
    return "".join(
        "".join(f"%{byte:02X}" for byte in character.encode()) if character.isspace() or character == "%" else character
        for character in article
    )
