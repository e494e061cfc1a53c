"""The chat as a Gradio page: which part of the page shows what, and what happens on which event.

Everything that is said and shown comes from `Chat`. The conversation lives in a `gr.State`, so it belongs to one
browser tab. See docs/decisions/0050 for why the text is our own HTML.
"""

import asyncio
from collections.abc import Iterator
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from assistant.filters import EVERYTHING, Filters
from assistant.identity.asker import Asker
from assistant.identity.of_request import asker_of
from assistant.identity.page_origin import origin_in, sending_page
from assistant.protection.audit import Surface
from assistant.web.chat import Accepted, Chat
from assistant.web.conversation import Conversation, Result
from assistant.web.dropped_files import DroppedFiles
from assistant.web.messages import Messages, of_request
from assistant.web.mounting import mount_page
from assistant.web.page_parts import Surroundings
from assistant.web.upload_gate import UploadGate
from assistant.web.view import notice_html
from assistant.web.welcome import examples_html
from assistant.widget.paths import EMBED
from assistant.widget.script import static_text as widget_text
from index.errors import AssistantIndexError

if TYPE_CHECKING:
    import gradio
    from fastapi import FastAPI

ANSWERS_AT_ONCE = 8  # questions of several users run in threads of their own; more wait in the queue
QUESTIONS_WAITING = 64


# In this order: later ones go before.
STYLES = (
    "page.css",
    "account.css",
    "welcome.css",
    "answer.css",
    "progress.css",
    "question-box.css",
    "quote-card.css",
    "reader.css",
)
SCRIPTS = ("reader.js", "quote-card.js", "chat.js")


def static_text(name: str) -> str:
    """A file of `static/`, which is sent with the page."""
    return files("assistant.web").joinpath("static", name).read_text(encoding="utf-8")


def mount(app: "FastAPI", chat: Chat, *, dropped_files: DroppedFiles | None = None) -> "FastAPI":
    """`app` with the chat at `/`, and in its compact form at `/embed/`: the same page, whose look and whose ties to a
    page around it are a matter of its address. Routes that `app` has already go before it. `dropped_files` takes the
    files that are dropped on a page without articles; without it, no file is taken."""
    app.add_middleware(UploadGate, is_open=lambda: chat.awaits_files)
    styles = [*(part.styles for part in chat.parts), *map(static_text, STYLES), widget_text("compact.css")]
    max_bytes = dropped_files.max_bytes if dropped_files else 1
    blocks = build(chat, dropped_files)
    return mount_page(app, blocks, "/", styles, max_bytes, first_script=widget_text("frame.js"), also_at=(EMBED,))


def build(chat: Chat, dropped_files: DroppedFiles | None = None) -> "gradio.Blocks":
    """The page and its events. Gradio is told to send no analytics."""
    import gradio as gr

    from assistant.web.drop_zone import build_drop_zone

    def chat_of(request: gr.Request) -> Chat:
        """The chat as its asker may see it. Nothing below shows anything by another one."""
        return chat.seen_by(asker_in(request))

    def render(conversation: Conversation, request: gr.Request) -> str:
        return chat_of(request).page(conversation, messages_of(request))

    def visible(conversation: Conversation, request: gr.Request) -> Conversation:
        try:
            return chat_of(request).visible(conversation)
        except AssistantIndexError:
            return ()

    def show(conversation: Conversation, request: gr.Request) -> tuple[Any, ...]:
        messages = messages_of(request)
        box = gr.Textbox(
            label=messages.say("question_label"),
            placeholder=messages.say("placeholder"),
            submit_btn=messages.say("send"),
        )
        heading = chat_of(request).heading(messages)
        stop = gr.Button(messages.say("stop"))
        new = gr.Button(messages.say("new_conversation"), visible=chat.has_index)
        return render(conversation, request), heading, gr.Column(visible=chat.has_index), box, stop, new

    async def examples(request: gr.Request) -> str:
        messages = messages_of(request)
        coming = await asyncio.to_thread(chat_of(request).examples, messages)
        # Shielded: a page that is closed must not cancel what others wait for, too.
        questions = await asyncio.shield(asyncio.wrap_future(coming))
        return examples_html(questions, messages)

    def accept(
        conversation: Conversation, filters: Filters, request: gr.Request, event: gr.EventData
    ) -> tuple[Any, ...]:
        messages = messages_of(request)
        accepted = _accepted(chat, conversation, filters, event._data, messages)
        accepted = chat_of(request).within_quota(accepted, conversation, *sent_from(request), messages)
        if not accepted.taken:
            question = str(event._data.get("question", ""))
            return gr.skip(), gr.skip(), gr.skip(), notice_html(accepted.notice, question)
        return accepted.conversation, render(accepted.conversation, request), "", ""

    def answer(conversation: Conversation, request: gr.Request) -> Iterator[tuple[Any, ...]]:
        yield gr.skip(), gr.skip()  # to a generator that gives nothing, Gradio would empty what it writes to
        surface: Surface = "embed" if sent_from(request)[1] else "chat"
        for step in chat_of(request).answer(conversation, messages_of(request), surface):
            yield (gr.skip(), step) if isinstance(step, Result) else (step, gr.skip())

    def finish(conversation: Conversation, result: Result | None, request: gr.Request) -> tuple[Any, ...]:
        settled = chat.finish(conversation, result, messages_of(request))
        if settled is conversation:  # nothing to settle: a question that was empty, refused or stopped
            return gr.skip(), gr.skip(), gr.skip()
        return settled, render(settled, request), ""

    def stop(conversation: Conversation, request: gr.Request) -> tuple[Any, ...]:
        stopped = chat.stop(conversation)
        return stopped, render(stopped, request), ""

    def clear(conversation: Conversation, request: gr.Request) -> tuple[Any, ...]:
        chat.stop(conversation)
        return (), render((), request), "", "", ""

    def read(conversation: Conversation, request: gr.Request, event: gr.EventData) -> str:
        return chat_of(request).read(conversation, event._data, messages_of(request))

    with gr.Blocks(title="Article assistant", analytics_enabled=False, fill_width=True) as opened:
        conversation = gr.State(())
        result = gr.State(None)
        filters = gr.State(EVERYTHING)
        with gr.Row(elem_id="top-bar"):
            heading = plain_html("heading")
            new = gr.Button("", elem_id="new-conversation", size="sm", min_width=0, visible=chat.has_index)
        page = plain_html("page", js_on_load="".join(map(static_text, SCRIPTS)))
        drop_zone = build_drop_zone(chat, dropped_files) if dropped_files else None
        welcome_examples = plain_html("examples")  # apart, so that the page need not wait for them
        progress = plain_html("progress")  # apart, so that each new word sends only what is being written
        with gr.Column(elem_id="composer", visible=chat.has_index) as composer:
            for part in chat.parts:
                part.build(Surroundings(opened, conversation, filters, page, render, visible))
            notice = plain_html("notice")
            box = gr.Textbox(
                elem_id="question",
                show_label=False,
                lines=1,
                max_lines=8,
                interactive=True,
                autofocus=True,
                container=False,
                submit_btn=True,
                html_attributes=gr.InputHTMLAttributes(autocomplete="off", enterkeyhint="send"),
            )
            stopper = gr.Button(
                "", elem_id="stop", min_width=0
            )  # shown, by question-box.css, while a question is answered
        reader = plain_html("reader-panel")

        # Steps that only change what is shown run at once; only the engine's work is queued. No step writes to the box
        # or reads it: that would undo what is typed meanwhile. chat.js takes the question out of it and puts it back.
        quick: dict[str, Any] = {"queue": False, "show_progress": "hidden", "api_visibility": "private"}
        queued: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        shown = [page, heading, composer, box, stopper, new]
        opened.load(show, conversation, shown, **quick).then(examples, None, welcome_examples, **quick)
        asked = page.ask(
            accept, [conversation, filters], [conversation, page, progress, notice], trigger_mode="multiple", **quick
        )
        running = asked.then(answer, conversation, [progress, result], trigger_mode="multiple", **queued)
        running.then(finish, [conversation, result], [conversation, page, progress], trigger_mode="multiple", **quick)
        stopper.click(stop, conversation, [conversation, page, progress], cancels=running, **quick)
        cleared = new.click(
            clear, conversation, [conversation, page, progress, notice, reader], cancels=running, **quick
        )
        cleared.then(examples, None, welcome_examples, **quick)
        page.read(read, conversation, reader, trigger_mode="always_last", **quick)
        if drop_zone is not None:
            drop_zone.connect(opened, show, conversation, shown, examples, welcome_examples)

    blocks: gradio.Blocks = opened
    blocks.queue(default_concurrency_limit=ANSWERS_AT_ONCE, max_size=QUESTIONS_WAITING, api_open=False)
    return blocks


def messages_of(request: Any) -> Messages:
    """The page's words for who sent a request, a `gr.Request`."""
    return of_request(request)


def asker_in(request: Any) -> Asker:
    """Who sent a request, a `gr.Request`."""
    return asker_of(request.request)


def sent_from(request: Any) -> tuple[str, str]:
    """The address that a `gr.Request` came from, and the origin of another site's page that sent it, or "". Our own
    page in a frame has the page around it in its address, as `host`; who takes that out is still counted as a user."""
    connection = request.request
    page = sending_page(connection.headers) or origin_in(str(request.query_params.get("host", "")))
    return connection.client.host if connection.client else "", page


def plain_html(identity: str, js_on_load: str | None = None) -> Any:
    """An HTML part without Gradio's own styles; `js_on_load` may trigger events of its own names."""
    import gradio as gr

    return gr.HTML("", elem_id=identity, apply_default_css=False, padding=False, js_on_load=js_on_load)


def _accepted(
    chat: Chat, conversation: Conversation, filters: Filters, sent: dict[str, Any], messages: Messages
) -> Accepted:
    """A question that was asked, asked once more, or searched for otherwise, by what the browser sent."""
    if "retry" in sent:
        return chat.try_again(conversation, str(sent["retry"]), messages)
    if "again" in sent:
        return chat.search_again(conversation, str(sent["again"]), str(sent.get("search_for", "")), messages)
    return chat.accept(conversation, str(sent.get("question", "")), messages, filters)
