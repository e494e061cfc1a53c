"""A question while it is being answered."""

import threading
from dataclasses import dataclass, field


@dataclass(slots=True, eq=False)
class Running:
    """What is known so far, and the way to stop it.

    The only part of a conversation that changes in place: the thread that answers writes to it, and the one that serves
    the Stop button reads it, and sets `stop`. `searched_for` and `text` are unchecked.
    """

    searched_for: str = ""
    text: str = ""
    stop: threading.Event = field(default_factory=threading.Event)
    _begun: threading.Lock = field(default_factory=threading.Lock)
    _ended: bool = False

    def begin(self) -> bool:
        """True for the first caller only, who has to call `end`: a question is asked once."""
        return self._begun.acquire(blocking=False)

    def end(self) -> None:
        """Nobody works on the question any more, nor may go on in the background."""
        self._ended = True
        self.stop.set()

    @property
    def at_work(self) -> bool:
        return self._begun.locked() and not self._ended
