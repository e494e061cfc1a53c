"""What the page for owners shows: tables as plain values, and what was done as HTML in which everything is text."""

from collections.abc import Sequence
from typing import Any

from assistant.collection_keeper import Removed
from assistant.web import escaping
from assistant.web.messages import Messages
from assistant.web.page_frame import message_html, problems_html
from index.article_changes import ArticleChange
from index.article_list import ArticleList
from index.ingestion import Report

NAMES_SHOWN = 20


def status_html(listed: ArticleList, messages: Messages, problem: str = "") -> str:
    """How much of what is listed, or what stands in the way."""
    if problem:
        return message_html(problem, wrong=True)
    if not listed.total and not listed.facets.languages:
        return message_html(messages.say("collection_none"))
    numbers = {"shown": messages.number(len(listed.articles)), "total": messages.number(listed.total)}
    said = messages.say("collection_shown", generation=messages.number(listed.generation), **numbers)
    more = messages.say("collection_too_many", shown=numbers["shown"]) if listed.total > len(listed.articles) else ""
    return message_html(f"{said} {more}".strip())


def articles_table(listed: ArticleList, messages: Messages) -> dict[str, Any]:
    """Headers and rows for a `gradio.Dataframe`; the second column is the article's id."""
    columns = ("column_title", "column_id", "column_language", "column_date", "column_source", "column_passages")
    return {
        "headers": [messages.say(column) for column in columns],
        "value": [
            [
                _shown(each.title),
                each.id,
                messages.language_name(each.language) or each.language,
                each.date or "",
                each.source,
                each.passages,
            ]
            for each in listed.articles
        ],
    }


def changes_table(changes: Sequence[ArticleChange], messages: Messages) -> dict[str, Any]:
    """The same of what changed."""
    columns = ("column_when", "column_what", "column_title", "column_id", "column_state")
    return {
        "headers": [messages.say(column) for column in columns],
        "value": [
            [
                each.at.partition("+")[0].replace("T", " "),
                messages.say(f"change_{each.kind}"),
                _shown(each.title),
                each.article,
                each.generation,
            ]
            for each in changes
        ],
    }


def choices(listed: ArticleList, chosen: Sequence[str]) -> list[tuple[str, str]]:
    """Label and id of the listed articles, and of those that were chosen from an earlier list."""
    offered = {each.id: f"{_shown(each.title, 80)} · {each.id}" if each.title else each.id for each in listed.articles}
    return [(label, article_id) for article_id, label in (dict.fromkeys(chosen, "") | offered).items() if label] + [
        (article_id, article_id) for article_id in chosen if article_id not in offered
    ]


def working_html(done: int, total: int, messages: Messages) -> str:
    said = messages.say("collection_reading", done=messages.number(done), total=messages.number(total))
    return message_html(said)


def done_html(report: Report, messages: Messages) -> str:
    """What was done, what could not be read and why, and what is to be known of the rest."""
    numbers = {
        "added": messages.number(report.added),
        "replaced": messages.number(report.replaced),
        "unchanged": messages.number(report.unchanged),
        "failed": messages.number(len(report.problems)),
    }
    parts = [message_html(messages.say("collection_done", **numbers))]
    parts += [f'<p class="quiet" dir="auto">{escaping.text(warning)}</p>' for warning in report.warnings]
    if report.problems:
        parts.append(problems_html(list(map(str, report.problems)), messages))
    return "".join(parts)


def removed_html(removed: Removed, messages: Messages) -> str:
    said = messages.say("collection_removed", articles=_named(removed.articles))
    if not removed.will_return:
        return message_html(said)
    return message_html(said) + message_html(messages.say("collection_will_return", files=_named(removed.will_return)))


def _named(names: Sequence[str]) -> str:
    left = len(names) - NAMES_SHOWN
    return ", ".join(names[:NAMES_SHOWN]) + (f" … (+{left})" if left > 0 else "") if names else "0"


def _shown(title: str, limit: int = 200) -> str:
    flat = " ".join(title.split())
    return flat if len(flat) <= limit else flat[: limit - 1].rstrip() + "…"
