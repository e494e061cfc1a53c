"""What the review page shows, as HTML in which everything of an article or a question is text."""

from collections.abc import Sequence
from html import escape

from assistant.web import escaping
from assistant.web.messages import Messages
from assistant.web.reviewing import Proposed, Tally
from index.types import Article, Passage

AROUND = 700
"""Characters of the article on both sides of the sentence: as many as a passage has."""

BLANK = "___"


def head_html(messages: Messages) -> str:
    title, intro, keys = (escaping.text(messages.say(f"review_{part}")) for part in ("title", "intro", "keys"))
    return (
        f'<div class="page review-page" lang="{messages.language}"><h1>{title}</h1>'
        f'<p>{intro}</p><p class="quiet">{keys}</p></div>'
    )


def tally_html(tally: Tally, messages: Messages) -> str:
    names = ("left", "total", "accepted", "mended", "rejected")
    said = messages.say("review_left", **{name: messages.number(getattr(tally, name)) for name in names})
    done = tally.total - tally.left
    return (
        f'<p class="review-tally" role="status">{escaping.text(said)}</p>'
        f'<progress max="{max(1, tally.total)}" value="{done}" aria-label="{escaping.attribute(said)}"></progress>'
    )


def proposal_html(
    proposed: Proposed | None, article: Article | None, nearest: Sequence[Passage], messages: Messages, shown: str
) -> str:
    """The passage with the sentence marked. `shown` differs for each showing, by which the script knows a new one."""
    name = escaping.attribute(messages.say("review_passage"))
    frame = f'class="review-passage" role="region" tabindex="0" aria-label="{name}" data-shown="{escape(shown)}"'
    if proposed is None:
        return f'<div {frame}><p class="review-done">{escaping.text(messages.say("review_done"))}</p></div>'
    gone = article is None or article.text[proposed.start : proposed.end] != proposed.quote
    if article is None or gone:
        said = escaping.text(messages.say("review_gone"))
        return (
            f'<div {frame}><p class="notice" role="alert">{said}</p>'
            f'<p dir="auto">{escaping.text(proposed.quote)}</p></div>'
        )
    about = [f"<bdi>{escaping.text(article.title)}</bdi>"]
    if article.date:
        about.append(escaping.text(messages.date(article.date)))
    return (
        f'<div {frame}><p class="review-about"{escaping.language(article.language)}>{" · ".join(about)}</p>'
        f"{_lead_html(proposed, messages)}{_passage_html(proposed, article)}{_nearest_html(nearest, messages)}</div>"
    )


def _lead_html(proposed: Proposed, messages: Messages) -> str:
    if proposed.answerable:
        said, kind = messages.say("review_sentence"), "quiet"
    elif proposed.swapped:
        said, kind = messages.say("review_no_answer", name=proposed.swapped), "review-unanswerable"
    else:
        said, kind = messages.say("review_no_answer_plain"), "review-unanswerable"
    return f'<p class="{kind}">{escaping.text(said)}</p>'


def _passage_html(proposed: Proposed, article: Article) -> str:
    text = article.text
    first, last = max(0, proposed.start - AROUND), min(len(text), proposed.end + AROUND)
    before, after = text[first : proposed.start], text[proposed.end : last]
    if first:
        before = "…" + before.partition(" ")[2]
    if last < len(text):
        after = after.rpartition(" ")[0] + "…"
    return (
        f'<p class="review-text" dir="auto"{escaping.language(article.language)}>{escaping.text(before)}'
        f'<mark class="cited">{escaping.text(proposed.quote)}</mark>{escaping.text(after)}</p>'
    )


def _nearest_html(nearest: Sequence[Passage], messages: Messages) -> str:
    if not nearest:
        return ""
    listed = "".join(
        f'<li dir="auto"{escaping.language(each.language)}>{escaping.text(each.text)} '
        f"<span class=quiet>{escaping.text(each.article)}</span></li>"
        for each in nearest
    )
    summary = escaping.text(messages.say("review_nearest"))
    return f"<details open><summary>{summary}</summary><ul>{listed}</ul></details>"


def blank_html(question: str, messages: Messages) -> str:
    """A word on a question that nobody would ask like that; nothing where it has no blank."""
    return said_html(messages.say("review_blank")) if BLANK in question else ""


def said_html(text: str, *, wrong: bool = False) -> str:
    """What came of a step; nothing for no text."""
    if not text:
        return ""
    kind, role = ("notice", "alert") if wrong else ("review-said", "status")
    return f'<p class="{kind}" role="{role}" dir="auto">{escaping.text(text)}</p>'
