"""The reader beside the chat as HTML: an article, scrolled to a cited passage, with the quote highlighted."""

import re
from dataclasses import dataclass
from secrets import token_hex

from assistant.types import Answer, Citation
from assistant.web import escaping
from assistant.web.answer import citation_label
from assistant.web.messages import Messages
from index.types import Article, Span

CHARACTERS_AROUND = 12_000
CHARACTERS_MORE = 40_000
_SNAP = 400  # how far an edge of the window may move to reach a line end or a space

_TITLE_THAT_SCROLLS = 150  # characters; on a phone it may be higher than the head of the reader

_BLANK_LINES = re.compile(r"\n[^\S\n]*\n\s*")
_LINE_ENDS = re.compile(r"\n\s*")
_WRAPPED_LINE_LENGTH = 110  # lines of hard-wrapped text are shorter than this


@dataclass(frozen=True, slots=True)
class Place:
    """Which citation of which exchange is open."""

    exchange: str
    citation: Citation
    answer: Answer


def matches(article: Article, citation: Citation) -> bool:
    """True if the citation is still word for word in the article."""
    return (
        0 <= citation.start < citation.end <= len(article.text)
        and article.text[citation.start : citation.end] == citation.quote
    )


def window(text: str, around: Span, asked: Span | None = None) -> Span:
    """The part of `text` to show: `CHARACTERS_AROUND` characters on both sides of `around`, or what was `asked` for,
    its edges at line ends or spaces where there are some near."""
    start = around.start - CHARACTERS_AROUND if asked is None else min(asked.start, around.start)
    end = around.end + CHARACTERS_AROUND if asked is None else max(asked.end, around.end)
    start = 0 if start <= _SNAP else _snap(text, start, Span(start - _SNAP, start + 1))
    end = len(text) if end >= len(text) - _SNAP else _snap(text, end, Span(end, end + _SNAP))
    return Span(min(start, around.start), max(end, around.end))


def _snap(text: str, position: int, near: Span) -> int:
    """The position after the last line end in `near`, or after the last space there, or `position` itself."""
    for edge in ("\n", " "):
        found = text.rfind(edge, near.start, near.end)
        if found >= 0:
            return found + 1
    return position


def reader_html(article: Article, place: Place, messages: Messages, asked: Span | None = None) -> str:
    """The article around the citation; `asked` widens the part that is shown. The citation must match the article."""
    citation = place.citation
    shown = window(article.text, Span(citation.start, citation.end), asked)
    parts = [_head_html(place, messages, article)]
    # What scrolls can be reached by the keyboard, which scrolls it with the arrow keys.
    name = 'role="region" aria-labelledby="reader-title" tabindex="0"'
    parts.append(f'<div class="reader-text" {name} dir="auto"{escaping.language(article.language)}>')
    if shown.start > 0:
        wider = Span(max(0, shown.start - CHARACTERS_MORE), shown.end)
        parts.append(_more_html(place, wider, messages.say("earlier")))
    parts.extend(_paragraph_html(article, paragraph, citation) for paragraph in paragraphs(article.text, shown))
    if shown.end < len(article.text):
        wider = Span(shown.start, min(len(article.text), shown.end + CHARACTERS_MORE))
        parts.append(_more_html(place, wider, messages.say("later")))
    parts.append("</div>")
    return _frame_html("".join(parts), messages)


def notice_html(notice: str, messages: Messages, place: Place | None = None) -> str:
    """The reader with `notice` instead of an article: nothing is shown as a source."""
    head = _bar_html(place, messages) if place else f'<div class="reader-bar">{_close_html(messages)}</div>'
    return _frame_html(f'{head}<p class="reader-notice" role="alert">{escaping.text(notice)}</p>', messages)


def paragraphs(text: str, shown: Span) -> list[Span]:
    """The paragraphs of `text[shown]`, each with the white space that follows it, so that they join to the whole.

    Text whose lines are short and which has blank lines is hard-wrapped: there only blank lines part paragraphs.
    """
    part = text[shown.start : shown.end]
    lines = [line for line in part.split("\n") if line.strip()]
    blank = _BLANK_LINES.search(part.strip()) is not None
    wrapped = blank and sum(map(len, lines)) / max(1, len(lines)) < _WRAPPED_LINE_LENGTH
    found = []
    start = 0
    for match in (_BLANK_LINES if wrapped else _LINE_ENDS).finditer(part):
        found.append(Span(shown.start + start, shown.start + match.end()))
        start = match.end()
    if start < len(part):
        found.append(Span(shown.start + start, shown.end))
    return found


def _paragraph_html(article: Article, paragraph: Span, citation: Citation) -> str:
    text = article.text
    start = min(max(citation.start, paragraph.start), paragraph.end)
    end = max(min(citation.end, paragraph.end), start)
    if start == end:
        words = text[paragraph.start : paragraph.end]
        line = words.strip()  # news pages often write "title | section"
        repeats_title = paragraph.start == 0 and (line == article.title or line.startswith(f"{article.title} | "))
        return f"<p{' class=repeats-title' if repeats_title else ''}>{escaping.text(words)}</p>"
    return (
        f"<p>{escaping.text(text[paragraph.start : start])}"
        f'<mark class="cited" tabindex="-1">{escaping.text(text[start:end])}</mark>'
        f"{escaping.text(text[end : paragraph.end])}</p>"
    )


def _more_html(place: Place, wider: Span, label: str) -> str:
    return (
        f'<button type="button" class="reader-more" data-exchange="{place.exchange}"'
        f' data-cite="{place.citation.number}" data-start="{wider.start}" data-end="{wider.end}">'
        f"{escaping.text(label)}</button>"
    )


def _head_html(place: Place, messages: Messages, article: Article) -> str:
    details = []
    if article.date:
        details.append(f"<span>{escaping.text(messages.date(article.date))}</span>")
    if article.author:
        details.append(f"<bdi>{escaping.text(article.author)}</bdi>")
    name = messages.language_name(article.language)
    if name and article.language != messages.language:
        details.append(
            f'<span class="language-note">{escaping.text(messages.say("in_language", language=name))}</span>'
        )
    url = escaping.link(article.url)
    if url:
        label = escaping.text(messages.say("original"))
        details.append(f'<a href="{url}" target="_blank" rel="noopener noreferrer nofollow">{label}</a>')
    scrolls = ' tabindex="0"' if len(article.title) > _TITLE_THAT_SCROLLS else ""
    return (
        f'{_bar_html(place, messages)}<header class="reader-head"{scrolls}>'
        f'<h2 id="reader-title" tabindex="-1" dir="auto"{escaping.language(article.language)}>'
        f'{escaping.text(article.title)}</h2><p class="reader-details">{"".join(details)}</p></header>'
    )


def _bar_html(place: Place | None, messages: Messages) -> str:
    if place is None:
        return f'<div class="reader-bar">{_close_html(messages)}</div>'
    numbers = [citation.number for citation in place.answer.citations]
    position = numbers.index(place.citation.number)
    key = "reader_passage" if place.answer.abstained else "reader_position"
    step = escaping.text(messages.say(key, number=position + 1, total=len(numbers)))
    return (
        '<div class="reader-bar">'
        f"{_step_html(place, position - 1, messages, messages.say('previous'), '‹')}"
        f'<span class="reader-position" role="status">{step}</span>'
        f"{_step_html(place, position + 1, messages, messages.say('next'), '›')}"
        f"{_close_html(messages)}</div>"
    )


def _step_html(place: Place, position: int, messages: Messages, label: str, sign: str) -> str:
    citations = place.answer.citations
    if not 0 <= position < len(citations):
        return (
            # Not `disabled`: the button may have the focus, and would lose it.
            f'<button type="button" class="reader-step" aria-disabled="true" aria-label="{escaping.attribute(label)}">'
            f"{sign}</button>"
        )
    target = citations[position]
    described = escaping.attribute(f"{label}: {citation_label(target, messages)}", 400)
    return (
        f'<button type="button" class="reader-step" data-exchange="{place.exchange}" data-cite="{target.number}"'
        f' aria-label="{described}">{sign}</button>'
    )


def _close_html(messages: Messages) -> str:
    label = escaping.attribute(messages.say("close"))
    return f'<button type="button" class="reader-close" data-close aria-label="{label}">×</button>'


def _frame_html(inside: str, messages: Messages) -> str:
    label = escaping.attribute(messages.say("reader_label"))
    # `data-opening` differs every time, so that the page notices the same passage being opened again.
    attributes = f'lang="{messages.language}" aria-label="{label}" data-opening="{token_hex(4)}"'
    return f'<aside class="reader" {attributes}>{inside}</aside>'
