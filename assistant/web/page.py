"""The chat as a Gradio page: which part of the page shows what, and what happens on which event.

Everything that is said and shown comes from `Chat`; this is the only file that knows Gradio. The conversation lives in
a `gr.State`, so it belongs to one browser tab. See docs/decisions/0050 for why the text is our own HTML.
"""

from collections.abc import Iterator
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from assistant.web.chat import Chat
from assistant.web.conversation import Conversation, Result
from assistant.web.messages import Messages, negotiate
from assistant.web.view import notice_html

if TYPE_CHECKING:
    import gradio
    from fastapi import FastAPI

ANSWERS_AT_ONCE = 8  # questions of several users run in threads of their own; more wait in the queue
QUESTIONS_WAITING = 64


# In this order: later ones go before.
STYLES = ("page.css", "answer.css", "progress.css", "question-box.css", "reader.css")


def static_text(name: str) -> str:
    """A file of `static/`, which is sent with the page."""
    return files("assistant.web").joinpath("static", name).read_text(encoding="utf-8")


def mount(app: "FastAPI", chat: Chat) -> "FastAPI":
    """`app` with the chat at `/`. Routes that `app` has already go before it."""
    import gradio as gr

    from assistant.web.theme import theme

    mounted: FastAPI = gr.mount_gradio_app(
        app,
        build(chat),
        path="/",
        theme=theme(),
        # Not `css=`: Gradio would rewrite the selectors of that.
        head=f"<style>{''.join(map(static_text, STYLES))}</style>",
        footer_links=[],
        run_history=False,
        enable_monitoring=False,
        ssr_mode=False,
        mcp_server=False,
        show_error=False,
        max_file_size=1,
    )
    return mounted


def build(chat: Chat) -> "gradio.Blocks":
    """The page and its events. Gradio is told to send no analytics."""
    import gradio as gr

    def messages_of(request: gr.Request) -> Messages:
        return negotiate(request.headers.get("accept-language"))

    def show(conversation: Conversation, request: gr.Request) -> tuple[Any, ...]:
        messages = messages_of(request)
        box = gr.Textbox(
            label=messages.say("question_label"),
            placeholder=messages.say("placeholder"),
            submit_btn=messages.say("send"),
        )
        heading = f'<p class="name">{messages.say("name")}</p>'
        buttons = gr.Button(messages.say("stop")), gr.Button(messages.say("new_conversation"))
        return chat.page(conversation, messages), heading, box, *buttons

    def accept(conversation: Conversation, request: gr.Request, event: gr.EventData) -> tuple[Any, ...]:
        messages = messages_of(request)
        question = str(event._data.get("question", ""))
        again = event._data.get("again")
        if again is None:
            accepted = chat.accept(conversation, question, messages)
        else:
            query = str(event._data.get("search_for", ""))
            accepted = chat.search_again(conversation, str(again), query, messages)
        if not accepted.taken:
            return gr.skip(), gr.skip(), gr.skip(), notice_html(accepted.notice, question)
        return accepted.conversation, chat.page(accepted.conversation, messages), "", ""

    def answer(conversation: Conversation, request: gr.Request) -> Iterator[tuple[Any, ...]]:
        yield gr.skip(), gr.skip()  # to a generator that gives nothing, Gradio would empty what it writes to
        for step in chat.answer(conversation, messages_of(request)):
            yield (gr.skip(), step) if isinstance(step, Result) else (step, gr.skip())

    def finish(conversation: Conversation, result: Result | None, request: gr.Request) -> tuple[Any, ...]:
        messages = messages_of(request)
        settled = chat.finish(conversation, result, messages)
        if settled is conversation:  # nothing to settle: a question that was empty, refused or stopped
            return gr.skip(), gr.skip(), gr.skip()
        return settled, chat.page(settled, messages), ""

    def stop(conversation: Conversation, request: gr.Request) -> tuple[Any, ...]:
        stopped = chat.stop(conversation)
        return stopped, chat.page(stopped, messages_of(request)), ""

    def clear(conversation: Conversation, request: gr.Request) -> tuple[Any, ...]:
        chat.stop(conversation)
        return (), chat.page((), messages_of(request)), "", "", ""

    def read(conversation: Conversation, request: gr.Request, event: gr.EventData) -> str:
        return chat.read(conversation, event._data, messages_of(request))

    with gr.Blocks(title="Article assistant", analytics_enabled=False, fill_width=True) as opened:
        conversation = gr.State(())
        result = gr.State(None)
        with gr.Row(elem_id="top-bar"):
            heading = plain_html("heading")
            new = gr.Button("", elem_id="new-conversation", size="sm", min_width=0, visible=chat.has_index)
        page = plain_html("page", js_on_load=static_text("chat.js"))
        progress = plain_html("progress")  # apart, so that each new word sends only what is being written
        with gr.Column(elem_id="composer", visible=chat.has_index):
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
        opened.load(show, conversation, [page, heading, box, stopper, new], **quick)
        asked = page.ask(accept, conversation, [conversation, page, progress, notice], trigger_mode="multiple", **quick)
        running = asked.then(answer, conversation, [progress, result], trigger_mode="multiple", **queued)
        running.then(finish, [conversation, result], [conversation, page, progress], trigger_mode="multiple", **quick)
        stopper.click(stop, conversation, [conversation, page, progress], cancels=running, **quick)
        new.click(clear, conversation, [conversation, page, progress, notice, reader], cancels=running, **quick)
        page.read(read, conversation, reader, trigger_mode="always_last", **quick)

    blocks: gradio.Blocks = opened
    blocks.queue(default_concurrency_limit=ANSWERS_AT_ONCE, max_size=QUESTIONS_WAITING, api_open=False)
    return blocks


def plain_html(identity: str, js_on_load: str | None = None) -> Any:
    """An HTML part without Gradio's own styles; `js_on_load` may trigger events of its own names."""
    import gradio as gr

    return gr.HTML("", elem_id=identity, apply_default_css=False, padding=False, js_on_load=js_on_load)
