"""What the page for evaluators shows of sets and runs, as HTML in which everything is text."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from assistant.web import escaping
from assistant.web.evaluation_files import KINDS
from assistant.web.messages import Messages
from assistant.web.page_frame import message_html, problems_html

if TYPE_CHECKING:
    from eval.cases import TestSet
    from eval.stored.background import Ended, Progress
    from eval.stored.runs import StoredRun

RIGHT = "right"


def set_html(test_set: "TestSet", messages: Messages) -> str:
    """What a set holds, and what of it cannot be used."""
    questions = sum(len(case.turns) for case in test_set.cases)
    numbers = {"questions": messages.number(questions), "conversations": messages.number(len(test_set.cases))}
    if questions:
        told = [message_html(messages.say("evaluation_set", name=test_set.name, format=test_set.format, **numbers))]
    else:
        told = [message_html(messages.say("evaluation_set_empty", name=test_set.name), wrong=True)]
    if test_set.articles:
        number = messages.number(len(test_set.articles))
        told.append(message_html(messages.say("evaluation_set_brings", articles=number)))
    if test_set.problems:
        label = messages.say("evaluation_set_problems", problems=messages.number(len(test_set.problems)))
        told.append(problems_html(list(map(str, test_set.problems)), messages, label))
    return "".join(told)


def progress_html(progress: "Progress", messages: Messages, *, stopping: bool = False) -> str:
    """How far a run is, and how long it will take from here."""
    if not progress.total:
        said, values = messages.say("evaluation_preparing", name=progress.name), ""
    else:
        numbers = {"done": messages.number(progress.done), "total": messages.number(progress.total)}
        said = messages.say("evaluation_asking", name=progress.name, **numbers)
        values = f' value="{progress.done}" max="{progress.total}"'
        if progress.done == progress.total:
            said += " " + messages.say("evaluation_writing")
        elif stopping:
            said += " " + messages.say("evaluation_stopping")
        elif progress.seconds_left is not None:
            said += " " + messages.say("evaluation_left", time=messages.duration(progress.seconds_left))
    label = escaping.attribute(messages.say("evaluation_progress"))
    return f'<p class="evaluation-asking">{escaping.text(said)}</p><progress aria-label="{label}"{values}></progress>'


def ended_html(ended: "Ended", messages: Messages) -> str:
    """How a run ended, and what to do next where it was not finished."""
    numbers = {"done": messages.number(ended.done), "total": messages.number(ended.total)}
    if ended.unexpected:
        return message_html(messages.say("unexpected", kind=ended.unexpected), wrong=True)
    if ended.problem:
        anew = f" {messages.say('evaluation_anew')}" if ended.refused else ""
        return message_html(f"{ended.problem}{anew}", wrong=True)
    said = "evaluation_stopped" if ended.stopped else "evaluation_finished"
    return message_html(messages.say(said, name=ended.name, **numbers))


def runs_html(runs: Sequence["StoredRun"], messages: Messages) -> str:
    """The table of the runs, with links to what each left."""
    if not runs:
        return message_html(messages.say("evaluation_no_runs"))
    columns = ("run", "set", "part", "asked", "right", "state", "files")
    rows = "".join(_run_row(run, messages) for run in runs)
    return table_html(
        messages.say("evaluation_runs"), [messages.say(f"evaluation_column_{one}") for one in columns], rows
    )


def _run_row(run: "StoredRun", messages: Messages) -> str:
    asked = messages.number(run.asked) + (f" / {messages.number(run.total)}" if run.total is not None else "")
    files = "–"
    if run.results is not None:
        files = " ".join(_link(run, name, messages) for name in KINDS)
    index = "–" if run.generation is None else messages.number(run.generation)
    right = interval_text((run.results or {}).get("figures", {}).get(RIGHT), messages)
    cells = (
        escaping.text(run.name),
        escaping.text(part_text(run, messages)),
        asked,
        right,
        escaping.text(str(index)),
        files,
    )
    return f'<tr><th scope="row">{escaping.text(run.id)}</th>{"".join(f"<td>{cell}</td>" for cell in cells)}</tr>'


def part_text(run: "StoredRun", messages: Messages) -> str:
    if run.request is None:
        return messages.say("evaluation_by_command")
    told = [run.request.split] if run.request.split else []
    if run.request.limit:
        told.append(messages.say("evaluation_at_most", limit=messages.number(run.request.limit)))
    return ", ".join(told) or messages.say("evaluation_all")


def run_html(run: "StoredRun", messages: Messages) -> str:
    """The figures of a run with their intervals, its files, and what of its set could not be used."""
    if run.results is None:
        total = "?" if run.total is None else messages.number(run.total)
        return message_html(messages.say("evaluation_unfinished", done=messages.number(run.asked), total=total))
    results = run.results
    report = escaping.attribute(address_of(run, "report.html"), 1_000)
    parts = [
        f'<p><a class="evaluation-report" href="{report}" target="_blank" rel="noopener">'
        f"{escaping.text(messages.say('evaluation_open_report'))}</a> "
        f"{escaping.text(messages.say('evaluation_download'))} "
        f"{' '.join(_link(run, name, messages, download=True) for name in KINDS)}</p>",
        _figures_html(run.name, results, messages),
    ]
    if times := (results.get("timings") or {}).get("milliseconds"):
        half, most = (messages.number(round(times[name])) for name in ("p50", "p95"))
        parts.append(f"<p>{escaping.text(messages.say('evaluation_latency', half=half, most=most))}</p>")
    problems = [*map(str, results.get("problems", ())), *_refused(results, messages)]
    if problems:
        label = messages.say("evaluation_set_problems", problems=messages.number(len(problems)))
        parts.append(problems_html(problems, messages, label))
    return "".join(parts)


def _figures_html(name: str, results: Mapping[str, Any], messages: Messages) -> str:
    rows = "".join(
        f'<tr><th scope="row" lang="en">{escaping.text(measure)}</th><td>{messages.share(figure["mean"])}</td>'
        f"<td>{_range(figure, messages)}</td><td>{messages.number(figure['questions'])}</td></tr>"
        for measure, figure in results["figures"].items()
    )
    columns = [messages.say(f"evaluation_column_{one}") for one in ("figure", "mean", "interval", "questions")]
    return table_html(messages.say("evaluation_figures", name=name), columns, rows)


def _refused(results: Mapping[str, Any], messages: Messages) -> list[str]:
    return [messages.say("evaluation_refused", question=question) for question in results.get("refused", ())]


def interval_text(figure: Mapping[str, Any] | None, messages: Messages) -> str:
    return "–" if figure is None else f"{messages.share(figure['mean'])} ({_range(figure, messages)})"


def _range(figure: Mapping[str, Any], messages: Messages) -> str:
    return messages.say("evaluation_range", low=messages.share(figure["low"]), high=messages.share(figure["high"]))


def address_of(run: "StoredRun", name: str) -> str:
    """Relative to the page."""
    return f"runs/{quote(run.id, safe='')}/{name}"


def _link(run: "StoredRun", name: str, messages: Messages, *, download: bool = False) -> str:
    address = escaping.attribute(address_of(run, name), 1_000)
    kind = name.rpartition(".")[2].upper()
    label = escaping.attribute(messages.say("evaluation_file", kind=kind, run=run.id))
    how = f' download="{escaping.attribute(f"{run.id}-{name}")}"' if download or name != "report.html" else ""
    opened = ' target="_blank" rel="noopener"' if not how else ""
    return f'<a href="{address}" aria-label="{label}"{how}{opened}>{kind}</a>'


def table_html(caption: str, columns: Sequence[str], rows: str) -> str:
    """`rows` are HTML; a wide table is scrolled by itself, also by keyboard."""
    head = "".join(f'<th scope="col">{escaping.text(column)}</th>' for column in columns)
    label = escaping.attribute(caption)
    return (
        f'<div class="evaluation-table" tabindex="0" role="region" aria-label="{label}"><table>'
        f"<caption>{escaping.text(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )
