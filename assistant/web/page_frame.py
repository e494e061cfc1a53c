"""What every state of the page's main part is wrapped in: its language, and what the script has to say by itself."""

from assistant.web import escaping
from assistant.web.messages import Messages


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
