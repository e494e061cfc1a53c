"""The real assistant over a small index, which answers a question only when the test lets it."""

import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from assistant.answering import Assistant
from assistant.calibration import load_calibration
from assistant.settings import Settings, load_settings
from assistant.types import Answer
from assistant.wiring import open_writer, read_articles
from index.embedders.static import StaticEmbedder
from index.ingestion import ingest
from index.local_index import LocalIndex
from tests.command_line import write_articles

LINES = {
    "cost": '{"id": "cost", "question": "Combien coûtent les travaux du port ?", "language": "fr", "split": "dev", '
    '"gold": "Les travaux du port coûtent 12 millions d\'euros."}',
    "sunday": '{"id": "sunday", "question": "when does the library of Ashby open?", "language": "en", "split": "dev", '
    '"gold": "The library of Ashby opens on Sundays from May on."}',
    "tower": '{"id": "tower", "question": "who designed the Eiffel tower?", "language": "en", "answerable": false}',
    "ticket": '{"id": "ticket", "question": "how much is a ticket for the night bus?", "language": "en", '
    '"gold": "A ticket costs three pounds."}',
}
"""Questions over `tests.command_line.ARTICLES`, each a line of a set, by id."""

BROKEN = (
    *LINES.values(),
    '{"id": "broken" "question": "?"}',
    '{"id": "nameless", "answers": ["3"]}',
    '{"id": "nowhere", "question": "where is the quay?", "gold": "This sentence stands nowhere in any of them."}',
)
"""Five questions that can be asked, one of them with gold that is nowhere, and two lines that cannot."""


def small_index(folder: Path) -> Settings:
    """Settings of an index of four articles within `folder`."""
    settings = load_settings(index=folder / "index", embedder="fast", llm="none")
    _, articles = read_articles(settings, [write_articles(folder / "articles")])
    with open_writer(settings) as writer:
        assert ingest(writer, articles).added == 4
    return settings


def write_set(file: Path, lines: Sequence[str] = tuple(LINES.values())) -> Path:
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


def gated(settings: Settings, gate: threading.Semaphore) -> Assistant:
    """Each question takes one permit of the gate."""

    class Gated(Assistant):
        def ask(self, *asked: Any, **named: Any) -> Answer:
            assert gate.acquire(timeout=120), "the test never opened the gate"
            return Assistant.ask(self, *asked, **named)

    small = StaticEmbedder()
    # The recorded threshold belongs to the models that read; without them everything looks more like an answer.
    calibration = replace(load_calibration(), answer_from=0.6)
    return Gated(LocalIndex.open(settings.beside_index, small), small, small, calibration)


def opened(permits: int = 10_000) -> threading.Semaphore:
    return threading.Semaphore(permits)
