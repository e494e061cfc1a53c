"""What a tool says as text for a language model: everything that it needs to cite, and to read on."""

from collections.abc import Iterator
from typing import Any

from assistant.server.mcp.objects import PartObject
from assistant.types import Answer, Citation


def answer_text(answer: Answer) -> str:
    """The answer, and the quote behind each of its marks."""
    heading = "The nearest passages:" if answer.abstained else "Sources, word for word:"
    cited = "\n\n".join(map(_cited, answer.citations))
    return "\n\n".join([answer.text.strip(), *answer.notices, *([heading, cited] if cited else [])])


def found_text(found: dict[str, Any]) -> str:
    """The passages of an object of `assistant search --json`, best first."""
    hits = found["hits"]
    if not hits:
        return "Nothing was found."
    return "\n\n".join(
        f"{number}. {_place(hit['title'], hit['article'], hit['start'], hit['end'])}\n{hit['text']}"
        for number, hit in enumerate(hits, 1)
    )


def part_text(part: PartObject) -> str:
    """What is known of the article, its text, and how to read on."""
    return "\n\n".join(["\n".join(_about(part)), part.text, _read_on(part)])


def _cited(citation: Citation) -> str:
    place = _place(citation.title, citation.article, citation.start, citation.end)
    about = ", ".join(part for part in (citation.date, citation.url) if part)
    return f"[{citation.number}] {place}{f', {about}' if about else ''}\n“{citation.quote}”"


def _place(title: str, article: str, start: int, end: int) -> str:
    return f"{title} (article {article}, characters {start} to {end})"


def _about(part: PartObject) -> Iterator[str]:
    yield part.title
    for name in ("id", "date", "author", "language", "url"):
        if value := getattr(part, name):
            yield f"{name}: {value}"


def _read_on(part: PartObject) -> str:
    here = f"Characters {part.start} to {part.end} of {part.characters}."
    return here if part.next_start is None else f"{here} The article goes on: read it with start={part.next_start}."
