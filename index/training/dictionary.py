"""Learn the tables by which the words of a question are looked for in another language.

    python -m index.training.dictionary --data ../shared/data/parallel --out index/translation_tables

One file for each direction between English and another language, as `index.translation` reads it: a term (a folded
Snowball stem, as the lexical index holds it), a tab, and the terms that stand for it, best first, each with its share.
"""

import argparse
import gzip
import logging
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from index.analysis import passage_terms
from index.function_words import FUNCTION_WORDS
from index.training.pairs import Pair, split
from index.training.translations import translations
from index.translation import TABLES, table_file

LEAST_SHARE = 0.1
"""Of a term's meanings; rarer ones are mostly words that stood beside it by chance."""

log = logging.getLogger(__name__)


def aligned(pairs: Sequence[Pair], language: str, laws: int, longest: int, seed: int) -> list[Pair]:
    """The pairs to learn from: those of at most `longest` characters, of the law texts `laws` at most."""
    short = [pair for pair in pairs if pair.language == language and len(pair.english) <= longest]
    law = [pair for pair in short if pair.source == "laws"]
    everyday = [pair for pair in short if pair.source != "laws"]
    return everyday + random.Random(seed).sample(law, min(laws, len(law)))


def table(sources: Sequence[Sequence[str]], targets: Sequence[Sequence[str]], small: frozenset[str]) -> dict[str, str]:
    """Source term -> target terms with their shares in hundredths, as a file holds them; `small` words have none.

    Terms met once only are left out: what stands for them is chance.
    """
    counts = Counter(term for text in sources for term in text)
    rows = {}
    for term, meant in translations(targets, sources).items():
        kept = [(to, share) for to, share in meant if share >= LEAST_SHARE]
        if counts[term] > 1 and kept and term not in small:
            rows[term] = " ".join(f"{to}:{round(100 * share)}" for to, share in kept)
    return rows


def write(file: Path, rows: Mapping[str, str]) -> None:
    """The same rows give the same bytes."""
    lines = "".join(f"{term}\t{rows[term]}\n" for term in sorted(rows))
    file.write_bytes(gzip.compress(lines.encode(), 9, mtime=0))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="the folder of the parallel texts")
    parser.add_argument("--out", type=Path, default=TABLES, help="the folder of the tables")
    parser.add_argument("--laws", type=int, default=150_000, help="so many law texts at most")
    parser.add_argument("--longest", type=int, default=140, help="characters; longer English texts are left out")
    parser.add_argument("--seed", type=int, default=7)
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    pairs = split(arguments.data).training
    arguments.out.mkdir(parents=True, exist_ok=True)
    for language in ("fr", "es", "de"):
        chosen = aligned(pairs, language, arguments.laws, arguments.longest, arguments.seed)
        english = [passage_terms(pair.english, "en") for pair in chosen]
        other = [passage_terms(pair.other, language) for pair in chosen]
        for source, target, rows in (
            (language, "en", table(other, english, FUNCTION_WORDS.get(language, frozenset()))),
            ("en", language, table(english, other, FUNCTION_WORDS["en"])),
        ):
            write(arguments.out / table_file(source, target), rows)
            log.info("%s to %s: %d terms out of %d pairs", source, target, len(rows), len(chosen))


if __name__ == "__main__":
    main()
