"""Articles and queries out of the pairs of legal texts, for measurements at scale; the same ones every time.

The articles are made of the French side, the queries of other lines of the file, in both languages.
"""

import gzip
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PAIRS = Path("parallel") / "laws.en-fr.tsv.gz"
PARAGRAPHS = 12
SHORTEST_PARAGRAPH = 60
"""Characters. Shorter lines are titles and marginal notes."""

SHORTEST_QUERY, LONGEST_QUERY = 30, 160
FILES_IN_A_FOLDER = 1000


@dataclass(frozen=True, slots=True)
class Queries:
    """The same questions in two languages."""

    english: list[str]
    french: list[str]


def write_articles(data: Path, folder: Path, articles: int, queries: int) -> Queries:
    """Writes `articles` text files of a dozen distinct paragraphs each below `folder`; returns `queries` queries in
    each language, spread over the lines that no article holds. Raises ValueError when the pairs are too few."""
    lines = _distinct_lines(data / PAIRS)
    for number in range(articles):
        paragraphs: list[str] = []
        while len(paragraphs) < PARAGRAPHS:
            _, french = _next(lines, number)
            if len(french) >= SHORTEST_PARAGRAPH:
                paragraphs.append(french)
        path = folder / f"{number // FILES_IN_A_FOLDER:03}" / f"loi-{number:05}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n\n".join([f"Recueil de lois, partie {number}", *paragraphs]) + "\n", encoding="utf-8")
    asked = [pair for pair in lines if all(SHORTEST_QUERY <= len(text) <= LONGEST_QUERY for text in pair)]
    if len(asked) < queries:
        raise ValueError(f"Only {len(asked)} lines are left for {queries} queries. Ask for fewer --articles.")
    chosen = asked[:: len(asked) // queries][:queries]
    return Queries([english for english, _ in chosen], [french for _, french in chosen])


def _next(lines: Iterator[tuple[str, str]], number: int) -> tuple[str, str]:
    try:
        return next(lines)
    except StopIteration:
        raise ValueError(f"The pairs are enough for {number} articles only. Ask for fewer --articles.") from None


def _distinct_lines(pairs: Path) -> Iterator[tuple[str, str]]:
    """English and French of each line whose French was not seen before."""
    seen: set[bytes] = set()
    with gzip.open(pairs, "rt", encoding="utf-8") as file:
        for line in file:
            english, _, french = line.rstrip("\n").partition("\t")
            digest = hashlib.blake2b(french.encode(), digest_size=8).digest()
            if digest not in seen:
                seen.add(digest)
                yield english, french
