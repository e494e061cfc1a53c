"""The conversation as HTML: every question with what became of it, and the notice above the box."""

from collections.abc import Mapping
from secrets import token_hex

from assistant.types import Answer
from assistant.web import escaping
from assistant.web.answer import answer_html, is_another
from assistant.web.conversation import Conversation, Exchange, Failure, Stopped
from assistant.web.engine import Collection
from assistant.web.messages import Messages
from assistant.web.page_frame import page_html


def conversation_html(
    conversation: Conversation, collection: Collection | None, messages: Messages, below: Mapping[str, str]
) -> str:
    """All exchanges, oldest first; `below` maps the id of an exchange to the HTML that other parts have for it."""
    exchanges = "".join(
        _exchange_html(exchange, collection, messages, below.get(exchange.id, "")) for exchange in conversation
    )
    said = messages.say("conversation_label")
    heading = f'<h1 class="visually-hidden">{escaping.text(said)}</h1>'
    label = escaping.attribute(said)
    inside = f'{heading}<div class="exchanges" role="log" aria-live="polite" aria-label="{label}">{exchanges}</div>'
    return page_html(inside, messages)


def progress_html(exchange: Exchange, messages: Messages) -> str:
    """What is known of a question that is being answered: the query, if it is another one, and the text so far, which
    nobody has checked and which is therefore nothing but text."""
    running = exchange.running
    parts = []
    if is_another(running.searched_for, exchange.question):
        query = escaping.text(messages.say("searching_for", query=running.searched_for))
        parts.append(f'<p class="searching-for" role="status"><bdi>{query}</bdi></p>')
    if running.text.strip():
        parts.append(f'<p class="writing" role="status">{escaping.text(messages.say("writing"))}</p>')
        parts.append(_written_html(running.text))
    return f'<div class="page progress" lang="{messages.language}">{"".join(parts)}</div>' if parts else ""


def notice_html(notice: str, returned: str) -> str:
    """A line above the question box, and the question that goes back into it; or nothing."""
    if not notice:
        return ""
    shown = f'<p class="notice" role="alert">{escaping.text(notice)}</p>'
    if not returned:
        return shown
    # `data-returned` differs every time, so that the page notices the same question being refused again.
    return f'{shown}<p hidden data-returned="{token_hex(4)}">{escaping.text(returned)}</p>'


def _exchange_html(exchange: Exchange, collection: Collection | None, messages: Messages, below: str) -> str:
    asked = escaping.text(messages.say("you_asked"))
    return (
        f'<section class="exchange" id="exchange-{exchange.id}">'
        '<h2 class="question" tabindex="-1">'
        f'<span class="visually-hidden">{asked}: </span><span class="question-text" dir="auto">'
        f"{escaping.text(exchange.question)}</span></h2>"
        f"{_outcome_html(exchange, collection, messages)}{below}</section>"
    )


def _outcome_html(exchange: Exchange, collection: Collection | None, messages: Messages) -> str:
    match exchange.outcome:
        case Answer() as answer:
            return answer_html(answer, exchange.id, messages)
        case Failure(message):
            label = escaping.text(messages.say("failed"))
            return (
                f'<div class="failure" role="alert"><strong>{label}</strong><p dir="auto">{escaping.text(message)}</p>'
                f"{_once_more_html(exchange, messages)}</div>"
            )
        case Stopped(written):
            note = escaping.text(messages.say("stopped_written" if written.strip() else "stopped"))
            return f'<p class="stopped">{note}</p>{_written_html(written)}{_once_more_html(exchange, messages)}'
        case _:
            if collection is None:
                working = messages.say("searching_nothing")
            else:
                working = messages.count("searching", collection.articles)
            return f'<p class="working" role="status"><span class="pulse"></span>{escaping.text(working)}</p>'


def _written_html(text: str) -> str:
    """What a language model wrote, as text: no citation, no link and no image is made of it."""
    return f'<p class="written" dir="auto">{escaping.text(text.strip())}</p>' if text.strip() else ""


def _once_more_html(exchange: Exchange, messages: Messages) -> str:
    """The ways on from a question without an answer: ask it again as it is, or change it first."""
    again, change = escaping.text(messages.say("try_again")), escaping.text(messages.say("change_question"))
    return (
        f'<p class="once-more"><button type="button" class="try-again" data-again="{exchange.id}">{again}</button>'
        f'<button type="button" class="change-question" data-change="{exchange.id}">{change}</button></p>'
    )
