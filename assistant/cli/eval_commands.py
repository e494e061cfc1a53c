"""`assistant eval ...`: asking a test set, and comparing two runs of it.

The only file of this package that uses `eval`, which stands on top of it, and only when one of these commands is run.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from assistant.cli.options import EmbedderOption, IndexOption, JsonOption
from assistant.cli.output import Exit, note, progress_bar
from assistant.errors import UsageInvalid
from assistant.settings import load_settings
from assistant.wiring import open_assistant

app = typer.Typer(help="Ask test sets, and compare what came of it.", no_args_is_help=True)

RunFolder = Annotated[Path, typer.Argument(metavar="DIR", help="What `assistant eval run` wrote.")]


@app.command()
def run(
    cases: Annotated[
        Path, typer.Option("--cases", metavar="FILE", help="The test set: a file, or the folder of a BEIR or TREC set.")
    ],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where the run and its report go.")],
    index: IndexOption = None,
    embedder: EmbedderOption = None,
    format_name: Annotated[
        str | None,
        typer.Option(
            "--format", metavar="NAME", help="jsonl, squad, beir, trec, ragas or promptfoo; told by the file."
        ),
    ] = None,
    split: Annotated[
        str | None, typer.Option("--split", metavar="NAME", help="Only the questions of this split, as dev.")
    ] = None,
    limit: Annotated[
        int | None, typer.Option("--limit", min=1, help="At most so many cases, spread evenly over the set.")
    ] = None,
    words_weight: Annotated[
        float | None,
        typer.Option(
            "--words-weight", min=0, help="How much words count beside vectors: 0 for not at all, 1000 for words only."
        ),
    ] = None,
    restart: Annotated[
        bool, typer.Option("--restart", help="Throw away what DIR holds of an earlier run, and ask all again.")
    ] = False,
    judge: Annotated[
        bool, typer.Option("--judge", help="Let the language model that is set judge each answer, too.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Ask a test set as users ask, and report what is right; a run that was stopped goes on where it was.

    A set that brings its own documents is asked over these, in DIR/index, unless --index names another index.
    """
    from eval import evaluation
    from eval.formats.choose import read_set
    from eval.judge.judge import open_judge
    from eval.report.files import METRICS, REPORT
    from eval.report.plain import summary_lines

    test_set = read_set(cases, format_name)
    settings = load_settings(index=index, embedder=embedder)
    with _bars() as watch:
        problems: tuple[str, ...] = ()
        if test_set.articles and index is None:
            settings = settings.model_copy(update={"index": out / evaluation.INDEX})
            problems = evaluation.index_articles(settings, test_set.articles, watch)
        engine = open_assistant(settings)
        if words_weight is not None:
            engine = evaluation.with_words_weight(engine, words_weight)
        if judge and engine.language_model is None:
            raise UsageInvalid(
                "--judge needs a language model. Set one with ASSISTANT_LLM, ASSISTANT_LLM_BASE_URL and "
                "ASSISTANT_LLM_MODEL, or leave --judge out."
            )
        done = evaluation.run_set(
            engine,
            settings,
            test_set,
            out,
            evaluation.Part(split, limit),
            problems=problems,
            restart=restart,
            watch=watch,
            judge=open_judge(engine.language_model, engine.article) if judge and engine.language_model else None,
        )
    for problem in done.problems:
        note(f"assistant: {problem}")
    for refused in done.summary.refused:
        note(f"assistant: the question {refused!r} could not be asked; the report says why.")
    if as_json:
        typer.echo((out / METRICS).read_text(encoding="utf-8"), nl=False)
    else:
        for line in summary_lines(done.summary):
            typer.echo(line)
        typer.echo(f"{done.summary.questions} questions; report: {out / REPORT}")
    if done.problems or done.summary.refused:
        raise typer.Exit(Exit.PARTLY)


@app.command()
def compare(
    first: RunFolder,
    second: RunFolder,
    allow: Annotated[
        list[str] | None,
        typer.Option(
            "--allow",
            metavar="FIGURE=FALL",
            help="How far a figure may fall, as 'f1=0.05'; 'all=...' for those not named.  [default: all=0.02]",
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Compare two runs question by question; exit 1 if the second is worse in a figure by more than is allowed."""
    from eval.compare import compare as compare_runs
    from eval.report.plain import comparison_as_json, comparison_lines

    comparison = compare_runs(first, second, _allowances(allow or []))
    if as_json:
        typer.echo(json.dumps(comparison_as_json(comparison), ensure_ascii=False))
    else:
        for line in comparison_lines(comparison):
            typer.echo(line)
    for change in comparison.fell:
        note(f"assistant: {change.measure} got worse by more than {change.allowance:g}.")
    if comparison.fell:
        raise typer.Exit(Exit.PARTLY)


def _allowances(given: list[str]) -> dict[str, float]:
    found = {}
    for one in given:
        name, _, value = one.rpartition("=")
        try:
            found[name] = float(value)
        except ValueError:
            found[name] = -1.0
        if not name or not found[name] >= 0:
            raise UsageInvalid(f"--allow {one!r} is not a figure and how far it may fall, such as --allow f1=0.05.")
    return found


@contextmanager
def _bars() -> Iterator[Callable[[str, int, int], None]]:
    """One progress bar for each stage, one after the other."""
    units = {"Indexing": "article", "Asking": "question", "Writing": "report"}
    with ExitStack() as stack:
        current: list[Any] = ["", None]

        def watch(stage: str, done: int, total: int) -> None:
            if current[0] != stage:
                stack.close()
                if stage == "Asking" and done:
                    note(f"assistant: {done} of {total} questions were asked before; going on.")
                current[:] = [stage, stack.enter_context(progress_bar(stage, units[stage], total, done))]
            current[1].update(done - current[1].n)

        yield watch
