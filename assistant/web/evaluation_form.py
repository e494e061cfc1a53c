"""The page for evaluators as Gradio components: which part shows what, and what happens on which event.

While a run goes on, the page asks every second how far it is: so any number of pages can follow it, also one that was
closed and opened again.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.web import escaping
from assistant.web.evaluation_files import run_files
from assistant.web.evaluation_page import EvaluationPage
from assistant.web.messages import Messages
from assistant.web.mounting import mount_page
from assistant.web.page import messages_of, plain_html, static_text
from assistant.web.page_frame import head_html, message_html
from index.readers.limits import DEFAULT_LIMITS

if TYPE_CHECKING:
    import gradio
    from fastapi import FastAPI

PATH = "/evaluation"

SECONDS = 1.0
"""Between two looks at a run that goes on."""


def mount_evaluation(app: "FastAPI", page: EvaluationPage) -> "FastAPI":
    """`app` with the page and the files of its runs; to be called before the chat, which takes every path left."""
    app.include_router(run_files(page.runs, f"{PATH}/runs"))
    styles = map(static_text, ("page.css", "collection.css", "evaluation.css"))
    return mount_page(app, build(page), PATH, styles, DEFAULT_LIMITS.max_document_bytes)


def build(page: EvaluationPage) -> "gradio.Blocks":
    """The page and its events."""
    import gradio as gr

    def opened(request: gr.Request) -> tuple[Any, ...]:
        messages = messages_of(request)
        sets = page.set_choices()
        return (
            head_html("evaluation", messages),
            *(_heading(messages.say(f"evaluation_heading_{part}")) for part in ("set", "runs", "compare")),
            gr.File(label=messages.say("evaluation_drop")),
            gr.Dropdown(
                label=messages.say("evaluation_format"),
                choices=[(messages.say("evaluation_format_told"), ""), *((name, name) for name in page.formats)],
                value="",
            ),
            gr.Dropdown(
                label=messages.say("evaluation_stored"),
                info=messages.say("evaluation_stored_info"),
                choices=sets,
                value=None,
            ),
            gr.Dropdown(
                label=messages.say("evaluation_split"), choices=[(messages.say("evaluation_split_all"), "")], value=""
            ),
            gr.Textbox(label=messages.say("evaluation_limit")),
            gr.Button(messages.say("evaluation_start")),
            gr.Button(messages.say("evaluation_stop")),
            gr.Dropdown(label=messages.say("evaluation_chosen")),
            gr.Button(messages.say("evaluation_go_on")),
            gr.Dropdown(label=messages.say("evaluation_against")),
            gr.Button(messages.say("evaluation_compare")),
        )

    def listed(chosen: str | None, against: str | None, request: gr.Request) -> tuple[Any, ...]:
        """The table of runs and the choices of them; the run that ended last is looked at where none is."""
        messages = messages_of(request)
        ended = page.background.ended
        listing = page.listing(messages)
        known, comparable = ([value for _, value in choices] for choices in (listing.choices, listing.finished))
        looked_at = chosen if chosen in known else ended.run if ended and ended.run in known else None
        return (
            listing.table,
            gr.Dropdown(choices=listing.choices, value=looked_at),
            gr.Dropdown(choices=listing.finished, value=against if against in comparable else None),
            *_run(page, looked_at, messages),
        )

    def take(paths: list[str] | None, format_name: str | None, request: gr.Request) -> tuple[Any, ...]:
        messages = messages_of(request)
        taken, said, splits = page.take([Path(path) for path in paths or ()], format_name or None, messages)
        return said, taken, gr.Dropdown(choices=page.set_choices(), value=taken), _splits(splits, messages), None

    def choose_set(identity: str | None, request: gr.Request) -> tuple[Any, ...]:
        messages = messages_of(request)
        said, splits = page.described(identity, messages) if identity else ("", ())
        return said, identity, _splits(splits, messages)

    def followed(said: str, messages: Messages, *, begun: bool = False) -> tuple[Any, ...]:
        """Progress, what else is to be said, the Stop button, and whether to look again: once at least after a run was
        begun, whose end may have come already."""
        running = page.is_running
        return page.progress(messages), said, gr.Button(visible=running), gr.Timer(active=running or begun)

    def start(identity: str | None, split: str | None, limit: str, request: gr.Request) -> tuple[Any, ...]:
        messages = messages_of(request)
        problem = page.start(identity, split, limit, messages)
        return followed(problem, messages, begun=not problem)

    def go_on(chosen: str | None, request: gr.Request) -> tuple[Any, ...]:
        messages = messages_of(request)
        problem = page.go_on(chosen or "", messages)
        return followed(problem, messages, begun=not problem)

    def stop(request: gr.Request) -> str:
        page.background.stop()
        return page.progress(messages_of(request))

    def look(request: gr.Request) -> tuple[Any, ...]:
        return followed("", messages_of(request))

    def tick(chosen: str | None, against: str | None, request: gr.Request) -> tuple[Any, ...]:
        """Only how far it is, as long as it goes on; then everything that its end changes."""
        messages = messages_of(request)
        if page.is_running:
            return page.progress(messages), *[gr.skip()] * (len(following) - 1 + len(of_runs))
        ended = page.background.ended
        return *followed("", messages), *listed(ended.run if ended else chosen, against, request)

    def show_run(chosen: str | None, request: gr.Request) -> tuple[Any, ...]:
        return _run(page, chosen, messages_of(request))

    def comparing(request: gr.Request) -> str:
        return message_html(messages_of(request).say("evaluation_comparing"))

    def compare(against: str | None, chosen: str | None, request: gr.Request) -> str:
        return page.compare(against, chosen, messages_of(request))

    with gr.Blocks(title="Evaluation", analytics_enabled=False, fill_width=True) as blocks:
        head = plain_html("evaluation-head")
        set_heading = plain_html("evaluation-set-heading")
        files = gr.File(file_count="multiple", elem_id="evaluation-drop", height=140)
        set_said = plain_html("evaluation-set-said")
        # The set that is described is the one that is run. The field tells its new value only some time after the
        # description is read, so that Run could still find the old one there.
        described = gr.State(None)
        with gr.Row():
            stored = gr.Dropdown([], interactive=True, elem_id="evaluation-stored", min_width=220, scale=2)
            split = gr.Dropdown([], interactive=True, elem_id="evaluation-split", min_width=140)
            limit = gr.Textbox(elem_id="evaluation-limit", interactive=True, min_width=140, max_lines=1)
            named = gr.Dropdown([], interactive=True, elem_id="evaluation-format", min_width=140)
        with gr.Row():
            starter = gr.Button("", elem_id="evaluation-start", variant="primary", min_width=120)
            stopper = gr.Button("", elem_id="evaluation-stop", visible=False, min_width=120)
        said = plain_html("evaluation-said")
        progress = plain_html("evaluation-progress")
        timer = gr.Timer(SECONDS, active=False)
        runs_heading = plain_html("evaluation-runs-heading")
        table = plain_html("evaluation-runs")
        chosen = gr.Dropdown([], interactive=True, elem_id="evaluation-chosen")
        goer = gr.Button("", elem_id="evaluation-go-on", visible=False, min_width=120)
        details = plain_html("evaluation-run")
        compare_heading = plain_html("evaluation-compare-heading")
        with gr.Row():
            against = gr.Dropdown([], interactive=True, elem_id="evaluation-against", min_width=220, scale=3)
            comparer = gr.Button("", elem_id="evaluation-compare", min_width=120)
        comparison = plain_html("evaluation-comparison")

        quick: dict[str, Any] = {"queue": False, "show_progress": "hidden", "api_visibility": "private"}
        working: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private", "concurrency_limit": 1}
        headings = [head, set_heading, runs_heading, compare_heading]
        fields = [files, named, stored, split, limit, starter, stopper, chosen, goer, against, comparer]
        following = [progress, said, stopper, timer]
        of_runs = [table, chosen, against, details, goer]

        loaded = blocks.load(opened, None, [*headings, *fields], **quick)
        loaded.then(look, None, following, **quick).then(listed, [chosen, against], of_runs, **quick)
        files.upload(take, [files, named], [set_said, described, stored, split, files], **working)
        stored.input(choose_set, stored, [set_said, described, split], **working)
        starter.click(start, [described, split, limit], following, **quick)
        goer.click(go_on, chosen, following, **quick)
        stopper.click(stop, None, progress, **quick)
        timer.tick(tick, [chosen, against], [*following, *of_runs], **quick)
        chosen.input(show_run, chosen, [details, goer], **quick)
        comparer.click(comparing, None, comparison, **quick).then(compare, [against, chosen], comparison, **working)

    made: gradio.Blocks = blocks
    made.queue(default_concurrency_limit=2, api_open=False)
    return made


def _heading(text: str) -> str:
    return f'<h2 class="collection-heading">{escaping.text(text)}</h2>'


def _splits(names: Sequence[str], messages: Messages) -> Any:
    import gradio as gr

    return gr.Dropdown(
        choices=[(messages.say("evaluation_split_all"), ""), *((name, name) for name in names)], value=""
    )


def _run(page: EvaluationPage, chosen: str | None, messages: Messages) -> tuple[Any, Any]:
    import gradio as gr

    said, can_go_on = page.run(chosen, messages)
    return said, gr.Button(visible=can_go_on and not page.is_running)
