"""A process that opens an index once and reads it over and over.

`python -m tests.faults.reader INDEX SECONDS`: each new generation is one line of JSON with `generation`, `texts` (of
the articles `left` and `right`), `hits` (versions of the articles that a search for "pair" found), `seen` (time) and
`snapshots` (how many were read so far). It ends when `left` says "last", or after SECONDS.
"""

import json
import sys
import time
from pathlib import Path

from index.local_index import LocalIndex
from tests.fakes import WordEmbedder


def main(folder: Path, seconds: float) -> None:
    index = LocalIndex.open(folder, WordEmbedder())
    deadline = time.monotonic() + seconds
    snapshots = latest = 0
    while time.monotonic() < deadline:
        with index.snapshot() as snapshot:
            seen = time.time()
            articles = [snapshot.find_article(name) for name in ("left", "right")]
            hits = snapshot.search("pair", 10, keep_near_copies=True)
            generation = snapshot.generation
        snapshots += 1
        texts = [None if article is None else article.text for article in articles]
        if generation > latest:
            latest = generation
            line = {
                "generation": generation,
                "texts": texts,
                "hits": sorted(hit.passage.text for hit in hits if hit.passage.article in ("left", "right")),
                "seen": seen,
                "snapshots": snapshots,
            }
            sys.stdout.write(json.dumps(line) + "\n")
            sys.stdout.flush()
        if texts[0] is not None and "last" in texts[0]:
            return
        time.sleep(0.005)


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]))
