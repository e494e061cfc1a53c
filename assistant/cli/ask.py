"""`assistant ask`: one question, one answer with its citations."""

import dataclasses
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import typer

from assistant.cli.options import EmbedderOption, IndexOption, JsonOption
from assistant.cli.output import note
from assistant.errors import UsageInvalid
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
) -> None:
    """Ask a question; the answer quotes the articles, and says so when they do not tell."""
    turns = _read_history(history) if history else ()
    assistant = open_assistant(load_settings(index=index, embedder=embedder))
    shown = not as_json and _is_terminal()
    answer, written = _follow(assistant.stream(question, turns, search_for=search_for), question, shown=shown)
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


def answer_as_json(answer: Answer) -> dict[str, Any]:
    """The object that `ask --json` and the API give."""
    return {
        "question": answer.question,
        "searched_for": answer.searched_for,
        "language": answer.language,
        "answer": answer.text,
        "abstained": answer.abstained,
        "citations": [dataclasses.asdict(citation) for citation in answer.citations],
        "passages": [dataclasses.asdict(passage) for passage in answer.passages],
        "mode": answer.mode,
        "index_generation": answer.index_generation,
        "timings_ms": {name: round(value, 3) for name, value in answer.timings_ms.items()},
        "notices": list(answer.notices),
        "statements": [dataclasses.asdict(statement) for statement in answer.statements],
    }
