"""Answers and conversations as text, Markdown and JSON, to be taken elsewhere with their citations."""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from assistant.answer_object import answer_as_json
from assistant.types import Answer, Citation
from assistant.web import escaping
from assistant.web.conversation import Conversation
from assistant.web.messages import Messages

_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|~&$])")
_LINE_START = re.compile(r"^([ \t]*)([-+=]|\d+[.)])", re.MULTILINE)
_INDENTED = re.compile(r"^[ \t]+", re.MULTILINE)  # which would make code of it
_MARK = re.compile(r"\[(\d{1,4})\]")


def answer_as_text(answer: Answer, messages: Messages) -> str:
    """The answer and its numbered sources, each with title, date, quote and address."""
    sources = [
        "\n".join(
            [
                f"[{citation.number}] {', '.join(_about(citation, messages))}",
                f"    {_one_line(citation.quote)}",
                *([f"    {citation.url}"] if citation.url else []),
            ]
        )
        for citation in answer.citations
    ]
    return "\n\n".join([answer.text.strip(), *_headed(f"{_heading(answer, messages)}:", sources)]) + "\n"


def answer_as_markdown(answer: Answer, messages: Messages, level: int = 2) -> str:
    """The same in Markdown (CommonMark), where text of articles is text and no markup; `level` is the heading's."""
    sources = "\n".join(
        f"{citation.number}. {_link(citation)}"
        + "".join(f", {_escaped(part)}" for part in _about(citation, messages)[1:])
        + f"\n   > {_escaped(_one_line(citation.quote))}"
        for citation in answer.citations
    )
    heading = f"{'#' * level} {_escaped(_heading(answer, messages))}"
    return "\n\n".join([_text_as_markdown(answer), *_headed(heading, [sources] if sources else [])]) + "\n"


def conversation_as_markdown(conversation: Conversation, messages: Messages) -> str:
    """All answered questions, each with its answer and sources."""
    parts = [
        f"## {_escaped(_one_line(exchange.question))}\n\n{answer_as_markdown(answer, messages, level=3)}"
        for exchange in conversation
        if isinstance(answer := exchange.outcome, Answer)
    ]
    return "\n".join([f"# {_escaped(messages.say('name'))}\n", *parts])


def conversation_as_json(conversation: Conversation) -> str:
    """All questions in order: `{"conversation": [{"question", "answered", "answer"}]}`, where `answer` is the object
    of the command `ask --json`, or null."""
    return json.dumps({"conversation": list(_records(conversation))}, ensure_ascii=False, indent=1) + "\n"


def _records(conversation: Conversation) -> Iterator[dict[str, Any]]:
    for exchange in conversation:
        answer = exchange.outcome if isinstance(exchange.outcome, Answer) else None
        yield {
            "question": exchange.question,
            "answered": answer is not None,
            "answer": None if answer is None else answer_as_json(answer),
        }


def _heading(answer: Answer, messages: Messages) -> str:
    return messages.say("nearest" if answer.abstained else "sources")


def _headed(heading: str, lines: Sequence[str]) -> list[str]:
    return [heading, *lines] if lines else []


def _about(citation: Citation, messages: Messages) -> list[str]:
    parts = [_one_line(citation.title) or citation.article]
    return [*parts, *([messages.date(citation.date)] if citation.date else [])]


def _text_as_markdown(answer: Answer) -> str:
    """Marks stay `[1]`: the number of the source in the list below."""
    parts = []
    position = 0
    numbers = {citation.number for citation in answer.citations}
    for match in _MARK.finditer(answer.text):
        if int(match.group(1)) in numbers:
            parts.append(_escaped(answer.text[position : match.start()]))
            parts.append(rf"\[{match.group(1)}\]")
            position = match.end()
    return _INDENTED.sub("", "".join([*parts, _escaped(answer.text[position:])]).strip())


def _link(citation: Citation) -> str:
    title = _escaped(_one_line(citation.title) or citation.article)
    if escaping.link(citation.url) is None:
        return title
    address = (citation.url or "").translate({ord("<"): "%3C", ord(">"): "%3E", ord("\\"): "%5C"})
    return f"[{title}](<{address}>)"


def _escaped(text: str) -> str:
    """Text that CommonMark shows as it is: no markup, no HTML, no entity, no list or heading at the begin of a line."""
    return _LINE_START.sub(_escaped_start, _MARKDOWN.sub(r"\\\1", text))


def _escaped_start(match: re.Match[str]) -> str:
    white, marker = match.groups()
    return f"{white}{marker[:-1]}\\{marker[-1]}"


def _one_line(text: str) -> str:
    return " ".join(text.split())
