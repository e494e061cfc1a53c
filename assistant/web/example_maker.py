"""Example questions, made in the background: trying whether they are answered takes the encoder seconds."""

import logging
import threading
from collections import OrderedDict
from concurrent.futures import Future

from assistant.examples import example_questions
from assistant.web.engine import Engine
from index.errors import AssistantIndexError

EXAMPLES_SHOWN = 4
ARTICLES_SAMPLED = 40
KEPT = 256
WAITING = 8
"""More than these are not made for at once: users of many different groups may open the page at the same time."""

_log = logging.getLogger(__name__)
Examples = Future[tuple[str, ...]]
Whose = tuple[str, frozenset[str] | None]
"""The language of the page, and the access groups of whoever looks at it."""


class ExampleMaker:
    """Makes the questions once for each language of the page, generation of the index, and set of access groups, one
    after another."""

    def __init__(self) -> None:
        self._made: OrderedDict[Whose, tuple[int, Examples]] = OrderedDict()  # generation, questions
        self._choosing = threading.Lock()
        self._making = threading.Lock()

    def examples(
        self, engine: Engine, generation: int, language: str, groups: frozenset[str] | None = None
    ) -> Examples:
        """Questions that the engine can answer, of articles in `language` first; `engine` is that of somebody in these
        groups. None while too many wait for theirs. The future never fails and cannot be cancelled; all who ask for the
        same questions wait for the same one, and hold no thread meanwhile."""
        whose = (language, groups)
        with self._choosing:
            made = self._made.get(whose)
            if made is not None and made[0] == generation:
                self._made.move_to_end(whose)
                return made[1]
            future: Examples = Future()
            future.set_running_or_notify_cancel()
            if sum(not each.done() for _, each in self._made.values()) >= WAITING:
                future.set_result(())
                return future
            self._made[whose] = (generation, future)
            while len(self._made) > KEPT:
                self._made.popitem(last=False)
        threading.Thread(target=self._make, args=(future, engine, whose), daemon=True, name="examples").start()
        return future

    def _make(self, future: Examples, engine: Engine, whose: Whose) -> None:
        questions: tuple[str, ...] = ()
        try:
            with self._making:
                articles = engine.sample_articles(ARTICLES_SAMPLED)
                articles = sorted(articles, key=lambda article: article.language != whose[0])
                questions = tuple(example_questions(articles, EXAMPLES_SHOWN, engine.can_answer))
        except Exception as error:  # whoever waits for them must not wait for ever
            _log.warning("No example questions could be made: %s", error, exc_info=not _is_known(error))
            with self._choosing:
                self._made.pop(whose, None)  # the next page tries again
        future.set_result(questions)


def _is_known(error: Exception) -> bool:
    return isinstance(error, AssistantIndexError)
