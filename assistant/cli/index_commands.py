"""`assistant index ...`: making, changing and checking an index."""

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated

import typer

from assistant.cli.options import EmbedderOption, IndexOption, JsonOption, WaitOption
from assistant.cli.output import Exit, fail, note, progress_bar, reported_progress
from assistant.errors import UsageInvalid
from assistant.settings import Settings, load_settings
from assistant.wiring import indexed_embedder, open_maintainer, open_writer, place_of, read_articles
from index.ingestion import Report, ingest, remove

app = typer.Typer(help="Make, change and check an index.", no_args_is_help=True)

PathsArgument = Annotated[
    list[Path],
    typer.Argument(metavar="PATH...", help="Files and folders of .txt, .md, .html, .pdf, .docx, .jsonl and .csv."),
]


@app.command()
def build(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="PATH...", help="Files and folders of .txt, .md, .html, .pdf, .docx, .jsonl and .csv."),
    ] = None,
    index: IndexOption = None,
    embedder: EmbedderOption = None,
    wait: WaitOption = None,
    prune: Annotated[
        bool, typer.Option("--prune", help="Remove the articles whose files are no longer there.")
    ] = False,
    re_embed: Annotated[
        bool, typer.Option("--re-embed", help="Embed all articles of the index again, with the embedder that is set.")
    ] = False,
    ray: Annotated[
        str | None,
        typer.Option("--ray", metavar="ADDRESS", help="Embed on a Ray cluster: HOST:PORT of its head node, or auto."),
    ] = None,
) -> None:
    """Create or update an index from files and folders; unchanged articles are not embedded again."""
    if not paths and not re_embed:
        raise UsageInvalid("Name at least one file or folder of articles: assistant index build PATH...")
    settings = load_settings(index=index, embedder=embedder, wait_seconds=wait)
    if re_embed:
        with (
            open_writer(settings, re_embed=True, ray=ray) as writer,
            reported_progress("Embedding", "article") as progress,
        ):
            done = writer.re_embed(progress)
        note(f"Embedded {done} articles again with {settings.embedder!r}.")
    if paths:
        _add(settings, paths, prune=prune, ray=ray)


@app.command()
def add(paths: PathsArgument, index: IndexOption = None, wait: WaitOption = None) -> None:
    """Add articles, or replace those that are there under the same id."""
    settings = load_settings(index=index, wait_seconds=wait)
    place_of(settings).status()  # a wrong --index must not make a new index; `build` makes one
    settings = indexed_embedder(settings)
    _add(settings, paths, prune=False)


def _add(settings: Settings, paths: list[Path], *, prune: bool, ray: str | None = None) -> None:
    files, articles = read_articles(settings, paths)
    with (
        open_writer(settings, ray=ray) as writer,
        progress_bar("Reading and embedding", "article", files) as bar,
    ):
        report = ingest(writer, articles, prune=paths if prune else (), progress=lambda: bar.update(1))
    # Closing the writer may have written a new vector file, and with it a new generation.
    _print_report(replace(report, generation=place_of(settings).status().generation), settings)
    if report.problems or writer.left_undone:
        raise typer.Exit(Exit.PARTLY)


def _print_report(report: Report, settings: Settings) -> None:
    for problem in report.problems:
        note(f"assistant: {problem}")
    for warning in report.warnings:
        note(f"assistant: warning: {warning}")
    typer.echo(
        f"{settings.index}: {report.added} added, {report.replaced} replaced, {report.unchanged} unchanged, "
        f"{report.removed} removed, {len(report.problems)} not read; generation {report.generation}"
    )


@app.command("remove")
def remove_articles(
    articles: Annotated[
        list[str], typer.Argument(metavar="ARTICLE...", help="Ids of articles, or the files they came from.")
    ],
    index: IndexOption = None,
    wait: WaitOption = None,
) -> None:
    """Remove articles, by id or file."""
    settings = load_settings(index=index, wait_seconds=wait)
    with open_maintainer(settings) as writer:
        removed, unknown = remove(writer, articles)
    for name in unknown:
        note(
            f"assistant: the index in {settings.index} holds no article {name!r}. "
            f"List them: assistant index status --articles --index {settings.index}"
        )
    typer.echo(f"{settings.index}: {len(removed)} removed")
    if unknown:
        raise typer.Exit(Exit.PARTLY)


@app.command()
def status(
    index: IndexOption = None,
    as_json: JsonOption = False,
    articles: Annotated[bool, typer.Option("--articles", help="Print the id of every article, one a line.")] = False,
) -> None:
    """What the index holds: articles, passages, languages, embedder, size, generation."""
    settings = load_settings(index=index)
    if articles and not as_json:
        for article_id in place_of(settings).article_ids():
            typer.echo(article_id)
        return
    found = asdict(place_of(settings).status())
    if articles:
        found["article_ids"] = place_of(settings).article_ids()
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False))
        return
    typer.echo(f"{'index':<12}{settings.index}")
    for name, value in found.items():
        shown = ", ".join(f"{key} {count}" for key, count in value.items()) if name == "languages" else value
        typer.echo(f"{name:<12}{shown}")


@app.command()
def verify(index: IndexOption = None) -> None:
    """Check everything against everything; exit 1 and say what is wrong."""
    settings = load_settings(index=index)
    with reported_progress("Checking", "article") as progress:
        faults = place_of(settings).verify(progress)
    for fault in faults:
        note(f"assistant: {fault}")
    if faults:
        fail(f"the index in {settings.index} has {len(faults)} faults", Exit.PARTLY)
    typer.echo(f"{settings.index}: no fault found")


@app.command()
def repair(index: IndexOption = None, wait: WaitOption = None) -> None:
    """Make what is derived from the articles anew: the lexical index and the vector file."""
    settings = load_settings(index=index, wait_seconds=wait)
    with open_maintainer(settings) as writer:
        writer.repair()
    typer.echo(f"{settings.index}: made anew from the articles")
