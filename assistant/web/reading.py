"""Opening a cited article in the reader: only what is still word for word in the collection is shown as a source."""

from collections.abc import Mapping

from assistant.types import Answer
from assistant.web import reader
from assistant.web.conversation import Conversation, find
from assistant.web.engine import Engine
from assistant.web.messages import Messages
from index.errors import AssistantIndexError
from index.types import Span


def read(engine: Engine | None, conversation: Conversation, request: Mapping[str, object], messages: Messages) -> str:
    """The reader's HTML for what the browser asked to open: `exchange`, `cite`, and perhaps `start` and `end`."""
    exchange = find(conversation, str(request.get("exchange")))
    answer = exchange.outcome if exchange else None
    number = _whole(request.get("cite"))
    if exchange is None or engine is None or not isinstance(answer, Answer):
        return reader.notice_html(messages.say("citation_unknown"), messages)
    citation = next((citation for citation in answer.citations if citation.number == number), None)
    if citation is None:
        return reader.notice_html(messages.say("citation_unknown"), messages)
    where = reader.Place(exchange.id, citation, answer)
    try:
        article = engine.article(citation.article)
    except AssistantIndexError as error:
        return reader.notice_html(str(error), messages, where)
    if article is None:
        return reader.notice_html(messages.say("article_gone"), messages, where)
    if not reader.matches(article, citation):
        return reader.notice_html(messages.say("article_changed"), messages, where)
    start, end = _whole(request.get("start")), _whole(request.get("end"))
    asked = Span(start, end) if start is not None and end is not None else None
    return reader.reader_html(article, where, messages, asked)


def _whole(value: object) -> int | None:
    """A whole number that the browser sent as one or as text; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    try:
        return int(value)
    except ValueError:
        return None
