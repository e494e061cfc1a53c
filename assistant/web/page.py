"""The chat as a Gradio page: which part of the page shows what, and what happens on which event.

Everything that is said and shown comes from `Chat`; this is the only file that knows Gradio. The conversation lives in
a `gr.State`, so it belongs to one browser tab. See docs/decisions/0050 for why the text is our own HTML.
"""

from importlib.resources import files
from typing import TYPE_CHECKING, Any

from assistant.web.chat import Chat
from assistant.web.conversation import Conversation, Finished
from assistant.web.messages import Messages, negotiate
from assistant.web.view import notice_html

if TYPE_CHECKING:
    import gradio
    from fastapi import FastAPI

ANSWERS_AT_ONCE = 8  # questions of several users run in threads of their own; more wait in the queue
QUESTIONS_WAITING = 64


STYLES = ("page.css", "answer.css", "question-box.css", "reader.css")  # in this order: later ones go before


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
        accepted = chat.accept(conversation, question, messages)
        if not accepted.taken:
            return gr.skip(), gr.skip(), notice_html(accepted.notice, question)
        return accepted.conversation, chat.page(accepted.conversation, messages), ""

    def answer(conversation: Conversation, request: gr.Request) -> Finished | None:
        return chat.answer(conversation, messages_of(request))

    def finish(conversation: Conversation, finished: Finished | None, request: gr.Request) -> tuple[Any, ...]:
        messages = messages_of(request)
        settled = chat.finish(conversation, finished, messages)
        if settled is conversation:  # nothing was being asked: an empty question, or one that was stopped
            return gr.skip(), gr.skip(), None
        return settled, chat.page(settled, messages), None

    def stop(conversation: Conversation, request: gr.Request) -> tuple[Any, ...]:
        stopped = chat.stop(conversation)
        return stopped, chat.page(stopped, messages_of(request))

    def clear(request: gr.Request) -> tuple[Any, ...]:
        return (), chat.page((), messages_of(request)), "", ""

    def read(conversation: Conversation, request: gr.Request, event: gr.EventData) -> str:
        return chat.read(conversation, event._data, messages_of(request))

    with gr.Blocks(title="Article assistant", analytics_enabled=False, fill_width=True) as opened:
        conversation = gr.State(())
        finished = gr.State(None)
        with gr.Row(elem_id="top-bar"):
            heading = plain_html("heading")
            new = gr.Button("", elem_id="new-conversation", size="sm", min_width=0, visible=chat.has_index)
        page = plain_html("page", js_on_load=static_text("chat.js"))
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
        asked = page.ask(accept, conversation, [conversation, page, notice], trigger_mode="multiple", **quick)
        running = asked.then(answer, conversation, finished, trigger_mode="multiple", **queued)
        running.then(finish, [conversation, finished], [conversation, page, finished], trigger_mode="multiple", **quick)
        stopper.click(stop, conversation, [conversation, page], cancels=running, **quick)
        new.click(clear, None, [conversation, page, notice, reader], cancels=running, **quick)
        page.read(read, conversation, reader, trigger_mode="always_last", **quick)

    blocks: gradio.Blocks = opened
    blocks.queue(default_concurrency_limit=ANSWERS_AT_ONCE, max_size=QUESTIONS_WAITING, api_open=False)
    return blocks


def plain_html(identity: str, js_on_load: str | None = None) -> Any:
    """An HTML part without Gradio's own styles; `js_on_load` may trigger events of its own names."""
    import gradio as gr

    return gr.HTML("", elem_id=identity, apply_default_css=False, padding=False, js_on_load=js_on_load)
