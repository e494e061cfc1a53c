"""The page for owners at `/collection`: the articles, and everything that changes them.

Its components are Gradio's; what is done is the `CollectionKeeper`'s. The dates are text fields: see
docs/decisions/0058.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.collection_keeper import CollectionKeeper
from assistant.errors import AssistantError
from assistant.filters import Filters, filters_of
from assistant.web.collection_view import (
    articles_table,
    changes_table,
    choices,
    done_html,
    removed_html,
    status_html,
    working_html,
)
from assistant.web.dropped_files import Adding, DroppedFiles
from assistant.web.engine_slot import EngineSlot
from assistant.web.messages import Messages
from assistant.web.mounting import mount_page
from assistant.web.page import messages_of, plain_html, static_text
from assistant.web.page_frame import head_html, message_html
from index.article_list import ArticleList
from index.errors import AssistantIndexError, IndexMissing
from index.facets import Facets
from index.ingestion import Report
from index.readers.choose import SUFFIXES
from index.readers.limits import DEFAULT_LIMITS

if TYPE_CHECKING:
    import gradio
    from fastapi import FastAPI

PATH = "/collection"
NOTHING = ArticleList((), 0, 0, Facets())

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class CollectionPage:
    """Works with one index. The chat in `slot` is opened when the first articles are there."""

    keeper: CollectionKeeper
    dropped_files: DroppedFiles
    slot: EngineSlot

    def listed(self, words: str, filters: Filters) -> ArticleList:
        """What the fields above the list ask for; nothing where there is no index. Raises the errors of the index."""
        try:
            return self.keeper.listed(words, filters)
        except IndexMissing:
            return NOTHING

    def changes(self) -> Sequence[Any]:
        try:
            return self.keeper.changes()
        except AssistantIndexError:  # the list says what is wrong
            return ()

    def steps(self, work: Callable[[], Iterator[Any]], messages: Messages) -> Iterator[str]:
        """HTML of how far `work` is, again and again, and at last of what became of it."""
        try:
            for step in work():
                match step:
                    case Report() as report:
                        self._open_chat()
                        yield done_html(report, messages)
                    case Adding(done, total) | (done, total):
                        yield working_html(done, total, messages)
        except (AssistantIndexError, AssistantError, OSError) as error:
            yield message_html(str(error), wrong=True)
        except Exception as error:  # the page must say that it failed, whatever the reason
            _log.exception("The collection could not be changed")
            yield message_html(messages.say("unexpected", kind=type(error).__name__), wrong=True)

    def remove(self, chosen: Sequence[str], messages: Messages) -> str:
        try:
            return removed_html(self.keeper.remove(chosen), messages)
        except (AssistantIndexError, AssistantError, OSError) as error:
            return message_html(str(error), wrong=True)

    def _open_chat(self) -> None:
        if self.slot.engine is None:
            self.slot.open(self.dropped_files.open_engine())


def mount_collection(app: "FastAPI", page: CollectionPage) -> "FastAPI":
    """`app` with the page; to be called before the chat, which takes every path that is left."""
    styles = (static_text("page.css"), static_text("collection.css"))
    return mount_page(app, build(page), PATH, styles, DEFAULT_LIMITS.max_document_bytes)


def build(page: CollectionPage) -> "gradio.Blocks":
    """The page and its events."""
    import gradio as gr

    def look(
        chosen: list[str],
        words: str,
        languages: list[str],
        sources: list[str],
        first: str,
        last: str,
        request: gr.Request,
    ) -> tuple[Any, ...]:
        """The list, what can be chosen of it, how much it is, and the changes."""
        messages = messages_of(request)
        problem, listed = "", NOTHING
        try:
            listed = page.listed(words, filters_of(languages, first, last, sources))
        except (AssistantError, AssistantIndexError) as error:
            problem = str(error)
        offered = choices(listed, chosen)
        known = {value for _, value in offered}
        return (
            gr.Dataframe(**articles_table(listed, messages)),
            gr.Dropdown(choices=offered, value=[each for each in chosen if each in known]),
            status_html(listed, messages, problem),
            gr.Dataframe(**changes_table(page.changes(), messages)),
        )

    def opened(request: gr.Request) -> tuple[Any, ...]:
        messages = messages_of(request)
        try:
            facets = page.keeper.listed(count=0).facets
        except AssistantIndexError:
            facets = Facets()
        names = {code: messages.language_name(code) or code for code in facets.languages}
        return (
            head_html("collection", messages),
            gr.Textbox(label=messages.say("collection_search")),
            gr.Dropdown(label=messages.say("column_language"), choices=[(names[code], code) for code in names]),
            gr.Dropdown(label=messages.say("column_source"), choices=list(facets.sources)),
            gr.Textbox(label=messages.say("collection_from")),
            gr.Textbox(label=messages.say("collection_to")),
            gr.Dropdown(label=messages.say("collection_selected"), info=messages.say("collection_selected_info")),
            gr.Button(messages.say("collection_read_again")),
            gr.Button(messages.say("collection_read_all")),
            gr.Button(messages.say("collection_remove")),
            gr.Button(messages.say("collection_remove_sure")),
            gr.Button(messages.say("collection_keep")),
            gr.File(label=messages.say("collection_add")),
            f'<h2 class="collection-heading">{messages.say("collection_changes")}</h2>',
        )

    def choose(chosen: list[str], event: gr.SelectData) -> list[str]:
        article = str(event.row_value[1])
        return [each for each in chosen if each != article] if article in chosen else [*chosen, article]

    def add(paths: list[str] | None, request: gr.Request) -> Iterator[tuple[Any, Any]]:
        yield gr.skip(), gr.skip()
        files = [Path(path) for path in paths or ()]
        for html in page.steps(lambda: page.dropped_files.add(files), messages_of(request)):
            yield html, gr.skip()
        yield gr.skip(), None

    def again(chosen: list[str], request: gr.Request) -> Iterator[str]:
        messages = messages_of(request)
        if not chosen:
            yield message_html(messages.say("collection_nothing_chosen"), wrong=True)
            return
        yield from page.steps(lambda: page.keeper.read_again(chosen), messages)

    def all_again(request: gr.Request) -> Iterator[str]:
        yield from page.steps(page.keeper.read_again, messages_of(request))

    def ask_to_remove(chosen: list[str], request: gr.Request) -> tuple[Any, Any, Any]:
        if chosen:
            return gr.skip(), gr.Button(visible=True), gr.Button(visible=True)
        said = message_html(messages_of(request).say("collection_nothing_chosen"), wrong=True)
        return said, gr.Button(visible=False), gr.Button(visible=False)

    def remove(chosen: list[str], request: gr.Request) -> tuple[Any, ...]:
        said = page.remove(chosen, messages_of(request))
        return said, [], gr.Button(visible=False), gr.Button(visible=False)

    with gr.Blocks(title="Collection", analytics_enabled=False, fill_width=True) as blocks:
        head = plain_html("collection-head")
        with gr.Row():
            words = gr.Textbox(elem_id="collection-words", interactive=True, min_width=200, scale=2)
            language = gr.Dropdown([], multiselect=True, interactive=True, elem_id="collection-language", min_width=150)
            source = gr.Dropdown([], multiselect=True, interactive=True, elem_id="collection-source", min_width=150)
            first = gr.Textbox(elem_id="collection-from", interactive=True, min_width=150, max_lines=1)
            last = gr.Textbox(elem_id="collection-to", interactive=True, min_width=150, max_lines=1)
        status = plain_html("collection-status")
        table = gr.Dataframe(elem_id="collection-articles", interactive=False, wrap=True, buttons=[], max_height=480)
        chosen = gr.Dropdown([], multiselect=True, interactive=True, elem_id="collection-chosen")
        with gr.Row():
            read = gr.Button("", elem_id="collection-again", min_width=120)
            read_all = gr.Button("", elem_id="collection-all", min_width=120)
            remover = gr.Button("", elem_id="collection-remove", min_width=120)
            sure = gr.Button("", elem_id="collection-sure", variant="stop", visible=False, min_width=120)
            keep = gr.Button("", elem_id="collection-keep", visible=False, min_width=120)
        files = gr.File(file_count="multiple", file_types=list(SUFFIXES), elem_id="collection-drop", height=160)
        report = plain_html("collection-report")
        changes_heading = plain_html("collection-changes-heading")
        changes = gr.Dataframe(elem_id="collection-changes", interactive=False, wrap=True, buttons=[], max_height=320)

        quick: dict[str, Any] = {"queue": False, "show_progress": "hidden", "api_visibility": "private"}
        working: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private", "concurrency_limit": 1}
        asked = [chosen, words, language, source, first, last]
        view = [table, chosen, status, changes]
        labelled = [head, words, language, source, first, last, chosen, read, read_all, remover, sure, keep, files]

        blocks.load(opened, None, [*labelled, changes_heading], **quick).then(look, asked, view, **quick)
        typed: list[Any] = [words, first, last]
        for field in typed:
            field.change(look, asked, view, trigger_mode="always_last", **quick)
        narrowed: list[Any] = [language, source]
        for field in narrowed:
            field.input(look, asked, view, trigger_mode="always_last", **quick)
        table.select(choose, chosen, chosen, **quick)
        files.upload(add, files, [report, files], **working).then(look, asked, view, **quick)
        read.click(again, chosen, report, **working).then(look, asked, view, **quick)
        read_all.click(all_again, None, report, **working).then(look, asked, view, **quick)
        remover.click(ask_to_remove, chosen, [report, sure, keep], **quick)
        keep.click(lambda: (gr.Button(visible=False), gr.Button(visible=False)), None, [sure, keep], **quick)
        sure.click(remove, chosen, [report, chosen, sure, keep], **working).then(look, asked, view, **quick)

    made: gradio.Blocks = blocks
    made.queue(default_concurrency_limit=2, api_open=False)
    return made
