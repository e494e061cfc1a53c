"""The page before the first question as HTML: what there is to ask about, questions to begin with, or what is missing.

The example questions stand in a part of their own: each is tried before it is shown, which takes seconds, and the page
must not wait for that.
"""

from collections.abc import Sequence

from assistant.web import escaping
from assistant.web.engine import Collection
from assistant.web.messages import Messages
from assistant.web.page_frame import page_html, problem_html
from index.facets import Facets


def welcome_html(collection: Collection, facets: Facets, messages: Messages, *, written: bool) -> str:
    """What the chat does and does not do, and what it knows; `written` says that a language model writes."""
    introduction = messages.say("introduction_written" if written else "introduction")
    limits = messages.say("limits_written" if written else "limits")
    inside = (
        f"<h1>{escaping.text(messages.say('heading'))}</h1>"
        f'<p class="introduction">{escaping.text(introduction)}</p>'
        f'<p class="limits">{escaping.text(limits)}</p>'
        f'<p class="collection">{escaping.text(collection_line(collection, facets, messages))}</p>'
    )
    return page_html(f'<section class="welcome">{inside}</section>', messages)


def examples_html(questions: Sequence[str], messages: Messages) -> str:
    """A button for each question, or nothing."""
    if not questions:
        return ""
    label = escaping.text(messages.say("examples"))
    chips = "".join(
        f'<li><button type="button" class="example" data-ask dir="auto">{escaping.text(question)}</button></li>'
        for question in questions
    )
    return (
        f'<div class="page welcome-examples" lang="{messages.language}"><h2 id="examples-label">{label}</h2>'
        f'<ul class="examples" aria-labelledby="examples-label">{chips}</ul></div>'
    )


def collection_line(collection: Collection, facets: Facets, messages: Messages) -> str:
    """ "12 articles · French 8, English 4 · April 10, 2025 to April 12, 2025", as plain text."""
    counted = sorted(collection.languages.items(), key=lambda item: (-item[1], item[0]))
    named = [(messages.language_name(code), number) for code, number in counted if number > 0]
    languages = ", ".join(f"{name} {messages.number(number)}" for name, number in named if name)
    parts = [messages.count("articles", collection.articles), languages, _dates(facets, messages)]
    return " · ".join(part for part in parts if part)


def _dates(facets: Facets, messages: Messages) -> str:
    if facets.earliest is None or facets.latest is None:
        return ""
    if facets.earliest == facets.latest:
        return messages.date(facets.earliest)
    return messages.say("dated", first=messages.date(facets.earliest), last=messages.date(facets.latest))


def no_index_html(problem: str | None, messages: Messages, *, takes_files: bool) -> str:
    """The page when there is nothing to search: which command makes an index, and what stood in the way."""
    parts = [
        f"<h1>{escaping.text(messages.say('no_index'))}</h1>",
        f"<p>{escaping.text(messages.say('no_index_next'))}</p>",
        f"<pre><code>{escaping.text(messages.say('no_index_command'))}</code></pre>",
        f'<p class="quiet">{escaping.text(messages.say("no_index_formats"))}</p>',
    ]
    if problem:
        parts.append(problem_html(messages.say("no_index_problem"), problem))
    return _setup_html("".join(parts), messages, takes_files=takes_files)


def empty_index_html(messages: Messages, *, takes_files: bool) -> str:
    """The page when the index holds no article."""
    inside = (
        f"<h1>{escaping.text(messages.say('empty_index'))}</h1>"
        f"<p>{escaping.text(messages.say('empty_index_next'))}</p>"
        f"<pre><code>{escaping.text(messages.say('empty_index_command'))}</code></pre>"
    )
    return _setup_html(inside, messages, takes_files=takes_files)


def broken_index_html(problem: str, messages: Messages) -> str:
    """The page when the collection cannot even be described."""
    return _setup_html(problem_html(messages.say("collection_problem"), problem), messages, takes_files=False)


def _setup_html(inside: str, messages: Messages, *, takes_files: bool) -> str:
    drop = f"<p>{escaping.text(messages.say('drop_here'))}</p>" if takes_files else ""  # below it, they are dropped
    return page_html(f'<section class="welcome setup">{inside}{drop}</section>', messages, "no-articles")
