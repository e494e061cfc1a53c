"""`assistant eval make` and `assistant eval review`: a test set over one's own articles, proposed and then reviewed.

Uses `eval`, which stands on top of this package, only when one of these commands is run.
"""

from pathlib import Path
from typing import Annotated

import typer

from assistant.cli.options import IndexOption, LanguageOption
from assistant.cli.output import Exit, note, progress_bar
from assistant.settings import load_settings
from assistant.wiring import indexed_embedder, open_index, open_language_model

PORT = 7861
"""Beside that of the chat."""


def make(
    out: Annotated[
        Path, typer.Option("--out", metavar="FILE.jsonl", help="Where the proposals go; a file of them is added to.")
    ],
    questions: Annotated[
        int, typer.Option("--questions", min=1, max=100_000, help="How many proposals the file is to hold.")
    ] = 50,
    seed: Annotated[int, typer.Option("--seed", help="Another number chooses other sentences.")] = 0,
    language: LanguageOption = None,
    index: IndexOption = None,
) -> None:
    """Propose questions over the articles of an index, for a person to accept or mend with `assistant eval review`.

    They are made from sentences; by the language model, where one is set. A third of them asks about another name than
    the article's, so that nothing should answer. A command that was stopped goes on where it was.
    """
    from eval.proposals.making import make_proposals

    settings = load_settings(index=index)
    with progress_bar("Proposing", "question", questions) as bar:
        made = make_proposals(
            settings,
            out,
            questions,
            seed=seed,
            languages=language or (),
            model=open_language_model(settings),
            watch=lambda done, _wanted: bar.update(done - bar.n),
        )
    for reason, count in made.dropped.items():
        note(f"assistant: sentences that were left out, since {reason}: {count}.")
    if made.exhausted:
        note(f"assistant: the articles hold no more sentences to ask about; {questions} questions were wanted.")
    typer.echo(f"{out}: {made.total} proposals, {made.total - made.before} of them new; review them: ", nl=False)
    typer.echo(f"assistant eval review {out}" + (f" --index {index}" if index else ""))
    if made.exhausted:
        raise typer.Exit(Exit.PARTLY)


def review(
    file: Annotated[Path, typer.Argument(metavar="FILE.jsonl", help="What `assistant eval make` wrote.")],
    index: IndexOption = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port of this machine to listen on.")] = PORT,
    accepted: Annotated[
        Path | None,
        typer.Option("--accepted", metavar="OUT.jsonl", help="Only write the accepted ones as a test set, and end."),
    ] = None,
) -> None:
    """Go through proposals in the browser: accept, mend, reject. Each decision is stored at once; Ctrl-C ends it."""
    from eval.proposals.file import open_proposals, read_proposals
    from eval.proposals.review import FileReview, write_accepted

    if accepted is not None:
        count = write_accepted(read_proposals(file), accepted)
        typer.echo(f"{accepted}: {count} questions; ask them: assistant eval run --cases {accepted} --out DIR")
        return
    read_proposals(file)  # a wrong name must not make a page without proposals
    settings = load_settings(index=index)
    opened = open_index(indexed_embedder(settings))
    from assistant.server.review import review_app
    from assistant.server.serve import serve

    with open_proposals(file) as held:
        serve(
            review_app(FileReview(held, opened)),
            port=port,
            ready=lambda url: typer.echo(f"The review is open on {url} (Ctrl-C ends it)"),
        )
