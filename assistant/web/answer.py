"""An answer as HTML: its text with a button for every citation mark, and the list of its sources."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from assistant.types import Answer, Citation
from assistant.web import escaping
from assistant.web.messages import Messages
from assistant.web.statement_marks import statements_html
from index.types import Span

_MARK = re.compile(r"\s?\[(\d{1,4})\]")


@dataclass(frozen=True, slots=True)
class _Quote:
    span: Span
    citation: Citation


def answer_html(answer: Answer, exchange: str, messages: Messages) -> str:
    """The answer below its question. `exchange` names the exchange in the ids and in the data of the buttons."""
    parts = [f'<p class="answer-notice" role="status">{escaping.text(notice)}</p>' for notice in answer.notices]
    if answer.abstained:
        parts.append(f'<p class="abstained-label">{escaping.text(messages.say("not_answered"))}</p>')
    language = escaping.language(answer.language)
    parts.append(f'<div class="answer-text" dir="auto"{language}>{_text_html(answer, exchange, messages)}</div>')
    if answer.citations:
        parts.append(_sources_html(answer, exchange, messages))
    if is_another(answer.searched_for, answer.question):
        parts.append(_searched_for_html(answer.searched_for.strip(), exchange, messages))
    kind = "answer abstained" if answer.abstained else "answer"
    return f'<div class="{kind}">{"".join(parts)}</div>'


def is_another(query: str, question: str) -> bool:
    """Whether the query that was searched is worth showing beside the question."""
    return bool(query.strip()) and query.split() != question.split()


def source_id(exchange: str, number: int) -> str:
    return f"source-{exchange}-{number}"


def citation_label(citation: Citation, messages: Messages) -> str:
    """ "Citation 1: TITLE, DATE", as plain text."""
    if citation.date:
        date = messages.date(citation.date)
        return messages.say("citation_dated", number=citation.number, title=_short(citation.title), date=date)
    return messages.say("citation", number=citation.number, title=_short(citation.title))


def _short(title: str, limit: int = 120) -> str:
    flat = " ".join(title.split())
    return flat if len(flat) <= limit else flat[: limit - 1].rstrip() + "…"


def _text_html(answer: Answer, exchange: str, messages: Messages) -> str:
    numbered = {citation.number: citation for citation in answer.citations}
    if answer.statements:
        return statements_html(answer, messages, lambda text: _marked(text, numbered, exchange, messages))
    text = _without_passages(answer.text) if answer.abstained else answer.text
    parts = []
    position = 0
    for quote in _quotes(text, answer.citations):
        parts.append(_marked(text[position : quote.span.start], numbered, exchange, messages))
        words = escaping.text(text[quote.span.start : quote.span.end])
        foreign = quote.citation.language != answer.language
        attributes = f'{escaping.language(quote.citation.language)} dir="auto"' if foreign else ""
        parts.append(f'<span class="quoted"{attributes}>{words}</span>')
        position = quote.span.end
    parts.append(_marked(text[position:], numbered, exchange, messages))
    return "".join(parts)


def _without_passages(text: str) -> str:
    """The first paragraph of an abstained answer: the nearest passages, which follow it, stand in the list below."""
    opening = text.partition("\n\n")[0]
    return text if _MARK.search(opening) else opening


def _quotes(text: str, citations: Sequence[Citation]) -> Iterator[_Quote]:
    """Where the answer's text repeats its quotes, on one line or as they are, in order and without overlap. A `[1]`
    inside a quote is the article's own and no citation mark."""
    found = []
    for citation in citations:
        for words in {citation.quote, " ".join(citation.quote.split())} - {""}:
            start = text.find(words)
            while start >= 0:
                end = start + len(words)
                found.append(_Quote(Span(start, end), citation))
                start = text.find(words, end)
    position = 0
    for quote in sorted(found, key=lambda quote: (quote.span.start, -quote.span.end)):
        if quote.span.start >= position:
            yield quote
            position = quote.span.end


def _marked(text: str, numbered: Mapping[int, Citation], exchange: str, messages: Messages) -> str:
    """Text of the answer with a button for every mark whose number is a citation; other brackets stay text."""
    parts = []
    position = 0
    for match in _MARK.finditer(text):
        citation = numbered.get(int(match.group(1)))
        if citation is None:
            continue
        parts.append(escaping.text(text[position : match.start()]))
        parts.append(_mark_html(citation, exchange, messages))
        position = match.end()
    parts.append(escaping.text(text[position:]))
    return "".join(parts)


def _mark_html(citation: Citation, exchange: str, messages: Messages) -> str:
    label = escaping.attribute(citation_label(citation, messages), limit=400)
    return (
        f'<button type="button" class="citation-mark" data-exchange="{exchange}" data-cite="{citation.number}"'
        f' aria-label="{label}" aria-describedby="{source_id(exchange, citation.number)}-quote">'
        f"{citation.number}</button>"
    )


def _searched_for_html(query: str, exchange: str, messages: Messages) -> str:
    """The query, and below it, once it is opened, the box in which it can be changed and searched for again."""
    searched = escaping.text(messages.say("searched_for", question=query))
    label = escaping.attribute(messages.say("search_query"))
    return (
        f'<details class="search"><summary><bdi class="searched-for">{searched}</bdi> '
        f'<span class="change">{escaping.text(messages.say("change_search"))}</span></summary>'
        f'<form data-search="{exchange}"><input name="query" type="text" dir="auto" autocomplete="off" required'
        f' aria-label="{label}" value="{escaping.attribute(query, limit=2_000)}">'
        f'<button type="submit">{escaping.text(messages.say("search_again"))}</button></form></details>'
    )


def _sources_html(answer: Answer, exchange: str, messages: Messages) -> str:
    heading = escaping.text(messages.say("nearest" if answer.abstained else "sources"))
    items = "".join(_source_html(citation, answer, exchange, messages) for citation in answer.citations)
    return f'<section class="sources"><h3>{heading}</h3><ol>{items}</ol></section>'


def _source_html(citation: Citation, answer: Answer, exchange: str, messages: Messages) -> str:
    identity = source_id(exchange, citation.number)
    language = escaping.language(citation.language)
    details = []
    if citation.date:
        details.append(f"<span>{escaping.text(messages.date(citation.date))}</span>")
    name = messages.language_name(citation.language)
    if name and citation.language != answer.language:
        details.append(
            f'<span class="language-note">{escaping.text(messages.say("in_language", language=name))}</span>'
        )
    return (
        f'<li id="{identity}"><button type="button" class="source" data-exchange="{exchange}"'
        f' data-cite="{citation.number}" aria-label="{escaping.attribute(citation_label(citation, messages), 400)}">'
        f'<span class="source-number" aria-hidden="true">{citation.number}</span>'
        f'<span class="source-body"><span class="source-head"><bdi class="source-title"{language}>'
        f'{escaping.text(citation.title)}</bdi><span class="source-details">{"".join(details)}</span></span>'
        f'<span class="source-quote" id="{identity}-quote" dir="auto"{language}>{escaping.text(citation.quote)}</span>'
        f"</span></button></li>"
    )
