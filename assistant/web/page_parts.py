"""What other parts of the chat's page have to be: each lives in files of its own, and is given to the `Chat`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from assistant.web.conversation import Conversation, Exchange
from assistant.web.messages import Messages


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What of the page a part may read and write, as Gradio components: the states of the conversation (a
    `Conversation`) and of the filters of the next question (`Filters`), and the HTML of the conversation, which
    `render` makes for whoever sent a `gradio.Request`. `visible` gives what of a conversation its sender may see now,
    and nothing where that cannot be told: only that may be kept, or given out. `blocks` is the page itself, for what is
    to happen when it is loaded."""

    blocks: Any
    conversation: Any
    filters: Any
    page: Any
    render: Callable[[Conversation, Any], str]
    visible: Callable[[Conversation, Any], Conversation]


class PagePart(Protocol):
    """Something beside questions and answers: filters, feedback, a link to keep."""

    @property
    def styles(self) -> str:
        """Its CSS, which goes before that of the page."""
        ...

    def answer_html(self, exchange: Exchange, messages: Messages) -> str:
        """HTML below a question that was answered, failed or was stopped; everything in it is escaped. Or nothing."""
        ...

    def build(self, around: Surroundings) -> None:
        """Makes its components, which stand above the question box, and its events."""
        ...
