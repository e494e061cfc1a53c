"""`assistant ask`: one question, one answer with its citations."""

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from assistant.answer_object import answer_as_json
from assistant.cli.options import (
    EmbedderOption,
    FromOption,
    IndexOption,
    JsonOption,
    LanguageOption,
    SourceOption,
    ToOption,
)
from assistant.cli.output import note
from assistant.errors import UsageInvalid
from assistant.filters import filters_of
from assistant.settings import load_settings
from assistant.types import Answer, Event, Finished, Searching, TextDelta, Turn
from assistant.wiring import open_assistant


def ask(
    question: Annotated[str, typer.Argument(metavar="QUESTION", help="In any language.")],
    index: IndexOption = None,
    embedder: EmbedderOption = None,
    as_json: JsonOption = False,
    history: Annotated[
        Path | None,
        typer.Option(
            "--history",
            metavar="FILE.json",
            help='Earlier turns that the question goes on from: [{"question": ..., "answer": ...}].',
        ),
    ] = None,
    search_for: Annotated[
        str | None,
        typer.Option("--search-for", metavar="QUERY", help="Search for this instead of what the question means."),
    ] = None,
    language: LanguageOption = None,
    from_date: FromOption = None,
    to_date: ToOption = None,
    source: SourceOption = None,
) -> None:
    """Ask a question; the answer quotes the articles, and says so when they do not tell."""
    turns = _read_history(history) if history else ()
    filters = filters_of(language or (), from_date, to_date, source or ())
    assistant = open_assistant(load_settings(index=index, embedder=embedder), read_ahead=True)
    shown = not as_json and _is_terminal()
    events = assistant.stream(question, turns, search_for=search_for, filters=filters)
    answer, written = _follow(events, question, shown=shown)
    for notice in answer.notices:
        note(f"assistant: {notice}")
    if as_json:
        typer.echo(json.dumps(answer_as_json(answer), ensure_ascii=False))
        return
    if written.strip() != answer.text.strip():
        typer.echo(answer.text)
    typer.echo()
    for citation in answer.citations:
        about = ", ".join(part for part in (citation.title, citation.date, citation.url) if part)
        typer.echo(f"[{citation.number}] {about} ({citation.article}, {citation.start}-{citation.end})")


def _follow(events: Iterable[Event], question: str, *, shown: bool) -> tuple[Answer, str]:
    """The answer, and the text of the language model that was printed while it came, if it is `shown`."""
    written = ""
    for event in events:
        match event:
            case Searching(query):
                if query.strip() != question.strip():
                    note(f"assistant: searching for: {query}")
            case TextDelta(text):
                if shown:
                    typer.echo(text, nl=False)
                    sys.stdout.flush()
                    written += text
            case Finished(answer):
                if written:
                    typer.echo()
                if written and written.strip() != answer.text.strip():
                    typer.echo("\n----\n")  # what was checked takes the place of what was streamed
                return answer, written
    raise AssertionError("no answer came")


def _is_terminal() -> bool:
    return sys.stdout.isatty()


def _read_history(file: Path) -> tuple[Turn, ...]:
    try:
        turns = json.loads(file.read_text(encoding="utf-8-sig"))
        if not isinstance(turns, list):
            raise TypeError("not a list")
        return tuple(Turn(str(turn["question"]), str(turn["answer"])) for turn in turns)
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise UsageInvalid(
            f'{file} cannot be read as a conversation: {error!r}. It must hold [{{"question": ..., "answer": ...}}].'
        ) from error
