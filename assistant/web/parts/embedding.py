"""What the chat tells the page that embeds it: each answer, as the API gives it. The script speaks with that page."""

import json
from typing import Any

from assistant.answer_object import answer_as_json
from assistant.types import Answer
from assistant.web import escaping
from assistant.web.conversation import Conversation, Exchange, find
from assistant.web.messages import Messages
from assistant.web.page import plain_html
from assistant.web.page_parts import Surroundings
from assistant.widget.script import static_text


class Embedding:
    """A `PagePart` that shows nothing, and does nothing outside of a widget's frame."""

    styles = ""

    def answer_html(self, exchange: Exchange, messages: Messages) -> str:
        del exchange, messages
        return ""

    def build(self, around: Surroundings) -> None:
        import gradio as gr

        def tell(conversation: Conversation, request: gr.Request, event: gr.EventData) -> str:
            return told_html(around.visible(conversation, request), str(event._data.get("exchange")))

        bridge = plain_html("embedding", js_on_load=static_text("bridge.js"))
        quick: dict[str, Any] = {"queue": False, "show_progress": "hidden", "api_visibility": "private"}
        bridge.told(tell, around.conversation, bridge, trigger_mode="multiple", **quick)


def told_html(conversation: Conversation, exchange_id: str) -> str:
    """The answer of an exchange for the script, as JSON in a hidden element; nothing where there is none."""
    exchange = find(conversation, exchange_id)
    if exchange is None or not isinstance(exchange.outcome, Answer):
        return ""
    written = json.dumps(answer_as_json(exchange.outcome))
    return f'<pre hidden data-exchange="{exchange.id}">{escaping.text(written)}</pre>'
