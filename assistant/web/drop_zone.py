"""The part of the page that takes dropped files while there are no articles: progress, a report, then the chat."""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.errors import AssistantError
from assistant.web import escaping
from assistant.web.chat import Chat
from assistant.web.dropped_files import Adding, DroppedFiles
from assistant.web.messages import Messages, negotiate
from assistant.web.page_frame import problem_html, problems_html
from index.errors import AssistantIndexError
from index.ingestion import Report

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class DropZone:
    """Its Gradio components and what it works with; `connect` makes its events, once the whole page is there."""

    chat: Chat
    dropped_files: DroppedFiles
    column: Any
    files: Any
    report: Any

    def connect(
        self,
        page: Any,
        show: Callable[..., Any],
        conversation: Any,
        shown: Sequence[Any],
        examples: Callable[..., Any],
        welcome_examples: Any,
    ) -> None:
        """When files came, the page is shown anew by `show`, which may find articles now."""
        import gradio as gr

        def offer() -> Any:
            return gr.Column(visible=self.chat.awaits_files)

        def add(paths: list[str] | None, request: gr.Request) -> Iterator[tuple[Any, Any]]:
            yield gr.skip(), gr.skip()  # to a generator that gives nothing, Gradio would empty what it writes to
            messages = negotiate(request.headers.get("accept-language"))
            for html in self.steps([Path(path) for path in paths or ()], messages):
                yield html, gr.skip()
            yield gr.skip(), None

        quick: dict[str, Any] = {"queue": False, "show_progress": "hidden", "api_visibility": "private"}
        page.load(offer, None, self.column, **quick)
        added = self.files.upload(
            add, self.files, [self.report, self.files], show_progress="hidden", api_visibility="private"
        )
        opened = added.then(show, conversation, list(shown), **quick)
        opened.then(offer, None, self.column, **quick).then(examples, None, welcome_examples, **quick)

    def steps(self, paths: Sequence[Path], messages: Messages) -> Iterator[str]:
        """HTML of how far it is, again and again, and at last of what became of the files."""
        if not paths or not self.chat.awaits_files:
            return
        yield _working_html(messages.say("dropped_reading"))
        try:
            for step in self.dropped_files.add(paths):
                match step:
                    case Adding(done, total):
                        numbers = {"done": messages.number(done), "total": messages.number(total)}
                        yield _working_html(messages.say("dropped_adding", **numbers))
                    case Report() as report:
                        if report.added + report.replaced + report.unchanged:
                            self.chat.open(self.dropped_files.open_engine)
                        yield report_html(report, messages)
        except (AssistantIndexError, AssistantError, OSError) as error:
            yield _failed_html(str(error), messages)
        except Exception as error:  # the page must say that it failed, whatever the reason
            _log.exception("Dropped files could not be added")
            yield _failed_html(messages.say("unexpected", kind=type(error).__name__), messages)


def build_drop_zone(chat: Chat, dropped_files: DroppedFiles) -> DropZone:
    """Its components, on the page that is being built."""
    import gradio as gr

    with gr.Column(elem_id="drop-zone", visible=chat.awaits_files) as column:
        files = gr.File(elem_id="drop", file_count="multiple", show_label=False, height=180)
    report = gr.HTML("", elem_id="drop-report", apply_default_css=False, padding=False)
    return DropZone(chat, dropped_files, column, files, report)


def report_html(report: Report, messages: Messages) -> str:
    """What was added, what could not be read, and what is to be known of the rest; all of it as text."""
    added = messages.count("added", report.added + report.replaced + report.unchanged)
    parts = [f'<p class="added" role="status">{escaping.text(added)}</p>']
    parts += [f'<p class="quiet" dir="auto">{escaping.text(warning)}</p>' for warning in report.warnings]
    if report.problems:
        parts.append(problems_html(list(map(str, report.problems)), messages, messages.say("dropped_problems")))
    return _report_html("".join(parts), messages)


def _working_html(text: str) -> str:
    return (
        '<div class="page drop-report"><p class="adding" role="status"><span class="pulse"></span>'
        f"{escaping.text(text)}</p></div>"
    )


def _failed_html(problem: str, messages: Messages) -> str:
    return _report_html(problem_html(messages.say("dropped_failed"), problem), messages)


def _report_html(inside: str, messages: Messages) -> str:
    return f'<div class="page drop-report" lang="{messages.language}">{inside}</div>'
