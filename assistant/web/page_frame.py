"""What pages share: the frame of the chat's main part, the head of the pages beside it, messages, lists of problems."""

from collections.abc import Sequence

from assistant.web import escaping
from assistant.web.messages import Messages

PROBLEMS_SHOWN = 50


def page_html(inside: str, messages: Messages, kind: str = "") -> str:
    """`kind` is one more class, by which the style and the script know what the page shows."""
    title = escaping.attribute(messages.say("name"))
    unreachable = escaping.attribute(messages.say("unreachable"), 400)
    return (
        f'<div class="page{" " if kind else ""}{kind}" lang="{messages.language}" data-title="{title}"'
        f' data-unreachable="{unreachable}">{inside}</div>'
    )


def problem_html(label: str, problem: str) -> str:
    """A box that says what stands in the way; both are plain text."""
    return (
        f'<div class="failure" role="alert"><strong>{escaping.text(label)}</strong>'
        f'<p dir="auto">{escaping.text(problem)}</p></div>'
    )


def head_html(name: str, messages: Messages) -> str:
    """Of a page beside the chat: its title, what it is, and the way back; the messages `name_title` and so on."""
    title, intro, back = (escaping.text(messages.say(f"{name}_{part}")) for part in ("title", "intro", "back"))
    return (
        f'<div class="page collection-page" lang="{messages.language}"><h1>{title}</h1>'
        f'<p>{intro} <a href="../">{back}</a></p></div>'
    )


def message_html(text: str, *, wrong: bool = False) -> str:
    """One sentence that is also told to those who do not see the page."""
    kind, role = ("notice", "alert") if wrong else ("collection-said", "status")
    return f'<p class="{kind}" role="{role}" dir="auto">{escaping.text(text)}</p>'


def problems_html(problems: Sequence[str], messages: Messages, label: str = "") -> str:
    """The first of them in a box, and how many more there are; all of it as text."""
    shown = "".join(f'<li dir="auto">{escaping.text(each)}</li>' for each in problems[:PROBLEMS_SHOWN])
    left = len(problems) - PROBLEMS_SHOWN
    more = f"<li>… {messages.number(left)}</li>" if left > 0 else ""
    head = f"<strong>{escaping.text(label)}</strong>" if label else ""
    return f'<div class="failure" role="alert">{head}<ul>{shown}{more}</ul></div>'
