"""A process that changes an index until it is killed, and says before and after each change what it does.

`python -m tests.faults.worker INDEX SEED [MANY]`: lines are `will add ID VERSION`, `will remove ID` and `done ID`. From
MANY passages on, the index has the files of a large one, which are made in the background, too.
"""

import random
import sys
from collections.abc import Sequence
from pathlib import Path

from index import compaction
from index.embedders.static import StaticEmbedder
from index.types import Article
from index.writer import IndexWriter

NUMBERS = 60
"""Articles are `worker-0` to `worker-59`."""


def marker(article_id: str, version: int) -> str:
    """A word that stands in one version of one article and nowhere else."""
    return f"mark{article_id.replace('-', '')}v{version}x"


def make_article(article_id: str, version: int) -> Article:
    sentences = [f"{marker(article_id, version)} told the council in sentence {number}." for number in range(40)]
    return Article(article_id, f"About {article_id}", " ".join(sentences), "en")


def say(*words: object) -> None:
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


def change(writer: IndexWriter, numbers: random.Random) -> None:
    ids = [f"worker-{number}" for number in numbers.sample(range(NUMBERS), numbers.randint(1, 12))]
    if numbers.random() < 0.3:
        _remove(writer, ids)
    else:
        _add(writer, [(article_id, numbers.randrange(1_000_000)) for article_id in ids])


def _remove(writer: IndexWriter, ids: Sequence[str]) -> None:
    for article_id in ids:
        say("will", "remove", article_id)
    writer.remove(ids)
    for article_id in ids:
        say("done", article_id)


def _add(writer: IndexWriter, wanted: Sequence[tuple[str, int]]) -> None:
    for article_id, version in wanted:
        say("will", "add", article_id, version)
    for written in writer.add(make_article(*each) for each in wanted):
        say("done", written.article.id)


def main(folder: Path, numbers: random.Random) -> None:
    embedder = StaticEmbedder()
    while True:  # each writer writes the vector file at its end, so that many kills meet it
        with IndexWriter.open(folder, embedder) as writer:
            for _ in range(numbers.randint(1, 3)):
                change(writer, numbers)


if __name__ == "__main__":
    if sys.argv[3:]:
        compaction.MANY = int(sys.argv[3])
    main(Path(sys.argv[1]), random.Random(int(sys.argv[2])))
