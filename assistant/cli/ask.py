"""`assistant ask`: one question, one answer with its citations."""

import dataclasses
import json
from typing import Annotated, Any

import typer

from assistant.cli.options import EmbedderOption, IndexOption, JsonOption
from assistant.settings import load_settings
from assistant.types import Answer
from assistant.wiring import open_assistant


def ask(
    question: Annotated[str, typer.Argument(metavar="QUESTION", help="In any language.")],
    index: IndexOption = None,
    embedder: EmbedderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ask a question; the answer quotes the articles, and says so when they do not tell."""
    answer = open_assistant(load_settings(index=index, embedder=embedder)).ask(question)
    if as_json:
        typer.echo(json.dumps(answer_as_json(answer), ensure_ascii=False))
        return
    typer.echo(answer.text)
    typer.echo()
    for citation in answer.citations:
        about = ", ".join(part for part in (citation.title, citation.date, citation.url) if part)
        typer.echo(f"[{citation.number}] {about} ({citation.article}, {citation.start}-{citation.end})")


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
    }
