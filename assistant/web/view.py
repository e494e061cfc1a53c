"""The conversation as HTML: the welcome of an empty page, and every question with what became of it."""

from collections.abc import Sequence
from secrets import token_hex

from assistant.types import Answer
from assistant.web import escaping
from assistant.web.answer import answer_html, is_another
from assistant.web.conversation import Conversation, Exchange, Failure, Stopped
from assistant.web.engine import Collection
from assistant.web.messages import Messages


def conversation_html(conversation: Conversation, collection: Collection | None, messages: Messages) -> str:
    """All exchanges, oldest first."""
    exchanges = "".join(_exchange_html(exchange, collection, messages) for exchange in conversation)
    label = escaping.attribute(messages.say("conversation_label"))
    inside = f'<div class="exchanges" role="log" aria-live="polite" aria-label="{label}">{exchanges}</div>'
    return _page_html(inside, messages)


def welcome_html(collection: Collection, examples: Sequence[str], messages: Messages) -> str:
    """The empty page: what can be asked about, and questions to begin with."""
    heading = escaping.text(messages.say("heading"))
    introduction = escaping.text(messages.say("introduction"))
    parts = [f'<h1>{heading}</h1><p class="introduction">{introduction}</p>']
    if examples:
        label = escaping.text(messages.say("examples"))
        chips = "".join(
            f'<li><button type="button" class="example" data-ask dir="auto">{escaping.text(question)}</button></li>'
            for question in examples
        )
        parts.append(f'<h2 id="examples">{label}</h2><ul class="examples" aria-labelledby="examples">{chips}</ul>')
    parts.append(f'<p class="collection">{escaping.text(collection_line(collection, messages))}</p>')
    return _page_html(f'<section class="welcome">{"".join(parts)}</section>', messages)


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


def collection_line(collection: Collection, messages: Messages) -> str:
    """ "12 articles · French 8, English 4", as plain text."""
    line = messages.count("articles", collection.articles)
    counted = sorted(collection.languages.items(), key=lambda item: (-item[1], item[0]))
    named = [(messages.language_name(code), number) for code, number in counted if number > 0]
    known = [f"{name} {messages.number(number)}" for name, number in named if name]
    return f"{line} · {', '.join(known)}" if known else line


def no_index_html(problem: str | None, messages: Messages) -> str:
    """The page when there is nothing to search: which command makes an index, and what stood in the way."""
    parts = [
        f"<h1>{escaping.text(messages.say('no_index'))}</h1>",
        f"<p>{escaping.text(messages.say('no_index_next'))}</p>",
        f"<pre><code>{escaping.text(messages.say('no_index_command'))}</code></pre>",
        f'<p class="quiet">{escaping.text(messages.say("no_index_formats"))}</p>',
    ]
    if problem:
        label = escaping.text(messages.say("no_index_problem"))
        parts.append(f'<div class="failure" role="alert"><strong>{label}</strong><p>{escaping.text(problem)}</p></div>')
    return _page_html(f'<section class="welcome setup">{"".join(parts)}</section>', messages)


def empty_index_html(messages: Messages) -> str:
    """The page when the index holds no article."""
    inside = (
        f"<h1>{escaping.text(messages.say('empty_index'))}</h1>"
        f"<p>{escaping.text(messages.say('empty_index_next'))}</p>"
        f"<pre><code>{escaping.text(messages.say('empty_index_command'))}</code></pre>"
    )
    return _page_html(f'<section class="welcome setup">{inside}</section>', messages)


def problem_html(problem: str, messages: Messages) -> str:
    """The page when the collection cannot even be described."""
    label = escaping.text(messages.say("collection_problem"))
    inside = f'<div class="failure" role="alert"><strong>{label}</strong><p>{escaping.text(problem)}</p></div>'
    return _page_html(f'<section class="welcome setup">{inside}</section>', messages)


def notice_html(notice: str, returned: str) -> str:
    """A line above the question box, and the question that goes back into it; or nothing."""
    if not notice:
        return ""
    shown = f'<p class="notice" role="alert">{escaping.text(notice)}</p>'
    if not returned:
        return shown
    # `data-returned` differs every time, so that the page notices the same question being refused again.
    return f'{shown}<p hidden data-returned="{token_hex(4)}">{escaping.text(returned)}</p>'


def _page_html(inside: str, messages: Messages) -> str:
    title = escaping.attribute(messages.say("name"))
    attributes = f'lang="{messages.language}" data-title="{title}"'
    return f'<div class="page" {attributes}>{inside}</div>'


def _exchange_html(exchange: Exchange, collection: Collection | None, messages: Messages) -> str:
    asked = escaping.text(messages.say("you_asked"))
    return (
        f'<section class="exchange" id="exchange-{exchange.id}"><h2 class="question">'
        f'<span class="visually-hidden">{asked}: </span><span class="question-text" dir="auto">'
        f"{escaping.text(exchange.question)}</span></h2>{_outcome_html(exchange, collection, messages)}</section>"
    )


def _outcome_html(exchange: Exchange, collection: Collection | None, messages: Messages) -> str:
    match exchange.outcome:
        case Answer() as answer:
            return answer_html(answer, exchange.id, messages)
        case Failure(message):
            label = escaping.text(messages.say("failed"))
            again = escaping.text(messages.say("failed_next"))
            return (
                f'<div class="failure" role="alert"><strong>{label}</strong>'
                f'<p dir="auto">{escaping.text(message)}</p><p class="quiet">{again}</p></div>'
            )
        case Stopped(written):
            note = escaping.text(messages.say("stopped_written" if written.strip() else "stopped"))
            return f'<p class="stopped">{note}</p>{_written_html(written)}'
        case _:
            if collection is None:
                working = messages.say("searching_nothing")
            else:
                working = messages.count("searching", collection.articles)
            return f'<p class="working" role="status"><span class="pulse"></span>{escaping.text(working)}</p>'


def _written_html(text: str) -> str:
    """What a language model wrote, as text: no citation, no link and no image is made of it."""
    return f'<p class="written" dir="auto">{escaping.text(text.strip())}</p>' if text.strip() else ""
