"""A conversation as far as its user may see it now: what it showed before rights were taken away is not shown again."""

from dataclasses import replace
from functools import cache

from assistant.identity.asker import Asker
from assistant.keeping.visible_answers import visible_answer
from assistant.types import Answer
from assistant.web.conversation import Conversation, Exchange, Stopped
from assistant.web.engine import Engine


def visible(conversation: Conversation, engine: Engine | None, asker: Asker) -> Conversation:
    """Unchanged where no access rules apply. `engine` is the asker's own; its errors pass.

    Below an answer that is no longer shown as it was, no query is shown, since it may lean on that answer. What a
    language model had written when it was stopped is not shown, since nobody knows any more from what.
    """
    if asker.groups is None or engine is None:
        return conversation
    article = cache(engine.article)
    seen: list[Exchange] = []
    lost = False
    for exchange in conversation:
        match exchange.outcome:
            case Answer() as answer:
                left = visible_answer(answer, article)
                lost = lost or left is not answer
                seen.append(replace(exchange, outcome=replace(left, searched_for=left.question) if lost else left))
            case Stopped():
                seen.append(replace(exchange, outcome=Stopped()))
            case _:
                seen.append(exchange)
    return tuple(seen)
