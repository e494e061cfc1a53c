"""A language model's statements as HTML: what no passage supports, and what the cited ones do not tell, is marked."""

import re
from collections.abc import Callable, Sequence

from assistant.prompts import load_frames
from assistant.types import Answer, Statement
from assistant.web import escaping
from assistant.web.messages import Messages


def statements_html(answer: Answer, messages: Messages, text_html: Callable[[str], str]) -> str:
    """The text of an answer whose statements were checked.

    `text_html` makes HTML of the text outside of statements and of the marks behind them. What the text itself says of
    a statement, for those who read it without this page, is said here in the page's own way instead.
    """
    frames = load_frames(answer.language)
    parts: list[str] = []
    position = 0
    for statement in answer.statements:
        marks = "".join(f" [{number}]" for number in statement.citations)
        start = answer.text.find(statement.text + marks, position)
        if start < 0 or not statement.text:
            continue
        parts.append(text_html(answer.text[position:start]))
        position = start + len(statement.text + marks)
        parts.append(_statement_html(statement, messages, text_html(marks)))
        if not statement.supported:
            position = _after(answer.text, position, f" ({frames.render('unsupported')})")
        elif statement.unverified:
            note = frames.render("unverified", what=", ".join(statement.unverified))
            position = _after(answer.text, position, f" ({note})")
    return "".join([*parts, text_html(answer.text[position:])])


def _after(text: str, position: int, note: str) -> int:
    return position + len(note) if text.startswith(note, position) else position


def _statement_html(statement: Statement, messages: Messages, marks: str) -> str:
    words = _with_unverified(statement.text, statement.unverified if statement.supported else (), messages)
    if statement.supported:
        return words + marks
    note = escaping.text(messages.say("unsupported"))
    return f'<span class="unsupported">{words}{marks} <span class="statement-note">{note}</span></span>'


def _with_unverified(text: str, unverified: Sequence[str], messages: Messages) -> str:
    """The text with every place underlined at which one of `unverified` stands as a whole word."""
    if not unverified:
        return escaping.text(text)
    longest_first = sorted(unverified, key=len, reverse=True)
    title = messages.say("unverified")
    parts = []
    position = 0
    for match in re.finditer(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)", text):
        parts.append(escaping.text(text[position : match.start()]))
        parts.append(
            f'<span class="unverified" title="{escaping.attribute(title)}">{escaping.text(match.group())}'
            f'<span class="visually-hidden"> ({escaping.text(title)})</span></span>'
        )
        position = match.end()
    return "".join([*parts, escaping.text(text[position:])])
