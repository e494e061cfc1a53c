"""Below each answer: whether it is good, and if not, why, and which passage would have been right."""

from dataclasses import dataclass, replace
from typing import Any

from assistant.errors import AssistantError
from assistant.keeping.feedback import LONGEST_REMARK, REASONS, RightPassage, feedback_on, keep, take_back
from assistant.keeping.keepsakes import Keepsakes
from assistant.keeping.right_passage import LONGEST_QUOTE
from assistant.types import Answer
from assistant.web import escaping
from assistant.web.conversation import Conversation, Exchange, find
from assistant.web.engine_slot import EngineSlot
from assistant.web.messages import Messages
from assistant.web.page import asker_in, messages_of, plain_html, static_text
from assistant.web.page_parts import Surroundings
from index.errors import AssistantIndexError


@dataclass(frozen=True, slots=True)
class FeedbackForm:
    """A `PagePart`. What is said is kept in `keepsakes`; the last word on an answer holds."""

    slot: EngineSlot
    keepsakes: Keepsakes

    @property
    def styles(self) -> str:
        return static_text("feedback.css")

    def answer_html(self, exchange: Exchange, messages: Messages) -> str:
        answer = exchange.outcome
        return form_html(exchange.id, answer, messages) if isinstance(answer, Answer) else ""

    def build(self, around: Surroundings) -> None:
        import gradio as gr

        def say(conversation: Conversation, request: gr.Request, event: gr.EventData) -> str:
            asker = asker_in(request)
            seen = replace(self, slot=self.slot.seen_by(asker))
            return seen.kept_html(around.visible(conversation, request), event._data, messages_of(request), asker.name)

        report = plain_html("feedback-report", js_on_load=static_text("feedback.js"))
        report.feedback(
            say,
            around.conversation,
            report,
            queue=False,
            show_progress="hidden",
            api_visibility="private",
            trigger_mode="multiple",
        )

    def kept_html(
        self, conversation: Conversation, said: dict[str, Any], messages: Messages, by: str | None = None
    ) -> str:
        """Keeps what the browser of the user `by` sent, and says so: `exchange`, `verdict` ("good", "bad" or "none"),
        `reason`, `remark` and `passage`."""
        exchange = find(conversation, str(said.get("exchange")))
        if exchange is None or not isinstance(exchange.outcome, Answer):
            return _said_html(messages.say("conversation_unknown"), "", "", messages)
        verdict = str(said.get("verdict"))
        try:
            told = self._keep(exchange, exchange.outcome, verdict, said, messages, by)
        except (AssistantError, AssistantIndexError) as error:
            return _said_html(str(error), exchange.id, "", messages)
        return _said_html(told, exchange.id, verdict, messages)

    def _keep(
        self,
        exchange: Exchange,
        answer: Answer,
        verdict: str,
        said: dict[str, Any],
        messages: Messages,
        by: str | None,
    ) -> str:
        if verdict not in ("good", "bad"):
            take_back(self.keepsakes, exchange.id)
            return messages.say("feedback_taken_back")
        quote = escaping.clean(str(said.get("passage") or ""))[:LONGEST_QUOTE]
        passage = self._right_passage(quote, answer) if quote and verdict == "bad" else None
        feedback = feedback_on(
            exchange.id,
            answer,
            good=verdict == "good",
            reason=str(said.get("reason")),
            remark=escaping.clean(str(said.get("remark") or "")),
            right_passage=passage,
            filters=exchange.filters,
        )
        keep(self.keepsakes, feedback, by)
        if passage is None:
            return messages.say("feedback_thanks")
        engine = self.slot.engine
        if passage.article is None or engine is None:
            return messages.say("feedback_not_placed")
        found = engine.article(passage.article)
        return messages.say("feedback_placed", title=found.title if found else passage.article)

    def _right_passage(self, quote: str, answer: Answer) -> RightPassage:
        if self.slot.engine is None:
            return RightPassage(quote)
        likely = [*(cited.article for cited in answer.citations), *(found.article for found in answer.passages)]
        place = self.slot.engine.locate(quote, likely)
        return RightPassage(place.quote, place.article, place.start, place.end) if place else RightPassage(quote)


def form_html(exchange: str, answer: Answer, messages: Messages) -> str:
    """The two thumbs, and the form that the second one opens. The reasons are those that the answer can have."""
    label = escaping.attribute(messages.say("answer_actions"))
    thumbs = "".join(
        f'<button type="button" data-verdict="{verdict}" aria-pressed="false"{more}'
        f' aria-label="{escaping.attribute(messages.say(f"feedback_{verdict}"))}"'
        f' title="{escaping.attribute(messages.say(f"feedback_{verdict}"))}">{sign}</button>'
        for verdict, sign, more in (
            ("good", _thumb_html(up=True), ""),
            ("bad", _thumb_html(up=False), f' aria-expanded="false" aria-controls="feedback-{exchange}"'),
        )
    )
    impossible = "not_told" if answer.abstained else "told"
    reasons = "".join(
        f'<label><input type="radio" name="reason" value="{reason}"> {escaping.text(messages.say(f"reason_{reason}"))}'
        "</label>"
        for reason in REASONS
        if reason != impossible
    )
    return (
        f'<div class="feedback" data-exchange-feedback="{exchange}">'
        f'<div class="feedback-buttons" role="group" aria-label="{label}">{thumbs}</div>'
        f'<form class="feedback-form" id="feedback-{exchange}" hidden>'
        f"<fieldset><legend>{escaping.text(messages.say('feedback_why'))}</legend>{reasons}</fieldset>"
        f"{_area_html('passage', messages.say('feedback_passage'), LONGEST_QUOTE)}"
        f"{_area_html('remark', messages.say('feedback_remark'), LONGEST_REMARK)}"
        f'<p><button type="submit">{escaping.text(messages.say("feedback_send"))}</button>'
        f'<button type="button" data-cancel>{escaping.text(messages.say("feedback_cancel"))}</button></p>'
        "</form></div>"
    )


def _thumb_html(*, up: bool) -> str:
    """Drawn, since not every machine has the character."""
    turned = "" if up else ' transform="rotate(180 12 12)"'
    outline = "M4 11h3v9H4zM7 11l4-8c2 0 3 1 2.5 3.5L13 9h5.5c1.5 0 2.3 1.2 2 2.5l-1.6 6.8c-.3 1-1 1.7-2 1.7H7z"
    return (
        '<svg viewBox="0 0 24 24" width="18" height="18" fill="none" stroke="currentColor" stroke-width="1.8"'
        f' stroke-linejoin="round" aria-hidden="true"><path{turned} d="{outline}"/></svg>'
    )


def _area_html(name: str, label: str, limit: int) -> str:
    return (
        f'<label class="feedback-text">{escaping.text(label)}'
        f'<textarea name="{name}" rows="2" maxlength="{limit}" dir="auto"></textarea></label>'
    )


def _said_html(text: str, exchange: str, verdict: str, messages: Messages) -> str:
    """`verdict` is what is kept now, for the thumbs to show; "" where nothing was changed."""
    return (
        f'<div class="feedback-said" lang="{messages.language}" data-said="{exchange}" data-kept="{verdict}">'
        f'<p role="status" dir="auto">{escaping.text(text)}</p></div>'
    )
