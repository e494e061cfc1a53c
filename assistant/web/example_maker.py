"""Example questions, made in the background: trying whether they are answered takes the encoder seconds."""

import logging
import threading
from concurrent.futures import Future

from assistant.examples import example_questions
from assistant.web.engine import Engine
from index.errors import AssistantIndexError

EXAMPLES_SHOWN = 4
ARTICLES_SAMPLED = 40

_log = logging.getLogger(__name__)
Examples = Future[tuple[str, ...]]


class ExampleMaker:
    """Makes the questions once for each language of the page and generation of the index, one after another."""

    def __init__(self) -> None:
        self._made: dict[str, tuple[int, Examples]] = {}  # by language: generation, questions
        self._choosing = threading.Lock()
        self._making = threading.Lock()

    def examples(self, engine: Engine, generation: int, language: str) -> Examples:
        """Questions that the engine can answer, of articles in `language` first. The future never fails and cannot be
        cancelled; all who ask for the same questions wait for the same one, and hold no thread meanwhile."""
        with self._choosing:
            made = self._made.get(language)
            if made is not None and made[0] == generation:
                return made[1]
            future: Examples = Future()
            future.set_running_or_notify_cancel()
            self._made[language] = (generation, future)
        threading.Thread(target=self._make, args=(future, engine, language), daemon=True, name="examples").start()
        return future

    def _make(self, future: Examples, engine: Engine, language: str) -> None:
        questions: tuple[str, ...] = ()
        try:
            with self._making:
                articles = engine.sample_articles(ARTICLES_SAMPLED)
                articles = sorted(articles, key=lambda article: article.language != language)
                questions = tuple(example_questions(articles, EXAMPLES_SHOWN, engine.can_answer))
        except Exception as error:  # whoever waits for them must not wait for ever
            _log.warning("No example questions could be made: %s", error, exc_info=not _is_known(error))
            with self._choosing:
                self._made.pop(language, None)  # the next page tries again
        future.set_result(questions)


def _is_known(error: Exception) -> bool:
    return isinstance(error, AssistantIndexError)
