"""Below each answer: copy it with its citations, or make a link to it; above the question box: save the conversation.

The texts to copy are sent with the answer, since a browser lets a page copy only at once after a click.
"""

import re
from dataclasses import dataclass, replace
from secrets import token_hex
from typing import Any

from assistant.errors import AssistantError
from assistant.filters import EVERYTHING
from assistant.identity.asker import EVERYBODY, Asker
from assistant.keeping.keepsakes import Keepsakes
from assistant.keeping.shared_answers import Reopened, SharedAnswer, find_shared, reopen, share
from assistant.keeping.visible_answers import visible_answer
from assistant.types import Answer
from assistant.web import escaping
from assistant.web.conversation import Conversation, Exchange, find
from assistant.web.engine import Engine
from assistant.web.engine_slot import EngineSlot
from assistant.web.exports import (
    answer_as_markdown,
    answer_as_text,
    conversation_as_json,
    conversation_as_markdown,
)
from assistant.web.messages import Messages
from assistant.web.page import asker_in, messages_of, plain_html, static_text
from assistant.web.page_parts import Surroundings
from index.errors import AssistantIndexError

_REOPENED = re.compile(r"shared-([A-Za-z0-9_-]{22})-[0-9a-f]+\Z")
"""The id of the exchange that a link opened, which holds the link's."""


@dataclass(frozen=True, slots=True)
class Sharing:
    """A `PagePart`. Links are kept in `keepsakes`."""

    slot: EngineSlot
    keepsakes: Keepsakes

    @property
    def styles(self) -> str:
        return static_text("sharing.css")

    def answer_html(self, exchange: Exchange, messages: Messages) -> str:
        answer = exchange.outcome
        if not isinstance(answer, Answer):
            return ""
        copied = {"text": answer_as_text(answer, messages), "markdown": answer_as_markdown(answer, messages)}
        kept = "".join(f'<pre hidden data-copied="{kind}">{escaping.text(text)}</pre>' for kind, text in copied.items())
        buttons = "".join(
            f'<button type="button" {name}="{value}">{escaping.text(messages.say(label))}</button>'
            for name, value, label in (
                ("data-copy", "text", "copy_text"),
                ("data-copy", "markdown", "copy_markdown"),
                ("data-share", exchange.id, "share_answer"),
            )
        )
        label = escaping.attribute(messages.say("answer_actions"))
        return f'<div class="answer-actions" role="group" aria-label="{label}">{buttons}{kept}</div>'

    def build(self, around: Surroundings) -> None:
        import gradio as gr

        def make_link(conversation: Conversation, request: gr.Request, event: gr.EventData) -> str:
            conversation = around.visible(conversation, request)
            by = asker_in(request).name
            return self.link_html(conversation, str(event._data.get("exchange")), messages_of(request), by)

        def open_link(conversation: Conversation, request: gr.Request, event: gr.EventData) -> tuple[Any, ...]:
            messages = messages_of(request)
            opened = self.opened(str(event._data.get("answer")), messages, asker_in(request))
            if isinstance(opened, str):
                return gr.skip(), gr.skip(), _notice_html(opened, messages)
            if conversation:  # the link was opened already
                return gr.skip(), gr.skip(), gr.skip()
            return (opened,), around.render((opened,), request), ""

        def save(conversation: Conversation, request: gr.Request, event: gr.EventData) -> str:
            conversation = around.visible(conversation, request)
            return export_html(conversation, str(event._data.get("format")), messages_of(request))

        def label(request: gr.Request) -> str:
            return tools_html(messages_of(request))

        tools = plain_html("conversation-tools")
        report = plain_html("sharing", js_on_load=static_text("sharing.js"))
        quick: dict[str, Any] = {"queue": False, "show_progress": "hidden", "api_visibility": "private"}
        around.blocks.load(label, None, tools, **quick)
        report.link(make_link, around.conversation, report, **quick)
        report.save(save, around.conversation, report, **quick)
        report.reopen(open_link, around.conversation, [around.conversation, around.page, report], **quick)

    def link_html(self, conversation: Conversation, exchange_id: str, messages: Messages, by: str | None = None) -> str:
        """Keeps the answer for the user `by` and shows its link, or says why not. The script makes the whole address of
        it."""
        exchange = find(conversation, exchange_id)
        if exchange is None or not isinstance(exchange.outcome, Answer):
            return _notice_html(messages.say("conversation_unknown"), messages)
        reopened = _REOPENED.match(exchange.id)
        try:
            link = reopened[1] if reopened else share(self.keepsakes, exchange.outcome, exchange.filters, by=by).id
        except AssistantError as error:
            return _notice_html(str(error), messages)
        said, label = messages.say("share_made"), messages.say("share_link")
        return _report_html(
            f'<label class="shared-link">{escaping.text(said)} <input type="text" readonly data-answer="{link}"'
            f' aria-label="{escaping.attribute(label)}" value="?answer={link}"></label>',
            messages,
        )

    def opened(self, answer_id: str, messages: Messages, asker: Asker = EVERYBODY) -> Exchange | str:
        """The exchange of a shared answer, as the first of a conversation; or, as plain text, why there is none. One
        of which `asker` may see no quote is as unknown as one that was never shared."""
        engine = self.slot.engine_for(asker)
        try:
            shared = find_shared(self.keepsakes, answer_id)
            if shared is not None and engine is not None and asker.groups is not None:
                shared = _visible(shared, engine)
            if shared is None or engine is None:
                return messages.say("share_unknown")
            found = reopen(shared, engine.article, engine.collection().generation)
        except (AssistantError, AssistantIndexError) as error:
            return str(error)
        told = state_told(found, messages, counted=asker.groups is None)
        answer = replace(found.answer, notices=(told, *found.answer.notices))
        if asker.groups is not None:  # that of whoever asked counts what others may see
            answer = replace(answer, index_generation=found.generation)
        return Exchange(f"shared-{shared.id}-{token_hex(6)}", answer.question, answer, filters=shared.filters)


def _visible(shared: SharedAnswer, engine: Engine) -> SharedAnswer | None:
    """What of it may be seen; the filters go with what may not, since they may name what nothing else does."""
    answer = visible_answer(shared.answer, engine.article)
    if answer is shared.answer:
        return shared
    return replace(shared, answer=answer, filters=EVERYTHING) if answer.citations else None


def state_told(found: Reopened, messages: Messages, *, counted: bool = True) -> str:
    """With which state of the articles a shared answer was made, and what became of its quotes; plain text. Without the
    states where they are not `counted`, as they are not of what people may see who may not see everything: theirs
    cannot be compared with those of others."""
    values = {
        "date": messages.date(found.shared.made_at[:10]),
        "generation": messages.number(found.shared.answer.index_generation),
        "now": messages.number(found.generation),
        "lost": messages.number(len(found.lost)),
        "total": messages.number(len(found.shared.answer.citations)),
    }
    if not counted or found.shared.answer.index_generation > found.generation:
        return messages.say("shared_read_lost" if found.lost else "shared_read", **values)
    if found.lost:
        return messages.say("shared_lost", **values)
    return messages.say("shared_changed" if found.articles_changed else "shared_same", **values)


def tools_html(messages: Messages) -> str:
    """The buttons that save the conversation; the style shows them when there is one. With the words that the script
    says by itself."""
    said = "".join(
        f' data-{name}="{escaping.attribute(messages.say(key))}"'
        for name, key in (("copied", "copied"), ("failed", "copy_failed"), ("shared", "share_copied"))
    )
    buttons = "".join(
        f'<button type="button" data-save="{kind}">{escaping.text(messages.say(f"export_{kind}"))}</button>'
        for kind in ("markdown", "json")
    )
    label = escaping.text(messages.say("export_conversation"))
    return f'<div class="conversation-tools" lang="{messages.language}"{said}><span>{label}</span>{buttons}</div>'


def export_html(conversation: Conversation, kind: str, messages: Messages) -> str:
    """The file for the script to save: its name, its type, and its text."""
    if kind == "json":
        name, media_type, text = "conversation.json", "application/json", conversation_as_json(conversation)
    else:
        name, media_type, text = "conversation.md", "text/markdown", conversation_as_markdown(conversation, messages)
    return _report_html(
        f'<pre hidden data-file="{name}" data-type="{media_type}" data-number="{token_hex(6)}">'
        f"{escaping.text(text)}</pre>",
        messages,
    )


def _notice_html(text: str, messages: Messages) -> str:
    return _report_html(f'<p class="notice" role="alert" dir="auto">{escaping.text(text)}</p>', messages)


def _report_html(inside: str, messages: Messages) -> str:
    return f'<div class="sharing" lang="{messages.language}">{inside}</div>'
