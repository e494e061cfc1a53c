"""Articles and queries out of the pairs of legal texts, for measurements at scale; the same ones every time.

The articles are made of the French side, the queries of other lines of the file, in both languages. Where the file's
lines are not enough, further paragraphs are composed of clauses of different lines, with other numbers: text of the
same words in about the same frequencies that no law holds, and that lies nearer to others than real text does.
"""

import gzip
import hashlib
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

PAIRS = Path("parallel") / "laws.en-fr.tsv.gz"
PARAGRAPHS = 12
SHORTEST_PARAGRAPH = 60
"""Characters. Shorter lines are titles and marginal notes."""

SHORTEST_QUERY, LONGEST_QUERY = 30, 160
KEPT_FOR_QUERIES = 1 / 20
"""Of the lines, those at the end of the file: no article holds them."""

FILES_IN_A_FOLDER = 1000
_CLAUSE_END = re.compile(r"(?<=[,;:.])\s+")
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Queries:
    """The same questions in two languages."""

    english: list[str]
    french: list[str]


def write_articles(data: Path, folder: Path, articles: int, queries: int) -> Queries:
    """Writes `articles` text files of a dozen distinct paragraphs each below `folder`; returns `queries` queries in
    each language, spread over the lines that no article holds. Raises ValueError when the pairs are too few."""
    lines = _distinct_lines(data / PAIRS)
    first_unused = round(len(lines) * (1 - KEPT_FOR_QUERIES))
    paragraphs = _paragraphs([french for _, french in lines[:first_unused]])
    for number in range(articles):
        path = folder / f"{number // FILES_IN_A_FOLDER:03}" / f"loi-{number:05}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        text = "\n\n".join([f"Recueil de lois, partie {number}", *islice(paragraphs, PARAGRAPHS)])
        path.write_text(text + "\n", encoding="utf-8")
    asked = [
        pair for pair in lines[first_unused:] if all(SHORTEST_QUERY <= len(text) <= LONGEST_QUERY for text in pair)
    ]
    if len(asked) < queries:
        raise ValueError(f"Only {len(asked)} lines are left for {queries} queries. Ask for fewer --queries.")
    chosen = asked[:: len(asked) // queries][:queries]
    return Queries([english for english, _ in chosen], [french for _, french in chosen])


def keep_back(articles: Path, later: Path, count: int) -> list[Path]:
    """Moves the last `count` of the articles below `articles` into the new folder `later`; returns them."""
    later.mkdir()
    return [path.rename(later / path.name) for path in sorted(articles.glob("*/*.txt"))[-count:]]


def _paragraphs(lines: Sequence[str]) -> Iterator[str]:
    """Without end: the lines that are long enough, then paragraphs that are composed of several of them."""
    long_enough = [line for line in lines if len(line) >= SHORTEST_PARAGRAPH]
    yield from long_enough
    chance = random.Random(8)
    while True:
        yield _composed(chance, long_enough)


def _composed(chance: random.Random, lines: Sequence[str]) -> str:
    """About as long as a line: the clauses of one, half of them in exchange for clauses of another one."""
    own, other = (_CLAUSE_END.split(chance.choice(lines)) for _ in range(2))
    mixed = [clause if chance.random() < 0.5 else chance.choice(other) for clause in own]
    mixed += [chance.choice(other)] if len(mixed) == 1 else []
    return _NUMBER.sub(lambda found: str(chance.randrange(10 ** len(found.group()[:6]))), " ".join(mixed))


def _distinct_lines(pairs: Path) -> list[tuple[str, str]]:
    """English and French of each line whose French was not seen before."""
    seen: set[bytes] = set()
    found = []
    with gzip.open(pairs, "rt", encoding="utf-8") as file:
        for line in file:
            english, _, french = line.rstrip("\n").partition("\t")
            digest = hashlib.blake2b(french.encode(), digest_size=8).digest()
            if digest not in seen:
                seen.add(digest)
                found.append((english, french))
    return found
