"""Whether the time of an answer tells somebody of articles that they may not see.

    python -m benchmarks.access_timing [--articles 1000] [--times 600] [--step 25]

Two thirds of the articles are hidden from the one who asks. They send pairs of requests that differ in nothing but
whether a hidden article has what is asked for, in a random order: to the program itself, whose time is taken from the
clock and from the processor's time of its thread, in which waiting for others does not count; then to a server over
loopback that answers at once, and to one that answers at steps of so many milliseconds, by the clock of who asks. Each
of the three opens the index anew, so that what one looked up is new to the next.

Prints for each pair both medians in milliseconds, the difference between them with its 95% interval (bootstrap), and
the chance that one who guesses by the time which of two requests is which is right (0.5: by luck; the area under the
ROC curve), with the p value of the Mann-Whitney U test.
"""

import argparse
import random
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import quote

import httpx
import numpy as np
import uvicorn
from numpy.typing import NDArray
from scipy.stats import mannwhitneyu

from assistant.answering import Assistant
from assistant.calibration import load_calibration
from assistant.library import Library
from assistant.server.access import Access
from assistant.server.app import create_app
from assistant.server.serve import listen, url_of
from assistant.settings import load_settings
from index.embedders.static import StaticEmbedder
from index.errors import ArticleUnknown
from index.local_index import LocalIndex
from index.types import Article
from index.writer import IndexWriter

WORDS = ["bridge", "library", "harbour", "school", "market", "council", "winter", "road", "ferry", "garden"]
COMMON = 200
VISIBLE_SHARE = 1 / 3
Times = NDArray[np.float64]


class Asked(Protocol):
    """What the one who asks can ask for."""

    def search(self, query: str) -> object: ...

    def read(self, article_id: str) -> object: ...

    def listed(self, words: str) -> object: ...


@dataclass(frozen=True, slots=True)
class Program:
    """The program itself."""

    library: Library

    def search(self, query: str) -> object:
        return self.library.search(query, 10)

    def read(self, article_id: str) -> object:
        with suppress(ArticleUnknown):
            return self.library.article(article_id)
        return None

    def listed(self, words: str) -> object:
        return self.library.listed(words)


@dataclass(frozen=True, slots=True)
class Server:
    """The API of a server, over one connection that stays open."""

    client: httpx.Client

    def search(self, query: str) -> object:
        return self.client.get("/api/v1/search", params={"q": query}).raise_for_status().content

    def read(self, article_id: str) -> object:
        response = self.client.get(f"/api/v1/articles/{quote(article_id)}")
        if response.status_code != 404:
            raise RuntimeError(f"{article_id} is hidden, and the server answered {response.status_code}")
        return response.content

    def listed(self, words: str) -> object:
        return self.client.get("/api/v1/articles", params={"q": words}).raise_for_status().content


@contextmanager
def served(index: LocalIndex, small: StaticEmbedder, step_ms: float) -> Iterator[Server]:
    """A server that nobody logs in to and that other machines could reach: it shows what is for everybody."""
    settings = load_settings(rate_limit="none", llm="none", answer_step_ms=step_ms)
    engine = Assistant(index, small, small, load_calibration(), told_step_ms=step_ms)
    app = create_app(engine, access=Access.of(settings, local=False, owned=False))
    bound = listen(port=0)
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    try:
        with httpx.Client(base_url=url_of(bound), timeout=60) as client:
            yield Server(client)
    finally:
        server.should_exit = True
        thread.join(10)
        bound.close()


@dataclass(frozen=True, slots=True)
class Pair:
    """`of_hidden` and `of_nothing` do the same with what only hidden articles have, and with what none has; each is
    given the number of the attempt, of which there are at most `attempts`."""

    name: str
    attempts: int
    of_hidden: Callable[[int], object]
    of_nothing: Callable[[int], object]


@dataclass(frozen=True, slots=True)
class Words:
    """Made-up words of one kind, dealt out by chance, so that nothing else tells them apart: each of `rare` stands in
    one article, each of `common` in half of the hidden ones, and those of `absent` nowhere."""

    rare: Sequence[str]
    common: Sequence[str]
    absent: Sequence[str]

    @classmethod
    def made(cls, rare: int) -> "Words":
        chance = random.Random(5)
        made: dict[str, None] = {}
        while len(made) < 5 * rare + 2 * COMMON:
            made["".join(chance.choice("bdfglmnprstvz") + chance.choice("aeiou") for _ in range(5))] = None
        dealt = list(made)
        chance.shuffle(dealt)
        return cls(dealt[:rare], dealt[rare : rare + COMMON], dealt[rare + COMMON :])


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--articles", type=int, default=1_000)
    parser.add_argument("--times", type=int, default=600)
    parser.add_argument("--step", type=float, default=25.0, help="milliseconds")
    given = parser.parse_args()
    words, small = Words.made(given.articles), StaticEmbedder()
    articles = _articles(given.articles, words)
    hidden = [article for article in articles if article.groups]
    with tempfile.TemporaryDirectory() as folder:
        with IndexWriter.open(Path(folder), small) as writer:
            for _ in writer.add(articles):
                pass
        print(f"{len(articles)} articles, {len(hidden)} of them hidden", flush=True)
        with closing(LocalIndex.open(Path(folder), small)) as index:
            for pair in _pairs(Program(Library(index, frozenset())), hidden, words):
                _report("program", pair, given.times, ("clock", "processor"))
        for step in (0.0, given.step):
            with closing(LocalIndex.open(Path(folder), small)) as index, served(index, small, step) as server:
                for pair in _pairs(server, hidden, words):
                    _report(f"server, {f'steps of {step:g} ms' if step else 'at once'}", pair, given.times, ("clock",))


def _articles(count: int, words: Words) -> list[Article]:
    """The id and the text of each hold its rare word."""
    chance = random.Random(3)
    made = []
    for own in words.rare[:count]:
        visible = chance.random() < VISIBLE_SHARE
        said = [*chance.choices(WORDS, k=20), *([] if visible else chance.sample(words.common, COMMON // 2))]
        text = f"The plan is called {own}. {' '.join(said)}."
        made.append(Article(f"plans/{own}.txt", "Plans", text, "en", groups=() if visible else ("board",)))
    return made


def _pairs(asked: Asked, hidden: Sequence[Article], words: Words) -> list[Pair]:
    secret = [article.id[len("plans/") : -len(".txt")] for article in hidden]

    def search(word: str) -> object:
        return asked.search(f"what is the plan {word}")

    def read(word: str) -> object:
        return asked.read(f"plans/{word}.txt")

    def listed(word: str) -> object:
        return asked.listed(f"plans/{word}.txt")

    def pair(name: str, work: Callable[[str], object], of_hidden: Sequence[str], of_nothing: Sequence[str]) -> Pair:
        attempts = min(len(of_hidden), len(of_nothing))
        return Pair(name, attempts, lambda n: work(of_hidden[n]), lambda n: work(of_nothing[n]))

    fresh = [words.absent[place * len(hidden) : (place + 1) * len(hidden)] for place in range(4)]
    nowhere = words.absent[-COMMON:]
    for word in WORDS:  # what is made once
        search(word)
    # What a search found is kept for each word: the words of each pair but the last of these are new.
    return [
        pair("search, no difference", search, fresh[0], fresh[1]),
        pair("search, a word of one hidden article", search, secret, fresh[2]),
        pair("search, a word of half the hidden articles, first", search, words.common, nowhere),
        pair("search, a word of half the hidden articles, again", search, words.common, nowhere),
        pair("read, the id of a hidden article", read, secret, fresh[3]),
        pair("list, the id of a hidden article", listed, secret, fresh[3]),
    ]


def _report(asked: str, pair: Pair, times: int, clocks: Sequence[str]) -> None:
    """`clocks` are "clock" and, where the work is done in this thread, "processor"."""
    times = min(times, pair.attempts)
    chance = random.Random(11)
    turns = [(attempt, kind) for attempt in range(times) for kind in (0, 1)]
    chance.shuffle(turns)
    works = (pair.of_hidden, pair.of_nothing)
    taken: dict[tuple[int, int], tuple[float, float]] = {}
    for attempt, kind in turns:
        cpu, clock = time.thread_time(), time.perf_counter()
        works[kind](attempt)
        taken[attempt, kind] = (1000 * (time.perf_counter() - clock), 1000 * (time.thread_time() - cpu))
    for place, name in enumerate(clocks):
        hidden, nothing = (np.array([taken[attempt, kind][place] for attempt in range(times)]) for kind in (0, 1))
        low, high = _interval(hidden, nothing)
        guessed = mannwhitneyu(hidden, nothing)
        print(
            f"{asked}: {pair.name}, {times} pairs, {name}: {np.median(hidden):.3f} and {np.median(nothing):.3f} ms,"
            f" difference {np.median(hidden) - np.median(nothing):+.3f} ({low:+.3f} to {high:+.3f}),"
            f" guessed right {guessed.statistic / times**2:.3f}, p = {guessed.pvalue:.2g}",
            flush=True,
        )


def _interval(hidden: Times, nothing: Times) -> tuple[float, float]:
    generator = np.random.default_rng(7)
    differences = [
        np.median(generator.choice(hidden, len(hidden))) - np.median(generator.choice(nothing, len(nothing)))
        for _ in range(1_000)
    ]
    low, high = np.percentile(differences, [2.5, 97.5])
    return float(low), float(high)


if __name__ == "__main__":
    main()
