"""An engine for evaluations of the search alone: it brings the passages, and the best one is the answer."""

import time
from collections.abc import Sequence

from assistant.answering import PASSAGES, Assistant
from assistant.types import Answer, PassageReference
from assistant.types import Turn as Said
from index.language import detect


class SearchOnly:
    """Everything but `ask` is the assistant's; no sentence is weighed, and nothing is cited or abstained from."""

    def __init__(self, engine: Assistant) -> None:
        self.index = engine.index
        self.calibration = engine.calibration
        self.article = engine.article

    def ask(self, question: str, history: Sequence[Said] = ()) -> Answer:
        del history
        started = time.perf_counter()
        language = detect(question)
        with self.index.snapshot() as snapshot:
            hits = snapshot.search(question, PASSAGES, language)
            return Answer(
                question=question,
                searched_for=question,
                language=language,
                text=hits[0].passage.text if hits else "",
                abstained=False,
                citations=(),
                passages=tuple(
                    PassageReference(hit.passage.article, hit.passage.start, hit.passage.end, hit.score) for hit in hits
                ),
                mode="extractive",
                index_generation=snapshot.generation,
                timings_ms={"total": 1000 * (time.perf_counter() - started)},
            )
